package dev.vcsnap.disk.vmdk;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.io.DiskFiles;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Objects;

/** Reads and replaces descriptor files, and knows how the files of one link are called. */
public final class DescriptorFiles {

  private static final String SUFFIX = ".vmdk";

  private final DiskFiles files;

  public DescriptorFiles(DiskFiles files) {
    this.files = files;
  }

  /** Reads a descriptor; a failure says which file is at fault. */
  public Descriptor read(Path path) {
    byte[] content = files.read(path, Descriptor.MAXIMUM_BYTES);
    try {
      return Descriptor.parse(new String(content, StandardCharsets.UTF_8));
    } catch (BlockError error) {
      throw new BlockError(error.kind(), "'%s': %s".formatted(path, error.getMessage()), error);
    }
  }

  /** Replaces a descriptor atomically. */
  public void write(Path path, Descriptor descriptor) {
    files.replace(path, descriptor.text().getBytes(StandardCharsets.UTF_8));
  }

  /** The same, with a name that is durable only once the directory is synced. */
  public void put(Path path, Descriptor descriptor) {
    files.put(path, descriptor.text().getBytes(StandardCharsets.UTF_8));
  }

  /** The parent's descriptor, as a child in {@code child}'s directory would find it. */
  public static Path parentOf(Path child, String hint) {
    return sibling(child, hint).normalize();
  }

  /**
   * A file that a descriptor names.
   *
   * @throws BlockError UNSUPPORTED for a name that this host cannot have
   */
  public static Path sibling(Path descriptor, String name) {
    try {
      return descriptor.resolveSibling(name);
    } catch (InvalidPathException refused) {
      throw new BlockError(
          BlockError.Kind.UNSUPPORTED,
          "'%s' names '%s', which is no file name on this host".formatted(descriptor, name),
          refused);
    }
  }

  /**
   * A file of the link itself, which lies in the descriptor's directory: a descriptor may come from
   * outside, and must not lead to another's files.
   *
   * @throws BlockError UNSUPPORTED for a name that leads elsewhere
   */
  public static Path beside(Path descriptor, String name) {
    Path file = sibling(descriptor, name).normalize();
    if (name.isEmpty() || !Objects.equals(file.getParent(), descriptor.normalize().getParent())) {
      throw new BlockError(
          BlockError.Kind.UNSUPPORTED,
          "'%s' names a file '%s'; one beside it is used".formatted(descriptor, name));
    }
    return file;
  }

  /**
   * What a child writes to find its parent: the bare name when both lie side by side, else the way
   * from the child's folder, which still holds when the folder of the datastores is moved.
   */
  public static String hintFrom(Path child, Path parent) {
    Path folder = child.getParent();
    return folder == null || folder.equals(parent.getParent())
        ? nameOf(parent)
        : folder.relativize(parent).toString();
  }

  /** {@code VM-000001.vmdk} and {@code sesparse} give {@code VM-000001-sesparse.vmdk}. */
  public static Path companion(Path descriptor, String kind) {
    String name = nameOf(descriptor);
    if (!name.endsWith(SUFFIX) || name.length() == SUFFIX.length()) {
      throw new BlockError(
          BlockError.Kind.UNSUPPORTED, "'%s' does not end in '%s'".formatted(descriptor, SUFFIX));
    }
    String stem = name.substring(0, name.length() - SUFFIX.length());
    return descriptor.resolveSibling(stem + "-" + kind + SUFFIX);
  }

  public static String nameOf(Path path) {
    return String.valueOf(path.getFileName());
  }
}
