package dev.vcsnap.disk.io;

import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * The host's file system for making thousands of files at once: nothing that is done is durable
 * before {@link #syncAll}, which then makes all of it durable in one go.
 *
 * <p>A power loss before that may leave any part of any file. So it is only for files that are made
 * anew when that happens.
 */
public final class BulkFiles extends ForwardingFiles {

  private final HostFiles host;

  public BulkFiles() {
    this(new HostFiles());
  }

  private BulkFiles(HostFiles host) {
    super(host);
    this.host = host;
  }

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
  public void syncDirectory(Path directory) {}

  /** A file whose bytes reach the disk with all the others. */
  private static final class Unsynced extends ForwardingFile {

    Unsynced(DiskFile file) {
      super(file);
    }

    @Override
    public void beginWriteBack() {}

    @Override
    public void sync() {}
  }
}
