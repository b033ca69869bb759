package dev.vcsnap.datastore;

import dev.vcsnap.disk.block.BlockError;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;

/** Gives the host's file errors the kinds that callers branch on. */
final class IoFailure {

  private IoFailure() {}

  /** Completes "Cannot {@code action} {@code file}" with the host's reason. */
  static BlockError of(String action, Path file, IOException cause) {
    String reason = reason(cause);
    return new BlockError(
        kind(cause, reason), file, "Cannot " + action + " \"" + file + "\": " + reason, cause);
  }

  private static BlockError.Kind kind(IOException cause, String reason) {
    String words = reason.toLowerCase(Locale.ROOT);
    return switch (cause) {
      case NoSuchFileException missing -> BlockError.Kind.NOT_FOUND;
      case FileAlreadyExistsException taken -> BlockError.Kind.ALREADY_EXISTS;
      // The JDK has no type for these three; the texts are the C library's.
      default -> {
        if (words.contains("no space left") || words.contains("quota exceeded")) {
          yield BlockError.Kind.NO_SPACE;
        }
        yield words.contains("read-only file system")
            ? BlockError.Kind.READ_ONLY
            : BlockError.Kind.IO;
      }
    };
  }

  /** A file exception's message is often only the path: say what its type means. */
  private static String reason(IOException cause) {
    return switch (cause) {
      case NoSuchFileException missing -> "it does not exist";
      case FileAlreadyExistsException taken -> "the name is taken";
      case AccessDeniedException denied -> "permission denied";
      case FileSystemException other when other.getReason() != null -> other.getReason();
      default -> cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    };
  }
}
