package dev.vcsnap.disk.io;

import dev.vcsnap.disk.block.BlockError;
import java.nio.file.Path;
import java.util.List;

/**
 * Files below one directory only: a descriptor may come from outside, and the parent that it names
 * must not lead to somebody else's files.
 */
public final class ConfinedFiles implements DiskFiles {

  private final DiskFiles files;
  private final Path root;

  /**
   * @param root an absolute directory, without links in its path
   */
  public ConfinedFiles(DiskFiles files, Path root) {
    this.files = files;
    this.root = root;
  }

  /**
   * @throws BlockError UNSUPPORTED for what lies elsewhere
   */
  private Path within(Path path) {
    if (!path.toAbsolutePath().normalize().startsWith(root)) {
      throw new BlockError(
          BlockError.Kind.UNSUPPORTED,
          "'%s' lies outside of '%s', where disks are kept".formatted(path, root));
    }
    return path;
  }

  @Override
  public DiskFile open(Path path, boolean writable) {
    return files.open(within(path), writable);
  }

  @Override
  public DiskFile create(Path path) {
    return files.create(within(path));
  }

  @Override
  public byte[] read(Path path, int maximumBytes) {
    return files.read(within(path), maximumBytes);
  }

  @Override
  public void replace(Path path, byte[] content) {
    files.replace(within(path), content);
  }

  @Override
  public void put(Path path, byte[] content) {
    files.put(within(path), content);
  }

  @Override
  public void delete(Path path) {
    files.delete(within(path));
  }

  @Override
  public void remove(Path path) {
    files.remove(within(path));
  }

  @Override
  public boolean exists(Path path) {
    return files.exists(within(path));
  }

  @Override
  public boolean isDirectory(Path path) {
    return files.isDirectory(within(path));
  }

  @Override
  public List<Path> list(Path directory) {
    return files.list(within(directory));
  }

  @Override
  public void syncDirectory(Path directory) {
    files.syncDirectory(within(directory));
  }
}
