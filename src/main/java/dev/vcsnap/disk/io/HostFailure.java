package dev.vcsnap.disk.io;

import dev.vcsnap.disk.block.BlockError;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Turns what the host says into the engine's own failures. */
final class HostFailure {

  private HostFailure() {}

  static BlockError of(int errno, String deed, Path path) {
    BlockError.Kind kind =
        switch (errno) {
          case Libc.ENOENT, Libc.ENOTDIR -> BlockError.Kind.NOT_FOUND;
          case Libc.EEXIST -> BlockError.Kind.ALREADY_EXISTS;
          case Libc.ENOSPC, Libc.EDQUOT -> BlockError.Kind.NO_SPACE;
          case Libc.EPERM, Libc.EACCES, Libc.EROFS -> BlockError.Kind.READ_ONLY;
          case Libc.EFBIG -> BlockError.Kind.UNSUPPORTED;
          default -> BlockError.Kind.IO;
        };
    String reason =
        switch (kind) {
          case UNSUPPORTED -> "the file system has no files of that size";
          case NOT_FOUND -> "no such file";
          case ALREADY_EXISTS -> "the name is taken";
          case NO_SPACE -> "no space left";
          case READ_ONLY -> "not permitted";
          default -> "errno " + errno;
        };
    return new BlockError(kind, path, "cannot %s '%s': %s".formatted(deed, path, reason), null);
  }

  static BlockError of(IOException failure, String deed, Path path) {
    String reason = failure.getMessage();
    BlockError.Kind kind =
        switch (failure) {
          case NoSuchFileException _ -> BlockError.Kind.NOT_FOUND;
          case FileAlreadyExistsException _ -> BlockError.Kind.ALREADY_EXISTS;
          case FileSystemException system when isFull(system) -> BlockError.Kind.NO_SPACE;
          default -> BlockError.Kind.IO;
        };
    return new BlockError(kind, path, "cannot %s '%s': %s".formatted(deed, path, reason), failure);
  }

  /** The JDK keeps errno to itself; only the host's sentence tells. */
  private static boolean isFull(FileSystemException failure) {
    String reason = failure.getReason();
    return reason != null && (reason.contains("No space") || reason.contains("quota"));
  }
}
