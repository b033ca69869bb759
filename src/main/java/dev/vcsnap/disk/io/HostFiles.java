package dev.vcsnap.disk.io;

import dev.vcsnap.disk.block.BlockError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/** The host's file system. */
public final class HostFiles implements DiskFiles {

  private final Scratch.Pool scratches = new Scratch.Pool();
  private final Replacement replacement = new Replacement(this, HostFiles::rename);

  @Override
  public DiskFile open(Path path, boolean writable) {
    return open(path, writable ? Libc.O_RDWR : Libc.O_RDONLY, "open");
  }

  @Override
  public DiskFile create(Path path) {
    return open(path, Libc.O_RDWR | Libc.O_CREAT | Libc.O_EXCL, "create");
  }

  @Override
  public byte[] read(Path path, int maximumBytes) {
    try (DiskFile file = open(path, false)) {
      long size = file.size();
      if (size > maximumBytes) {
        throw new BlockError(
            BlockError.Kind.CORRUPT,
            "'%s' has %d bytes; at most %d are read".formatted(path, size, maximumBytes));
      }
      ByteBuffer content = ByteBuffer.allocate((int) size);
      file.readAt(0, content);
      return content.array();
    }
  }

  @Override
  public void replace(Path path, byte[] content) {
    replacement.replace(path, content);
  }

  @Override
  public void put(Path path, byte[] content) {
    replacement.put(path, content);
  }

  private static void rename(Path from, Path to) {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException failure) {
      throw HostFailure.of(failure, "replace", to);
    }
  }

  @Override
  public void delete(Path path) {
    if (unlink(path)) {
      syncDirectory(directoryOf(path));
    }
  }

  @Override
  public void remove(Path path) {
    boolean _ = unlink(path);
  }

  private static boolean unlink(Path path) {
    try {
      return Files.deleteIfExists(path);
    } catch (IOException failure) {
      throw HostFailure.of(failure, "delete", path);
    }
  }

  @Override
  public boolean exists(Path path) {
    return Files.exists(path);
  }

  @Override
  public boolean isDirectory(Path path) {
    return Files.isDirectory(path);
  }

  @Override
  public List<Path> list(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.filter(Files::isRegularFile).sorted().toList();
    } catch (IOException failure) {
      throw HostFailure.of(failure, "list", directory);
    }
  }

  @Override
  public void syncDirectory(Path directory) {
    try (HostFile file = open(directory, Libc.O_RDONLY, "open")) {
      file.syncAll();
    }
  }

  /** Makes everything durable that was done to the file system of this directory. */
  void syncFileSystem(Path directory) {
    try (HostFile file = open(directory, Libc.O_RDONLY, "open")) {
      file.syncFileSystem();
    }
  }

  private HostFile open(Path path, int flags, String deed) {
    Scratch scratch = scratches.take();
    try {
      int descriptor = Libc.open(scratch.state, path.toString(), flags);
      if (descriptor < 0) {
        throw HostFailure.of(Libc.errno(scratch.state), deed, path);
      }
      return new HostFile(path, descriptor, scratches);
    } finally {
      scratches.give(scratch);
    }
  }

  private static Path directoryOf(Path path) {
    Path parent = path.toAbsolutePath().getParent();
    return parent == null ? path.toAbsolutePath() : parent;
  }
}
