package dev.vcsnap.cli;

import dev.vcsnap.disk.block.BlockError;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * The name of a UNIX socket in the file system: free at the start, gone at the end. A name that a
 * killed server left behind is taken over; one on which somebody listens, or that is no socket, is
 * not.
 *
 * @param path where the socket is
 */
record SocketFile(Path path) implements AutoCloseable {

  /** Makes sure that the name can be bound. */
  static SocketFile claim(Path path) throws IOException {
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      requireAbandoned(path);
      Files.delete(path);
    }
    return new SocketFile(path);
  }

  private static void requireAbandoned(Path path) throws IOException {
    if (!isSocket(path)) {
      throw new BlockError(
          BlockError.Kind.ALREADY_EXISTS, "'%s' exists and is no socket".formatted(path));
    }
    try (SocketChannel _ = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      throw new BlockError(BlockError.Kind.LOCKED, "a server listens on '%s'".formatted(path));
    } catch (ConnectException _) {
      // Nobody listens: whoever made it is gone.
    }
  }

  private static boolean isSocket(Path path) throws IOException {
    int format = 0170000;
    int socket = 0140000;
    int mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    return (mode & format) == socket;
  }

  UnixDomainSocketAddress address() {
    return UnixDomainSocketAddress.of(path);
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(path);
  }
}
