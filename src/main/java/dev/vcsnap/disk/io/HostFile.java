package dev.vcsnap.disk.io;

import dev.vcsnap.disk.block.BlockError;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file of the host's file system behind one descriptor. */
final class HostFile implements DiskFile {

  private static final int ZEROS_BYTES = 1 << 18;

  private final Path path;
  private final Scratch.Pool scratches;
  private volatile int descriptor;

  /** Whether something may have been written that no sync has made durable; so it is at first. */
  private volatile boolean unsynced = true;

  /** Why something that was written may be lost, once that is so. */
  private volatile @Nullable BlockError lost;

  HostFile(Path path, int descriptor, Scratch.Pool scratches) {
    this.path = path;
    this.descriptor = descriptor;
    this.scratches = scratches;
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public long size() {
    return seek(0, Libc.SEEK_END);
  }

  @Override
  public void readAt(long offset, ByteBuffer target) {
    int fd = descriptor();
    Scratch scratch = scratches.take();
    try {
      long position = offset;
      while (target.hasRemaining()) {
        boolean direct = target.isDirect();
        ByteBuffer window = direct ? target : scratch.window(target.remaining());
        long count = Libc.pread(scratch.state, fd, MemorySegment.ofBuffer(window), position);
        if (count < 0) {
          if (Libc.errno(scratch.state) == Libc.EINTR) {
            continue;
          }
          throw failure(scratch, "read at " + position + " of");
        }
        if (count == 0) {
          throw new BlockError(
              BlockError.Kind.CORRUPT,
              "'%s' ends at byte %d; %d more were expected"
                  .formatted(path, position, target.remaining()));
        }
        if (direct) {
          target.position(target.position() + (int) count);
        } else {
          target.put(window.limit((int) count));
        }
        position += count;
      }
    } finally {
      scratches.give(scratch);
    }
  }

  @Override
  public void writeAt(long offset, ByteBuffer source) {
    int fd = descriptor();
    Scratch scratch = scratches.take();
    try {
      long position = offset;
      while (source.hasRemaining()) {
        boolean direct = source.isDirect();
        ByteBuffer window = source;
        if (!direct) {
          window = scratch.window(source.remaining());
          window.put(0, source, source.position(), window.remaining());
        }
        long count = Libc.pwrite(scratch.state, fd, MemorySegment.ofBuffer(window), position);
        if (count < 0) {
          if (Libc.errno(scratch.state) == Libc.EINTR) {
            continue;
          }
          throw failure(scratch, "write at " + position + " of");
        }
        source.position(source.position() + (int) count);
        position += count;
      }
    } finally {
      noteChange();
      scratches.give(scratch);
    }
  }

  /** After a change and before whoever asked for it knows: a sync that begins now must do it. */
  private void noteChange() {
    if (!unsynced) {
      unsynced = true;
    }
  }

  @Override
  public void resize(long size) {
    int fd = descriptor();
    Scratch scratch = scratches.take();
    try {
      if (Libc.truncate(scratch.state, fd, size) != 0) {
        throw failure(scratch, "set the size to " + size + " of");
      }
    } finally {
      noteChange();
      scratches.give(scratch);
    }
  }

  @Override
  public void reserve(long offset, long length) {
    // A file system that cannot reserve still takes the writes later.
    tryAllocate(Libc.FALLOC_KEEP_SIZE, offset, length);
  }

  @Override
  public void punch(long offset, long length) {
    if (!tryAllocate(Libc.FALLOC_PUNCH_HOLE | Libc.FALLOC_KEEP_SIZE, offset, length)) {
      writeZeros(offset, length);
    }
  }

  @Override
  public void zero(long offset, long length) {
    if (!tryAllocate(Libc.FALLOC_ZERO_RANGE | Libc.FALLOC_KEEP_SIZE, offset, length)) {
      writeZeros(offset, length);
    }
  }

  @Override
  public long nextData(long offset) {
    return seek(offset, Libc.SEEK_DATA);
  }

  @Override
  public long nextHole(long offset) {
    return seek(offset, Libc.SEEK_HOLE);
  }

  @Override
  public long allocatedBytes() {
    int fd = descriptor();
    Scratch scratch = scratches.take();
    try {
      long bytes = Libc.storageBytes(scratch.state, fd);
      if (bytes < 0) {
        throw failure(scratch, "look at");
      }
      return bytes;
    } finally {
      scratches.give(scratch);
    }
  }

  @Override
  public void beginWriteBack() {
    int fd = descriptor();
    Scratch scratch = scratches.take();
    try {
      // An error of the storage is kept by the kernel for the sync that follows.
      int _ = Libc.syncRange(scratch.state, fd, 0, 0, Libc.SYNC_RANGE_BEGIN);
    } finally {
      scratches.give(scratch);
    }
  }

  /**
   * Costs nothing when nothing was changed since the last one; those who come while one is under
   * way wait for it, and then for one more at most that serves all of them.
   *
   * <p>After a failure the kernel may have dropped what it could not write, and would call the next
   * attempt a success; so from the first failure on every attempt fails, until the file is opened
   * again and whoever reads it sees what is really there.
   */
  @Override
  public synchronized void sync() {
    int fd = descriptor();
    BlockError before = lost;
    if (before != null) {
      throw new BlockError(
          before.kind(), "'%s' has lost writes: %s".formatted(path, before.getMessage()), before);
    }
    if (!unsynced) {
      return;
    }
    // First this, then the sync: what is changed in between asks for another one.
    unsynced = false;
    Scratch scratch = scratches.take();
    try {
      if (Libc.syncData(scratch.state, fd) != 0) {
        BlockError failure = failure(scratch, "make durable");
        lost = failure;
        throw failure;
      }
    } finally {
      scratches.give(scratch);
    }
  }

  @Override
  public void lock(Lock lock) {
    int fd = descriptor();
    int operation = lock == Lock.SHARED ? Libc.LOCK_SHARED : Libc.LOCK_EXCLUSIVE;
    Scratch scratch = scratches.take();
    try {
      if (Libc.lock(scratch.state, fd, operation | Libc.LOCK_WITHOUT_WAITING) != 0) {
        if (Libc.errno(scratch.state) == Libc.EAGAIN) {
          throw new BlockError(
              BlockError.Kind.LOCKED,
              path,
              "'%s' is in use by %s".formatted(path, LockHolders.of(path)),
              null);
        }
        throw failure(scratch, "lock");
      }
    } finally {
      scratches.give(scratch);
    }
  }

  @Override
  public void close() {
    int fd;
    synchronized (this) {
      fd = descriptor;
      descriptor = -1;
    }
    if (fd < 0) {
      return;
    }
    Scratch scratch = scratches.take();
    try {
      if (Libc.close(scratch.state, fd) != 0) {
        throw failure(scratch, "close");
      }
    } finally {
      scratches.give(scratch);
    }
  }

  /** Syncs names as well as bytes: what a directory needs. */
  void syncAll() {
    int fd = descriptor();
    Scratch scratch = scratches.take();
    try {
      if (Libc.syncAll(scratch.state, fd) != 0) {
        throw failure(scratch, "make durable");
      }
    } finally {
      scratches.give(scratch);
    }
  }

  /** Makes everything durable that the whole file system holds. */
  void syncFileSystem() {
    int fd = descriptor();
    Scratch scratch = scratches.take();
    try {
      if (Libc.syncFileSystem(scratch.state, fd) != 0) {
        throw failure(scratch, "make the file system durable of");
      }
    } finally {
      scratches.give(scratch);
    }
  }

  private int descriptor() {
    int fd = descriptor;
    if (fd < 0) {
      throw new BlockError(BlockError.Kind.CLOSED, "'%s' is closed".formatted(path));
    }
    return fd;
  }

  private long seek(long offset, int whence) {
    int fd = descriptor();
    Scratch scratch = scratches.take();
    try {
      long found = Libc.seek(scratch.state, fd, offset, whence);
      if (found >= 0) {
        return found;
      }
      int errno = Libc.errno(scratch.state);
      if (errno == Libc.ENXIO) {
        return Libc.seek(scratch.state, fd, 0, Libc.SEEK_END);
      }
      if (errno == Libc.EINVAL && whence == Libc.SEEK_DATA) {
        return offset;
      }
      if (errno == Libc.EINVAL && whence == Libc.SEEK_HOLE) {
        return Libc.seek(scratch.state, fd, 0, Libc.SEEK_END);
      }
      throw failure(scratch, "seek in");
    } finally {
      scratches.give(scratch);
    }
  }

  private boolean tryAllocate(int mode, long offset, long length) {
    int fd = descriptor();
    Scratch scratch = scratches.take();
    try {
      while (Libc.allocate(scratch.state, fd, mode, offset, length) != 0) {
        int errno = Libc.errno(scratch.state);
        if (errno == Libc.EOPNOTSUPP || errno == Libc.ENOSYS) {
          return false;
        }
        if (errno != Libc.EINTR) {
          throw failure(scratch, "allocate or release %d bytes at %d of".formatted(length, offset));
        }
      }
      return true;
    } finally {
      noteChange();
      scratches.give(scratch);
    }
  }

  private void writeZeros(long offset, long length) {
    ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(length, ZEROS_BYTES));
    long done = 0;
    while (done < length) {
      zeros.clear().limit((int) Math.min(zeros.capacity(), length - done));
      writeAt(offset + done, zeros);
      done += zeros.limit();
    }
  }

  private BlockError failure(Scratch scratch, String deed) {
    return HostFailure.of(Libc.errno(scratch.state), deed, path);
  }
}
