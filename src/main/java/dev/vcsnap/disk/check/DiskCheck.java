package dev.vcsnap.disk.check;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.io.DiskFile;
import dev.vcsnap.disk.io.DiskFiles;
import dev.vcsnap.disk.io.HostFiles;
import dev.vcsnap.disk.vmdk.Descriptor;
import dev.vcsnap.disk.vmdk.DescriptorFiles;
import dev.vcsnap.disk.vmdk.hosted.HostedHeader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Says what is wrong with the disk files of a directory, or with one chain. It takes no locks and
 * changes nothing; on files that are being written it may see a moment between two steps.
 */
public final class DiskCheck {

  private static final byte[] SIGNATURE =
      "# Disk DescriptorFile".getBytes(StandardCharsets.US_ASCII);
  private static final int MAXIMUM_DEPTH = 64;

  /** What a file is called while it is replaced, here and by the datastore. */
  private static final Pattern TEMPORARY =
      Pattern.compile("\\..*\\.vmdk\\.tmp|\\.vcsnap-\\d{1,9}\\.tmp");

  private final DiskFiles files;
  private final DescriptorFiles descriptors;
  private final LinkCheck links;

  public DiskCheck() {
    this(new HostFiles());
  }

  public DiskCheck(DiskFiles files) {
    this.files = files;
    this.descriptors = new DescriptorFiles(files);
    this.links = new LinkCheck(files);
  }

  /**
   * Checks every disk in a directory and looks for files that belong to none, or checks one disk: a
   * descriptor with its parents, or a file that has everything in it. An empty list means that
   * nothing is wrong.
   */
  public List<Finding> check(Path directoryOrDisk) {
    Path path = directoryOrDisk.toAbsolutePath().normalize();
    List<Finding> findings = new ArrayList<>();
    if (files.isDirectory(path)) {
      checkDirectory(path, findings);
    } else if (files.exists(path) && startOf(path) == Start.HOSTED) {
      links.checkHosted(path, findings);
    } else {
      checkChain(path, findings);
    }
    return List.copyOf(findings);
  }

  private void checkDirectory(Path directory, List<Finding> findings) {
    Map<Path, Descriptor> known = new TreeMap<>();
    Map<Path, Start> rest = new TreeMap<>();
    for (Path file : files.list(directory)) {
      String name = DescriptorFiles.nameOf(file);
      if (TEMPORARY.matcher(name).matches()) {
        findings.add(new Finding(file, "left behind by an unfinished replacement"));
      } else if (name.endsWith(".vmdk")) {
        Start start = startOf(file);
        if (start == Start.DESCRIPTOR) {
          readDescriptor(file, findings).ifPresent(descriptor -> known.put(file, descriptor));
        } else {
          rest.put(file, start);
        }
      }
    }
    ExtentClaims claims = new ExtentClaims();
    known.forEach((path, descriptor) -> {
      links.check(path, descriptor, findings);
      checkParent(path, descriptor, findings);
      checkDepth(path, descriptor, findings);
      claims.add(path, descriptor, findings);
    });
    rest.forEach((file, start) -> {
      if (!claims.has(file)) {
        if (start == Start.HOSTED) {
          links.checkHosted(file, findings);
        } else {
          findings.add(new Finding(file, "no descriptor names it"));
        }
      }
    });
  }

  private void checkChain(Path leaf, List<Finding> findings) {
    Path path = leaf;
    for (int depth = 0; depth < MAXIMUM_DEPTH; depth++) {
      Optional<Descriptor> descriptor = readDescriptor(path, findings);
      if (descriptor.isEmpty()) {
        return;
      }
      links.check(path, descriptor.get(), findings);
      new ExtentClaims().add(path, descriptor.get(), findings);
      boolean parentKnown = checkParent(path, descriptor.get(), findings);
      Optional<String> hint = descriptor.get().parentFileNameHint();
      if (!parentKnown || hint.isEmpty()) {
        return;
      }
      path = DescriptorFiles.parentOf(path, hint.get());
    }
    findings.add(new Finding(leaf, "more than " + MAXIMUM_DEPTH + " links, or a circle"));
  }

  /** What a file claims to be by its first bytes. */
  private enum Start {
    DESCRIPTOR,
    HOSTED,
    OTHER
  }

  private Start startOf(Path file) {
    try (DiskFile open = files.open(file, false)) {
      ByteBuffer start = ByteBuffer.allocate((int) Math.min(open.size(), SIGNATURE.length));
      open.readAt(0, start);
      start.flip();
      if (HostedHeader.startsLike(start)) {
        return Start.HOSTED;
      }
      boolean descriptor =
          start.equals(ByteBuffer.wrap(SIGNATURE)) && open.size() <= Descriptor.MAXIMUM_BYTES;
      return descriptor ? Start.DESCRIPTOR : Start.OTHER;
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
    Descriptor parent;
    try {
      Path parentPath = DescriptorFiles.parentOf(path, hint.get());
      if (!files.exists(parentPath)) {
        findings.add(new Finding(path, "its parent '" + hint.get() + "' is missing"));
        return false;
      }
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
    String type = descriptor.extents().getFirst().type();
    String below = parent.extents().getFirst().type();
    if (parent.hasParent() && !type.equals(below)) {
      findings.add(
          new Finding(
              path,
              "it is of type %s, its parent '%s' of type %s; a chain never mixes them"
                  .formatted(type, hint.get(), below)));
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
      try {
        at = DescriptorFiles.parentOf(at, hint.get());
        link = descriptors.read(at);
      } catch (BlockError unreadable) {
        // It has its own finding, and its children say so too.
        return;
      }
    }
    findings.add(new Finding(path, "more than " + MAXIMUM_DEPTH + " links, or a circle"));
  }
}
