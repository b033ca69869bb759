package dev.vcsnap.disk.check;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.cbt.ChangeMapFile;
import dev.vcsnap.disk.io.DiskFile;
import dev.vcsnap.disk.io.DiskFiles;
import dev.vcsnap.disk.vmdk.Descriptor;
import dev.vcsnap.disk.vmdk.DescriptorFiles;
import dev.vcsnap.disk.vmdk.ExtentLine;
import dev.vcsnap.disk.vmdk.audit.Problems;
import dev.vcsnap.disk.vmdk.hosted.HostedAudit;
import dev.vcsnap.disk.vmdk.sesparse.SeSparseAudit;
import dev.vcsnap.disk.vmdk.vmfssparse.CowdAudit;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Looks at what belongs to one descriptor: its identity, its extents and its change map. */
final class LinkCheck {

  /** What stands for a content id where only the long one counts. */
  private static final int CID_UNUSED = -2;

  private static final Pattern LONG_CONTENT_ID = Pattern.compile("[0-9a-fA-F]{32}");

  private final DiskFiles files;
  private final ChangeMapFile changeMaps;

  LinkCheck(DiskFiles files) {
    this.files = files;
    this.changeMaps = new ChangeMapFile(files);
  }

  void check(Path path, Descriptor descriptor, List<Finding> findings) {
    checkIdentity(path, descriptor, findings);
    for (ExtentLine line : descriptor.extents()) {
      checkExtent(path, descriptor, line, findings);
    }
    Optional<String> trackName = descriptor.changeTrackPath();
    if (trackName.isPresent()) {
      attempt(
          path,
          findings,
          () -> {
            Path map = DescriptorFiles.sibling(path, trackName.get());
            if (files.exists(map)) {
              attempt(map, findings, () -> changeMaps.read(map, descriptor.sectors() * 512));
            } else {
              findings.add(
                  new Finding(path, "its change map '" + trackName.get() + "' is missing"));
            }
          });
    }
  }

  private static void checkIdentity(Path path, Descriptor descriptor, List<Finding> findings) {
    String cid = HexFormat.of().toHexDigits(descriptor.cid());
    Optional<String> named = descriptor.longContentId();
    if (named.isEmpty()) {
      return;
    }
    String longId = named.get();
    if (!LONG_CONTENT_ID.matcher(longId).matches()) {
      findings.add(
          new Finding(path, "its longContentID '" + longId + "' is not of 32 hexadecimal digits"));
    } else if (descriptor.cid() != CID_UNUSED && !longId.toLowerCase(Locale.ROOT).endsWith(cid)) {
      findings.add(
          new Finding(path, "its longContentID '" + longId + "' does not end in its CID " + cid));
    }
  }

  private void checkExtent(
      Path path, Descriptor descriptor, ExtentLine line, List<Finding> findings) {
    if (line.type().equals("ZERO")) {
      return;
    }
    Path extent;
    try {
      extent = DescriptorFiles.sibling(path, line.fileName());
    } catch (BlockError refused) {
      findings.add(new Finding(path, String.valueOf(refused.getMessage())));
      return;
    }
    if (line.fileName().isEmpty() || !files.exists(extent)) {
      findings.add(new Finding(path, "its extent '" + line.fileName() + "' is missing"));
      return;
    }
    switch (line.type()) {
      case "SESPARSE" ->
          audit(
              extent,
              findings,
              (file, problems) -> SeSparseAudit.audit(file, line.sectors(), problems));
      case "VMFSSPARSE" ->
          audit(
              extent,
              findings,
              (file, problems) -> CowdAudit.audit(file, line.sectors(), problems));
      case "SPARSE" ->
          audit(
              extent,
              findings,
              (file, problems) -> HostedAudit.auditExtent(file, line.sectors(), problems));
      case "VMFS", "FLAT" ->
          audit(extent, findings, (file, problems) -> checkFlat(file, descriptor, line, problems));
      default -> findings.add(new Finding(path, "extents of type " + line.type() + " are unknown"));
    }
  }

  /** A file of its own is exactly as long as its extent; one that is shared, at least. */
  private static void checkFlat(
      DiskFile file, Descriptor descriptor, ExtentLine line, Problems problems) {
    long endByte = (line.offsetSectors() + line.sectors()) * 512;
    boolean whole =
        line.offsetSectors() == 0
            && descriptor.extents().stream()
                    .filter(other -> other.fileName().equals(line.fileName()))
                    .count()
                == 1;
    if (file.size() < endByte) {
      problems.add("it has %d bytes; its descriptor says %d".formatted(file.size(), endByte));
    } else if (whole && file.size() > endByte) {
      problems.add(
          "it has %d bytes, more than the %d that its descriptor says; an interrupted growth"
                  .formatted(file.size(), endByte)
              + " leaves that, and opening the disk for writing ends it");
    }
  }

  /** Looks at a monolithicSparse or streamOptimized file. */
  void checkHosted(Path path, List<Finding> findings) {
    audit(path, findings, HostedAudit::auditDisk);
  }

  /** Looks at one file and notes what is wrong with it. */
  private interface Audit {
    void of(DiskFile file, Problems problems);
  }

  private void audit(Path path, List<Finding> findings, Audit audit) {
    Problems problems = new Problems();
    attempt(
        path,
        findings,
        () -> {
          try (DiskFile file = files.open(path, false)) {
            audit.of(file, problems);
          }
        });
    problems.sentences().forEach(sentence -> findings.add(new Finding(path, sentence)));
  }

  private static void attempt(Path file, List<Finding> findings, Runnable look) {
    try {
      look.run();
    } catch (BlockError error) {
      findings.add(new Finding(file, String.valueOf(error.getMessage())));
    }
  }
}
