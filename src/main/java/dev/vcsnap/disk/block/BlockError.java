package dev.vcsnap.disk.block;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A failure of the disk engine: a stable kind to act on, and a sentence with the value and the
 * place for people.
 */
public final class BlockError extends RuntimeException {

  /** What went wrong, in the words that callers branch on. */
  public enum Kind {
    /** The host could not read or write. */
    IO,
    /** The file system is full. */
    NO_SPACE,
    /** No such file. */
    NOT_FOUND,
    /** The name is taken. */
    ALREADY_EXISTS,
    /** The bytes are not of the expected format. */
    NOT_THIS_FORMAT,
    /** The format is right and its content contradicts itself. */
    CORRUPT,
    /** The format's version is newer than this program knows. */
    TOO_NEW,
    /** A valid file that uses something this program does not do. */
    UNSUPPORTED,
    /** Offset or length leaves the device. */
    OUT_OF_BOUNDS,
    /** A write to something opened for reading. */
    READ_ONLY,
    /** Somebody else has the file open. */
    LOCKED,
    /** The device was closed. */
    CLOSED
  }

  private final Kind kind;
  private final @Nullable Path file;

  public BlockError(Kind kind, String message) {
    this(kind, message, null);
  }

  public BlockError(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.file = cause instanceof BlockError error ? error.file : null;
  }

  /**
   * @param file which file of the host it is about; the message names it too
   */
  public BlockError(Kind kind, Path file, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.file = file;
  }

  public Kind kind() {
    return kind;
  }

  /** The file of the host that failed, if the failure is about one. */
  public Optional<Path> file() {
    return Optional.ofNullable(file);
  }
}
