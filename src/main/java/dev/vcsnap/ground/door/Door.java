package dev.vcsnap.ground.door;

import dev.vcsnap.ground.clock.Clock;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.function.Consumer;

/** A socket that takes connections until it is closed, whatever becomes of a single one. */
public final class Door implements AutoCloseable {

  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(100);

  private final ServerSocketChannel channel;
  private final SocketAddress address;
  private final Clock clock;

  /** What is done with a connection, on the thread that takes them all. */
  @FunctionalInterface
  public interface Welcome {

    void welcome(SocketChannel channel) throws IOException;
  }

  /**
   * Opens it; connections wait until they are {@linkplain #receive received}.
   *
   * @param bind a port, of which 0 takes a free one, or a UNIX socket whose name must be free and
   *     stays when it is closed
   * @throws IOException when the address cannot be had
   */
  public Door(SocketAddress bind, Clock clock) throws IOException {
    this.clock = clock;
    boolean local = bind instanceof UnixDomainSocketAddress;
    channel =
        local ? ServerSocketChannel.open(StandardProtocolFamily.UNIX) : ServerSocketChannel.open();
    try {
      if (!local) {
        // A restarted server gets its port back although old connections linger.
        channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      }
      channel.bind(bind);
      address = channel.getLocalAddress();
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** Where it is, with the port that was taken. */
  public SocketAddress address() {
    return address;
  }

  public boolean isOpen() {
    return channel.isOpen();
  }

  /**
   * Takes connections, and returns when it is closed or the thread is told to stop.
   *
   * @param failed is told of a connection that could not be taken
   */
  public void receive(Welcome welcome, Consumer<IOException> failed) {
    while (channel.isOpen()) {
      try {
        welcome.welcome(channel.accept());
      } catch (ClosedChannelException e) {
        // Of the door, or of a connection that has ended already.
      } catch (IOException e) {
        failed.accept(e);
        if (!pause()) {
          return;
        }
      }
    }
  }

  /** Without it a server that is out of file handles would spin. */
  private boolean pause() {
    try {
      clock.sleep(PAUSE_AFTER_FAILURE);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Takes no new connections; those that were taken stay. */
  @Override
  public void close() throws IOException {
    channel.close();
  }
}
