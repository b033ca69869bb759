package dev.vcsnap.disk.io;

import dev.vcsnap.disk.block.BlockError;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Puts a new content under a name so that a power loss leaves the old content or the new one.
 *
 * <p>The new content goes to a temporary file in the same directory, reaches the disk, takes the
 * name over, and then the directory reaches the disk. A crash in between leaves the temporary file;
 * a failure does not, and whoever reads the name after it finds the old content, also when the
 * failure came last of all.
 */
public final class Replacement {

  /** Names that begin like this belong to this program. */
  public static final String RESERVED_PREFIX = ".vcsnap-";

  private static final Pattern TEMPORARY = Pattern.compile("\\.vcsnap-\\d{1,9}\\.tmp");
  private static final int TEMPORARY_FILES_MAX = 10_000;

  private final DiskFiles files;
  private final BiConsumer<Path, Path> rename;

  /**
   * @param rename gives a file another name, which it takes from whoever has it
   */
  public Replacement(DiskFiles files, BiConsumer<Path, Path> rename) {
    this.files = files;
    this.rename = rename;
  }

  /** Whether this is the name of a temporary file, whoever made it. */
  public static boolean isTemporary(Path file) {
    return TEMPORARY.matcher(String.valueOf(file.getFileName())).matches();
  }

  /** The temporary name with that number: writers of one directory take the first free one. */
  public static Path temporary(Path directory, int number) {
    return directory.resolve(RESERVED_PREFIX + number + ".tmp");
  }

  /** Makes {@code content} the content of the file, for good once this returns. */
  public void replace(Path path, byte[] content) {
    try (DiskFile old = openIfThere(path)) {
      put(path, content);
      try {
        files.syncDirectory(directoryOf(path));
      } catch (BlockError failure) {
        takeBack(path, old, failure);
        throw failure;
      }
    }
  }

  private @Nullable DiskFile openIfThere(Path path) {
    try {
      // A directory in the way is told of by the rename.
      return files.isDirectory(path) ? null : files.open(path, false);
    } catch (BlockError failure) {
      if (failure.kind() == BlockError.Kind.NOT_FOUND) {
        return null;
      }
      throw failure;
    }
  }

  /** Does all of it but the last step: the directory is the caller's to sync. */
  public void put(Path path, byte[] content) {
    Path temporary = write(path, content);
    try {
      rename.accept(temporary, path);
    } catch (BlockError failure) {
      remove(temporary, failure);
      throw failure;
    }
  }

  private Path write(Path path, byte[] content) {
    try (DiskFile file = createTemporary(directoryOf(path))) {
      try {
        file.writeAt(0, ByteBuffer.wrap(content));
        file.sync();
        return file.path();
      } catch (BlockError failure) {
        remove(file.path(), failure);
        throw failure;
      }
    } catch (BlockError failure) {
      // Nobody knows the temporary file; what failed is the replacement of this one.
      throw new BlockError(
          failure.kind(),
          path,
          "cannot replace '%s': %s".formatted(path, failure.getMessage()),
          failure);
    }
  }

  private void remove(Path temporary, BlockError failure) {
    try {
      files.delete(temporary);
    } catch (BlockError second) {
      failure.addSuppressed(second);
    }
  }

  private DiskFile createTemporary(Path directory) {
    for (int number = 0; ; number++) {
      try {
        return files.create(temporary(directory, number));
      } catch (BlockError failure) {
        if (failure.kind() != BlockError.Kind.ALREADY_EXISTS || number == TEMPORARY_FILES_MAX) {
          throw failure;
        }
      }
    }
  }

  /** What is read from here on must be what the caller believes to be there after a failure. */
  private void takeBack(Path path, @Nullable DiskFile old, BlockError failure) {
    try {
      if (old == null) {
        files.delete(path);
      } else {
        ByteBuffer content = ByteBuffer.allocate((int) old.size());
        old.readAt(0, content);
        put(path, content.array());
      }
    } catch (BlockError second) {
      failure.addSuppressed(second);
    }
  }

  private static Path directoryOf(Path path) {
    Path parent = path.toAbsolutePath().getParent();
    return parent == null ? path.toAbsolutePath() : parent;
  }
}
