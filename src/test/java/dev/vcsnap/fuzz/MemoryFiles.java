package dev.vcsnap.fuzz;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockError.Kind;
import dev.vcsnap.disk.io.DiskFile;
import dev.vcsnap.disk.io.DiskFiles;
import dev.vcsnap.disk.io.MemoryFile;
import java.nio.file.Path;
import java.util.List;

/** A file system in which every name has the same bytes, to be read only. */
record MemoryFiles(byte[] content) implements DiskFiles {

  @Override
  public DiskFile open(Path path, boolean writable) {
    return new MemoryFile(path, content);
  }

  @Override
  public byte[] read(Path path, int maximumBytes) {
    if (content.length > maximumBytes) {
      throw new BlockError(Kind.CORRUPT, "'%s' is too long".formatted(path));
    }
    return content.clone();
  }

  @Override
  public boolean exists(Path path) {
    return true;
  }

  @Override
  public boolean isDirectory(Path path) {
    return false;
  }

  @Override
  public List<Path> list(Path directory) {
    return List.of();
  }

  @Override
  public DiskFile create(Path path) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void replace(Path path, byte[] bytes) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void delete(Path path) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void syncDirectory(Path directory) {
    throw new UnsupportedOperationException();
  }
}
