package dev.vcsnap.datastore;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.ground.clock.Clock;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a data directory for one server: the system's lock on a file, whose text tells the others
 * who has it.
 *
 * <p>The lock ends with the process, however it ends; the text stays and means nothing then.
 */
final class DataLock implements Closeable {

  static final String FILE_NAME = "vcsnap.lock";

  /**
   * Folders that this process holds. A file lock belongs to the whole process and is lost when the
   * process closes any channel to the file, so a second server in one JVM must be turned away
   * before it touches the lock file.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path root;
  private final FileChannel channel;

  private DataLock(Path root, FileChannel channel) {
    this.root = root;
    this.channel = channel;
  }

  /** Takes the lock of the folder, a real path, or refuses with LOCKED. */
  static DataLock take(Path root, Clock clock) throws IOException {
    if (!HELD.add(root)) {
      throw inUse(root, "another server in this process (process id " + pid() + ")");
    }
    FileChannel channel = null;
    DataLock taken = null;
    try {
      channel =
          FileChannel.open(
              root.resolve(FILE_NAME),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      if (channel.tryLock() == null) {
        throw inUse(root, ownerIn(channel));
      }
      sign(channel, clock);
      taken = new DataLock(root, channel);
      return taken;
    } finally {
      if (taken == null) {
        release(root, channel);
      }
    }
  }

  private static BlockError inUse(Path root, String owner) {
    return new BlockError(
        BlockError.Kind.LOCKED,
        "The data directory \""
            + root
            + "\" is in use by "
            + owner
            + "; stop it or choose another directory (its lock is \""
            + root.resolve(FILE_NAME)
            + "\")");
  }

  private static String ownerIn(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(1000);
    channel.read(bytes, 0);
    try {
      Vmx text = Vmx.parse(new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8));
      return "the server with the process id "
          + text.get("pid").orElse("(not written)")
          + ", started at "
          + text.get("started").orElse("(not written)");
    } catch (BlockError e) {
      return "another server, whose process id cannot be read (" + e.getMessage() + ")";
    }
  }

  private static void sign(FileChannel channel, Clock clock) throws IOException {
    Vmx text = new Vmx();
    text.putNumber("pid", pid());
    text.put("started", clock.now().toString());
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(text.bytes()), 0);
    channel.force(true);
  }

  private static long pid() {
    return ProcessHandle.current().pid();
  }

  @Override
  public void close() {
    try {
      release(root, channel);
    } catch (IOException e) {
      throw IoFailure.of("unlock", root, e);
    }
  }

  /**
   * The channel first: closing it after another server of this process came would cost that one its
   * lock.
   */
  private static void release(Path root, @Nullable FileChannel channel) throws IOException {
    try {
      if (channel != null) {
        channel.close();
      }
    } finally {
      HELD.remove(root);
    }
  }
}
