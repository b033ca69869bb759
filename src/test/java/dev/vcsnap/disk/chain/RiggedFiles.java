package dev.vcsnap.disk.chain;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.io.DiskFile;
import dev.vcsnap.disk.io.DiskFiles;
import dev.vcsnap.disk.io.HostFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.function.Predicate;

/** The host's files without waiting for its disks, and full where a test wants them to be. */
final class RiggedFiles implements DiskFiles {

  private final DiskFiles host = new HostFiles();
  private volatile Predicate<Path> full = path -> false;
  private volatile Runnable onSync = () -> {};

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
  public byte[] read(Path path, int maximumBytes) {
    return host.read(path, maximumBytes);
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

  private void refuseWhenFull(Path path) {
    if (full.test(path)) {
      throw new BlockError(BlockError.Kind.NO_SPACE, "'" + path + "': rigged to be full");
    }
  }

  private final class RiggedFile implements DiskFile {

    private final DiskFile file;

    RiggedFile(DiskFile file) {
      this.file = file;
    }

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
      refuseWhenFull(path());
      file.writeAt(offset, source);
    }

    @Override
    public void resize(long size) {
      file.resize(size);
    }

    @Override
    public void reserve(long offset, long length) {
      refuseWhenFull(path());
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
    public void sync() {
      onSync.run();
    }

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
