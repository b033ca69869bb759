package dev.vcsnap.disk.io;

import java.nio.file.Path;
import java.util.List;

/** Passes every call on to other files; who does something else at some of them overrides those. */
public abstract class ForwardingFiles implements DiskFiles {

  private final DiskFiles files;

  protected ForwardingFiles(DiskFiles files) {
    this.files = files;
  }

  @Override
  public DiskFile open(Path path, boolean writable) {
    return files.open(path, writable);
  }

  @Override
  public DiskFile create(Path path) {
    return files.create(path);
  }

  @Override
  public byte[] read(Path path, int maximumBytes) {
    return files.read(path, maximumBytes);
  }

  @Override
  public void replace(Path path, byte[] content) {
    files.replace(path, content);
  }

  @Override
  public void delete(Path path) {
    files.delete(path);
  }

  @Override
  public boolean exists(Path path) {
    return files.exists(path);
  }

  @Override
  public boolean isDirectory(Path path) {
    return files.isDirectory(path);
  }

  @Override
  public List<Path> list(Path directory) {
    return files.list(directory);
  }

  @Override
  public void syncDirectory(Path directory) {
    files.syncDirectory(directory);
  }
}
