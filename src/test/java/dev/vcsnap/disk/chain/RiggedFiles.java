package dev.vcsnap.disk.chain;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.io.DiskFile;
import dev.vcsnap.disk.io.DiskFiles;
import dev.vcsnap.disk.io.ForwardingFile;
import dev.vcsnap.disk.io.ForwardingFiles;
import dev.vcsnap.disk.io.HostFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.Predicate;

/** The host's files without waiting for its disks, and full where a test wants them to be. */
final class RiggedFiles extends ForwardingFiles {

  private final DiskFiles host;
  private volatile Predicate<Path> full = path -> false;
  private volatile Runnable onSync = () -> {};

  RiggedFiles() {
    this(new HostFiles());
  }

  private RiggedFiles(DiskFiles host) {
    super(host);
    this.host = host;
  }

  /** From now on, writing to these files finds no space. */
  void fill(Predicate<Path> files) {
    full = files;
  }

  /** From now on, this happens whenever a file is made durable. */
  void beforeSync(Runnable event) {
    onSync = event;
  }

  @Override
  public DiskFile open(Path path, boolean writable) {
    return new RiggedFile(host.open(path, writable));
  }

  @Override
  public DiskFile create(Path path) {
    refuseWhenFull(path);
    return new RiggedFile(host.create(path));
  }

  @Override
  public void replace(Path path, byte[] content) {
    refuseWhenFull(path);
    Path temporary = path.resolveSibling("." + path.getFileName() + ".tmp");
    try {
      Files.write(temporary, content);
      Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Override
  public void delete(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Override
  public void syncDirectory(Path directory) {}

  private void refuseWhenFull(Path path) {
    if (full.test(path)) {
      throw new BlockError(BlockError.Kind.NO_SPACE, "'" + path + "': rigged to be full");
    }
  }

  private final class RiggedFile extends ForwardingFile {

    private final DiskFile file;

    RiggedFile(DiskFile file) {
      super(file);
      this.file = file;
    }

    @Override
    public void writeAt(long offset, ByteBuffer source) {
      refuseWhenFull(path());
      file.writeAt(offset, source);
    }

    @Override
    public void reserve(long offset, long length) {
      refuseWhenFull(path());
      file.reserve(offset, length);
    }

    @Override
    public void sync() {
      onSync.run();
    }
  }
}
