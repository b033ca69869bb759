package dev.vcsnap.datastore;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.io.HostFiles;
import dev.vcsnap.disk.io.Replacement;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Replaces small files so that a reader, and a start after a crash, see the old content or the new
 * one, never a part.
 *
 * <p>The new content goes to a temporary file in the same folder, reaches the disk, takes the name
 * over, and then the folder reaches the disk. A crash in between leaves the temporary file; {@link
 * #removeLeftovers} takes it away.
 */
public final class AtomicFile {

  /** Names that belong to this server; clients can neither see nor use them. */
  static final String RESERVED_PREFIX = Replacement.RESERVED_PREFIX;

  private static final int TEMPORARY_FILES_MAX = 10_000;

  private AtomicFile() {}

  /** Makes {@code content} the content of {@code file}, for good once this returns. */
  public static void replace(Path file, byte[] content) {
    new HostFiles().replace(file, content);
  }

  /**
   * Removes what a crash left in the folder and returns the names; only safe while nobody writes
   * there.
   */
  public static List<String> removeLeftovers(Path folder) {
    List<String> removed = new ArrayList<>();
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(folder, AtomicFile::isTemporary)) {
      for (Path entry : entries) {
        Files.delete(entry);
        removed.add(entry.getFileName().toString());
      }
      if (!removed.isEmpty()) {
        syncFolder(folder);
      }
    } catch (IOException e) {
      throw IoFailure.of("clean up", folder, e);
    }
    removed.sort(null);
    return removed;
  }

  static boolean isTemporary(Path file) {
    return Replacement.isTemporary(file);
  }

  /**
   * Makes the folder's names durable; without it a rename may be lost though the file's bytes are
   * not.
   */
  static void syncFolder(Path folder) throws IOException {
    Uninterrupted.call(() -> {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
        return folder;
      }
    });
  }

  private static Path folderOf(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null) {
      throw new BlockError(BlockError.Kind.IO, "Cannot replace \"" + file + "\": it is a root");
    }
    return folder;
  }

  /** A file under a temporary name, gone at the end unless it became the real one. */
  static final class Temporary implements AutoCloseable {

    private final Path path;
    private final FileChannel channel;
    private boolean named;

    private Temporary(Path path, FileChannel channel) {
      this.path = path;
      this.channel = channel;
    }

    /** Takes the first free temporary name: several writers of one folder never share one. */
    static Temporary in(Path folder) throws IOException {
      for (int number = 0; ; number++) {
        Path path = Replacement.temporary(folder, number);
        try {
          return new Temporary(
              path,
              FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
        } catch (FileAlreadyExistsException e) {
          if (number == TEMPORARY_FILES_MAX) {
            throw e;
          }
        }
      }
    }

    void write(ByteBuffer bytes) throws IOException {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }

    void become(Path file) throws IOException {
      channel.force(true);
      Files.move(path, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      named = true;
      syncFolder(folderOf(file));
    }

    @Override
    public void close() throws IOException {
      try (channel) {
        if (!named) {
          Files.deleteIfExists(path);
        }
      }
    }
  }
}
