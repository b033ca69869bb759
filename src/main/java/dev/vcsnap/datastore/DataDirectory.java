package dev.vcsnap.datastore;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.ground.clock.Clock;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The folder that a server keeps everything in: one folder for each datastore, and the server's own
 * files.
 *
 * <pre>
 *   DIR/vcsnap.data       marker: magic, format, product
 *   DIR/vcsnap.lock       locked while a server runs; text: its process id and start time
 *   DIR/.server/...       the server's own files
 *   DIR/LocalDS_0/...     the content of a datastore
 * </pre>
 *
 * <p>Opening refuses, with a sentence that names the file and what to do: a folder with other
 * content (NOT_THIS_FORMAT), one that another server uses (LOCKED), one of a newer format
 * (TOO_NEW), a damaged marker (CORRUPT), and one that cannot be written (READ_ONLY).
 */
public final class DataDirectory implements Closeable {

  private static final String SERVER_FILES = ".server";
  private static final String VOLUME_FILES = "lost+found";

  private final Path root;
  private final boolean created;
  private final DataLock lock;
  private boolean closed;

  private DataDirectory(Path root, boolean created, DataLock lock) {
    this.root = root;
    this.created = created;
    this.lock = lock;
  }

  /** Creates or reopens the folder and holds it until {@link #close}. */
  public static DataDirectory open(Path data, Clock clock) {
    Path root = realRoot(data.toAbsolutePath().normalize());
    DataLock lock = null;
    DataDirectory opened = null;
    try {
      refuseIfNotOurs(root);
      lock = DataLock.take(root, clock);
      // Once more under the lock: another server may have been faster.
      boolean created = refuseIfNotOurs(root);
      AtomicFile.removeLeftovers(root);
      if (created) {
        DataMarker.write(root.resolve(DataMarker.FILE_NAME));
      }
      opened = new DataDirectory(root, created, lock);
      return opened;
    } catch (IOException e) {
      throw notWritable(root, e);
    } finally {
      if (opened == null && lock != null) {
        lock.close();
      }
    }
  }

  private static Path realRoot(Path data) {
    try {
      return Files.createDirectories(data).toRealPath();
    } catch (FileAlreadyExistsException e) {
      throw new BlockError(
          BlockError.Kind.NOT_THIS_FORMAT,
          "The data directory \"" + data + "\" is a file; choose a directory",
          e);
    } catch (IOException e) {
      throw notWritable(data, e);
    }
  }

  /** True when the folder is empty and becomes ours, false when it is ours already. */
  private static boolean refuseIfNotOurs(Path root) throws IOException {
    Path marker = root.resolve(DataMarker.FILE_NAME);
    if (Files.exists(marker)) {
      DataMarker.check(marker);
      return false;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(root)) {
      for (Path entry : entries) {
        String name = String.valueOf(entry.getFileName());
        // The lock and temporary files may be of a first start that was cut short; a volume's root
        // has lost+found.
        if (!name.equals(DataLock.FILE_NAME)
            && !name.equals(VOLUME_FILES)
            && !AtomicFile.isTemporary(entry)) {
          throw new BlockError(
              BlockError.Kind.NOT_THIS_FORMAT,
              "The data directory \""
                  + root
                  + "\" is not empty and not of this program: it holds \""
                  + name
                  + "\" but no \""
                  + DataMarker.FILE_NAME
                  + "\"; choose an empty or a new directory");
        }
      }
    }
    return true;
  }

  private static BlockError notWritable(Path root, IOException cause) {
    BlockError error = IoFailure.of("use the data directory", root, cause);
    if (cause instanceof AccessDeniedException || error.kind() == BlockError.Kind.READ_ONLY) {
      return new BlockError(
          BlockError.Kind.READ_ONLY,
          "The data directory \""
              + root
              + "\" is not writable; let the user \""
              + System.getProperty("user.name")
              + "\" write to it, or choose another directory",
          cause);
    }
    return error;
  }

  public Path root() {
    return root;
  }

  /** True when this open made the folder's marker: nothing was there to be found again. */
  public boolean created() {
    return created;
  }

  /** A VMFS 6 datastore, made when it does not exist. */
  public Datastore datastore(String name) {
    return datastore(name, FileSystemType.VMFS6);
  }

  /** A datastore, made when it does not exist. */
  public Datastore datastore(String name, FileSystemType type) {
    if (name.isBlank()
        || name.startsWith(".")
        || name.startsWith("vcsnap.")
        || name.equals(VOLUME_FILES)
        || name.indexOf('/') >= 0
        || name.indexOf('\\') >= 0
        || name.codePoints().anyMatch(Character::isISOControl)) {
      throw new DatastorePathException(
          "[" + name + "]", "cannot be the name of a datastore's folder");
    }
    return new Datastore(name, root.resolve(name), type);
  }

  /** Where the server keeps a file of its own; the folder is made. */
  public Path serverFile(String name) {
    try {
      return Files.createDirectories(root.resolve(SERVER_FILES)).resolve(name);
    } catch (IOException e) {
      throw notWritable(root, e);
    }
  }

  /** Lets another server have the folder; closing twice is harmless. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      lock.close();
    }
  }
}
