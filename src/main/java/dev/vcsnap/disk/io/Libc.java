package dev.vcsnap.disk.io;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/** The system calls that {@link HostFile} is made of, with Linux's numbers. */
final class Libc {

  static final int O_RDONLY = 0;
  static final int O_RDWR = 2;
  static final int O_CREAT = 0x40;
  static final int O_EXCL = 0x80;
  static final int O_CLOEXEC = 0x80000;

  static final int FALLOC_KEEP_SIZE = 1;
  static final int FALLOC_PUNCH_HOLE = 2;
  static final int FALLOC_ZERO_RANGE = 0x10;

  static final int SYNC_RANGE_BEGIN = 2;

  static final int SEEK_SET = 0;
  static final int SEEK_END = 2;
  static final int SEEK_DATA = 3;
  static final int SEEK_HOLE = 4;

  static final int LOCK_SHARED = 1;
  static final int LOCK_EXCLUSIVE = 2;
  static final int LOCK_WITHOUT_WAITING = 4;

  static final int EPERM = 1;
  static final int ENOENT = 2;
  static final int EINTR = 4;
  static final int ENXIO = 6;
  static final int EAGAIN = 11;
  static final int EACCES = 13;
  static final int EEXIST = 17;
  static final int ENOTDIR = 20;
  static final int EINVAL = 22;
  static final int EFBIG = 27;
  static final int ENOSPC = 28;
  static final int EROFS = 30;
  static final int ENOSYS = 38;
  static final int EOPNOTSUPP = 95;
  static final int EDQUOT = 122;

  /** Of {@code struct statx}, which is the same for every processor, unlike {@code struct stat}. */
  private static final int STATX_BYTES = 256;

  private static final int STATX_BLOCKS = 0x400;
  private static final long STATX_BLOCKS_BYTE = 0x30;
  private static final int STATX_BLOCK_BYTES = 512;
  private static final int AT_EMPTY_PATH = 0x1000;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO = STATE.varHandle(PathElement.groupElement("errno"));

  private static final MethodHandle OPEN =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("open"),
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT),
          Linker.Option.captureCallState("errno"),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle CLOSE = call("close", JAVA_INT, JAVA_INT);
  private static final MethodHandle PREAD = transfer("pread");
  private static final MethodHandle PWRITE = transfer("pwrite");
  private static final MethodHandle LSEEK = call("lseek", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);
  private static final MethodHandle FTRUNCATE = call("ftruncate", JAVA_INT, JAVA_INT, JAVA_LONG);
  private static final MethodHandle FDATASYNC = call("fdatasync", JAVA_INT, JAVA_INT);
  private static final MethodHandle SYNC_FILE_RANGE =
      call("sync_file_range", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
  private static final MethodHandle FSYNC = call("fsync", JAVA_INT, JAVA_INT);
  private static final MethodHandle SYNCFS = call("syncfs", JAVA_INT, JAVA_INT);
  private static final MethodHandle FLOCK = call("flock", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle STATX =
      call("statx", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);
  private static final MethodHandle FALLOCATE =
      call("fallocate", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);

  private Libc() {}

  /** Memory for one call's errno. */
  static MemorySegment newState(Arena arena) {
    return arena.allocate(STATE);
  }

  static int errno(MemorySegment state) {
    return (int) ERRNO.get(state, 0L);
  }

  static int open(MemorySegment state, String path, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      return (int) OPEN.invokeExact(state, arena.allocateFrom(path), flags | O_CLOEXEC, 0644);
    } catch (Throwable failure) {
      throw unexpected(failure);
    }
  }

  static int close(MemorySegment state, int fd) {
    try {
      return (int) CLOSE.invokeExact(state, fd);
    } catch (Throwable failure) {
      throw unexpected(failure);
    }
  }

  static long pread(MemorySegment state, int fd, MemorySegment target, long offset) {
    try {
      return (long) PREAD.invokeExact(state, fd, target, target.byteSize(), offset);
    } catch (Throwable failure) {
      throw unexpected(failure);
    }
  }

  static long pwrite(MemorySegment state, int fd, MemorySegment source, long offset) {
    try {
      return (long) PWRITE.invokeExact(state, fd, source, source.byteSize(), offset);
    } catch (Throwable failure) {
      throw unexpected(failure);
    }
  }

  static long seek(MemorySegment state, int fd, long offset, int whence) {
    try {
      return (long) LSEEK.invokeExact(state, fd, offset, whence);
    } catch (Throwable failure) {
      throw unexpected(failure);
    }
  }

  /** Bytes of storage behind a file; negative after a failure. */
  static long storageBytes(MemorySegment state, int fd) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment found = arena.allocate(STATX_BYTES, Long.BYTES);
      int result =
          (int)
              STATX.invokeExact(
                  state, fd, arena.allocateFrom(""), AT_EMPTY_PATH, STATX_BLOCKS, found);
      return result < 0 ? result : found.get(JAVA_LONG, STATX_BLOCKS_BYTE) * STATX_BLOCK_BYTES;
    } catch (Throwable failure) {
      throw unexpected(failure);
    }
  }

  static int truncate(MemorySegment state, int fd, long size) {
    try {
      return (int) FTRUNCATE.invokeExact(state, fd, size);
    } catch (Throwable failure) {
      throw unexpected(failure);
    }
  }

  static int syncData(MemorySegment state, int fd) {
    try {
      return (int) FDATASYNC.invokeExact(state, fd);
    } catch (Throwable failure) {
      throw unexpected(failure);
    }
  }

  static int syncRange(MemorySegment state, int fd, long offset, long length, int how) {
    try {
      return (int) SYNC_FILE_RANGE.invokeExact(state, fd, offset, length, how);
    } catch (Throwable failure) {
      throw unexpected(failure);
    }
  }

  static int syncAll(MemorySegment state, int fd) {
    try {
      return (int) FSYNC.invokeExact(state, fd);
    } catch (Throwable failure) {
      throw unexpected(failure);
    }
  }

  static int syncFileSystem(MemorySegment state, int fd) {
    try {
      return (int) SYNCFS.invokeExact(state, fd);
    } catch (Throwable failure) {
      throw unexpected(failure);
    }
  }

  static int lock(MemorySegment state, int fd, int operation) {
    try {
      return (int) FLOCK.invokeExact(state, fd, operation);
    } catch (Throwable failure) {
      throw unexpected(failure);
    }
  }

  static int allocate(MemorySegment state, int fd, int mode, long offset, long length) {
    try {
      return (int) FALLOCATE.invokeExact(state, fd, mode, offset, length);
    } catch (Throwable failure) {
      throw unexpected(failure);
    }
  }

  private static MethodHandle transfer(String name) {
    return call(name, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG);
  }

  private static MethodHandle call(String name, MemoryLayout result, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(result, arguments),
        Linker.Option.captureCallState("errno"));
  }

  /** A system call throws nothing itself; what arrives here is the JVM's own trouble. */
  private static RuntimeException unexpected(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure instanceof RuntimeException exception) {
      throw exception;
    }
    return new IllegalStateException(failure);
  }
}
