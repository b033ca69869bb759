package dev.vcsnap.disk.check;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.cbt.ChangeMapFile;
import dev.vcsnap.disk.io.DiskFile;
import dev.vcsnap.disk.io.DiskFiles;
import dev.vcsnap.disk.io.HostFiles;
import dev.vcsnap.disk.vmdk.Descriptor;
import dev.vcsnap.disk.vmdk.DescriptorFiles;
import dev.vcsnap.disk.vmdk.ExtentLine;
import dev.vcsnap.disk.vmdk.flat.FlatExtent;
import dev.vcsnap.disk.vmdk.sesparse.SeSparseFormat;
import dev.vcsnap.disk.vmdk.sparse.SparseExtent;
import dev.vcsnap.disk.vmdk.sparse.TableBudget;
import dev.vcsnap.disk.vmdk.vmfssparse.CowdFormat;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Says what is wrong with the disk files of a directory, or with one chain. It takes no locks and
 * changes nothing; on files that are being written it may see a moment between two steps.
 */
public final class DiskCheck {

  private static final byte[] SIGNATURE =
      "# Disk DescriptorFile".getBytes(StandardCharsets.US_ASCII);
  private static final int MAXIMUM_DEPTH = 64;

  private final DiskFiles files;
  private final DescriptorFiles descriptors;
  private final ChangeMapFile changeMaps;

  public DiskCheck() {
    this(new HostFiles());
  }

  public DiskCheck(DiskFiles files) {
    this.files = files;
    this.descriptors = new DescriptorFiles(files);
    this.changeMaps = new ChangeMapFile(files);
  }

  /**
   * Checks every disk in a directory and looks for files that belong to none, or checks the chain
   * of one descriptor. An empty list means that nothing is wrong.
   */
  public List<Finding> check(Path directoryOrDescriptor) {
    Path path = directoryOrDescriptor.toAbsolutePath().normalize();
    List<Finding> findings = new ArrayList<>();
    if (files.isDirectory(path)) {
      checkDirectory(path, findings);
    } else {
      checkChain(path, findings);
    }
    return List.copyOf(findings);
  }

  private void checkDirectory(Path directory, List<Finding> findings) {
    Map<Path, Descriptor> known = new TreeMap<>();
    List<Path> rest = new ArrayList<>();
    for (Path file : files.list(directory)) {
      String name = DescriptorFiles.nameOf(file);
      if (name.endsWith(".vmdk.tmp")) {
        findings.add(new Finding(file, "left behind by an unfinished replacement"));
      } else if (name.endsWith(".vmdk")) {
        if (isDescriptor(file)) {
          readDescriptor(file, findings).ifPresent(descriptor -> known.put(file, descriptor));
        } else {
          rest.add(file);
        }
      }
    }
    Set<Path> owned = new HashSet<>();
    known.forEach((path, descriptor) -> {
      checkLink(path, descriptor, findings);
      checkParent(path, descriptor, findings);
      checkDepth(path, descriptor, findings);
      descriptor.extents().forEach(line -> owned.add(path.resolveSibling(line.fileName())));
      descriptor.changeTrackPath().ifPresent(name -> owned.add(path.resolveSibling(name)));
    });
    for (Path file : rest) {
      if (!owned.contains(file)) {
        findings.add(new Finding(file, "no descriptor names it"));
      }
    }
  }

  private void checkChain(Path leaf, List<Finding> findings) {
    Path path = leaf;
    for (int depth = 0; depth < MAXIMUM_DEPTH; depth++) {
      Optional<Descriptor> descriptor = readDescriptor(path, findings);
      if (descriptor.isEmpty()) {
        return;
      }
      checkLink(path, descriptor.get(), findings);
      boolean parentKnown = checkParent(path, descriptor.get(), findings);
      Optional<String> hint = descriptor.get().parentFileNameHint();
      if (!parentKnown || hint.isEmpty()) {
        return;
      }
      path = DescriptorFiles.parentOf(path, hint.get());
    }
    findings.add(new Finding(leaf, "more than " + MAXIMUM_DEPTH + " links, or a circle"));
  }

  private boolean isDescriptor(Path file) {
    try (DiskFile open = files.open(file, false)) {
      if (open.size() < SIGNATURE.length || open.size() > Descriptor.MAXIMUM_BYTES) {
        return false;
      }
      ByteBuffer start = ByteBuffer.allocate(SIGNATURE.length);
      open.readAt(0, start);
      return start.flip().equals(ByteBuffer.wrap(SIGNATURE));
    }
  }

  private Optional<Descriptor> readDescriptor(Path path, List<Finding> findings) {
    try {
      return Optional.of(descriptors.read(path));
    } catch (BlockError error) {
      findings.add(new Finding(path, String.valueOf(error.getMessage())));
      return Optional.empty();
    }
  }

  private void checkLink(Path path, Descriptor descriptor, List<Finding> findings) {
    String cid = HexFormat.of().toHexDigits(descriptor.cid());
    String longId = descriptor.longContentId().orElse(cid);
    if (!longId.endsWith(cid)) {
      findings.add(
          new Finding(path, "its longContentID '" + longId + "' does not end in its CID " + cid));
    }
    for (ExtentLine line : descriptor.extents()) {
      checkExtent(path, line, findings);
    }
    Optional<String> trackName = descriptor.changeTrackPath();
    if (trackName.isPresent()) {
      Path map = path.resolveSibling(trackName.get());
      attempt(map, findings, () -> changeMaps.read(map, descriptor.sectors() * 512));
    }
  }

  private void checkExtent(Path path, ExtentLine line, List<Finding> findings) {
    Path extent = path.resolveSibling(line.fileName());
    if (!files.exists(extent)) {
      findings.add(new Finding(path, "its extent '" + line.fileName() + "' is missing"));
      return;
    }
    attempt(
        extent,
        findings,
        () -> {
          TableBudget budget = TableBudget.ofHeap();
          try (DiskFile file = files.open(extent, false)) {
            switch (line.type()) {
              case "SESPARSE" -> readTables(SeSparseFormat.open(file, line.sectors(), budget));
              case "VMFSSPARSE" -> readTables(CowdFormat.open(file, line.sectors(), false, budget));
              case "VMFS", "FLAT" -> FlatExtent.open(file, line.sectors() * 512, true);
              default ->
                  findings.add(
                      new Finding(path, "extents of type " + line.type() + " are unknown"));
            }
          }
        });
  }

  /** Reads every table, and looks for grains in each other's place. */
  private static void readTables(SparseExtent extent) {
    BitSet used = new BitSet();
    int region = extent.nextRegion(0);
    while (region < extent.regionCount()) {
      long first = (long) region * SparseExtent.regionGrains();
      for (long grain = first; grain < first + SparseExtent.regionGrains(); grain++) {
        long slot = extent.slotOf(grain);
        if (slot >= 0) {
          if (used.get((int) slot)) {
            throw new BlockError(
                BlockError.Kind.CORRUPT,
                "'%s': grain %d is where another one is, at %d again"
                    .formatted(extent.file().path(), grain, slot));
          }
          used.set((int) slot);
        }
      }
      region = extent.nextRegion(region + 1);
    }
  }

  /** Returns whether the parent is there to go on with. */
  private boolean checkParent(Path path, Descriptor descriptor, List<Finding> findings) {
    if (!descriptor.hasParent()) {
      return false;
    }
    Optional<String> hint = descriptor.parentFileNameHint();
    if (hint.isEmpty()) {
      findings.add(new Finding(path, "it has a parent's content id but not its name"));
      return false;
    }
    Path parentPath = DescriptorFiles.parentOf(path, hint.get());
    if (!files.exists(parentPath)) {
      findings.add(new Finding(path, "its parent '" + hint.get() + "' is missing"));
      return false;
    }
    Descriptor parent;
    try {
      parent = descriptors.read(parentPath);
    } catch (BlockError error) {
      findings.add(new Finding(path, "its parent cannot be read: " + error.getMessage()));
      return false;
    }
    if (parent.cid() != descriptor.parentCid()) {
      findings.add(
          new Finding(
              path,
              "its parentCID is %08x, but '%s' has CID %08x"
                  .formatted(descriptor.parentCid(), hint.get(), parent.cid())));
    }
    if (parent.sectors() != descriptor.sectors()) {
      findings.add(
          new Finding(
              path,
              "it has %d sectors, its parent %d"
                  .formatted(descriptor.sectors(), parent.sectors())));
    }
    return true;
  }

  private void checkDepth(Path path, Descriptor descriptor, List<Finding> findings) {
    Path at = path;
    Descriptor link = descriptor;
    for (int depth = 1; depth <= MAXIMUM_DEPTH; depth++) {
      Optional<String> hint = link.parentFileNameHint();
      if (!link.hasParent() || hint.isEmpty()) {
        return;
      }
      at = DescriptorFiles.parentOf(at, hint.get());
      if (!files.exists(at) || !isDescriptor(at)) {
        return;
      }
      // A parent that cannot be read has its own finding, and its children say so too.
      Optional<Descriptor> parent = readDescriptor(at, new ArrayList<>());
      if (parent.isEmpty()) {
        return;
      }
      link = parent.get();
    }
    findings.add(new Finding(path, "more than " + MAXIMUM_DEPTH + " links, or a circle"));
  }

  private static void attempt(Path file, List<Finding> findings, Runnable look) {
    try {
      look.run();
    } catch (BlockError error) {
      findings.add(new Finding(file, String.valueOf(error.getMessage())));
    }
  }
}
