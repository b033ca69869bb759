package dev.vcsnap.disk.io;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * The host's file system for making thousands of files at once: nothing that is done is durable
 * before {@link #syncAll}, which then makes all of it durable in one go.
 *
 * <p>A power loss before that may leave any part of any file. So it is only for files that are made
 * anew when that happens.
 */
public final class BulkFiles implements DiskFiles {

  private final HostFiles host = new HostFiles();

  /** Makes everything durable that was done on the file system of this directory. */
  public void syncAll(Path directory) {
    host.syncFileSystem(directory);
  }

  @Override
  public DiskFile open(Path path, boolean writable) {
    return new Unsynced(host.open(path, writable));
  }

  @Override
  public DiskFile create(Path path) {
    return new Unsynced(host.create(path));
  }

  @Override
  public byte[] read(Path path, int maximumBytes) {
    return host.read(path, maximumBytes);
  }

  @Override
  public void replace(Path path, byte[] content) {
    delete(path);
    try (DiskFile file = host.create(path)) {
      file.writeAt(0, ByteBuffer.wrap(content));
    }
  }

  @Override
  public void delete(Path path) {
    if (host.exists(path)) {
      host.delete(path);
    }
  }

  @Override
  public boolean exists(Path path) {
    return host.exists(path);
  }

  @Override
  public boolean isDirectory(Path path) {
    return host.isDirectory(path);
  }

  @Override
  public List<Path> list(Path directory) {
    return host.list(directory);
  }

  @Override
  public void syncDirectory(Path directory) {}

  /** A file whose bytes reach the disk with all the others. */
  private record Unsynced(DiskFile file) implements DiskFile {

    @Override
    public Path path() {
      return file.path();
    }

    @Override
    public long size() {
      return file.size();
    }

    @Override
    public void readAt(long offset, ByteBuffer target) {
      file.readAt(offset, target);
    }

    @Override
    public void writeAt(long offset, ByteBuffer source) {
      file.writeAt(offset, source);
    }

    @Override
    public void resize(long size) {
      file.resize(size);
    }

    @Override
    public void reserve(long offset, long length) {
      file.reserve(offset, length);
    }

    @Override
    public void punch(long offset, long length) {
      file.punch(offset, length);
    }

    @Override
    public void zero(long offset, long length) {
      file.zero(offset, length);
    }

    @Override
    public long nextData(long offset) {
      return file.nextData(offset);
    }

    @Override
    public long nextHole(long offset) {
      return file.nextHole(offset);
    }

    @Override
    public void sync() {}

    @Override
    public void lock(Lock lock) {
      file.lock(lock);
    }

    @Override
    public void close() {
      file.close();
    }
  }
}
