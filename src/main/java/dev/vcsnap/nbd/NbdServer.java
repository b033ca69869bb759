package dev.vcsnap.nbd;

import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.ground.clock.ClockTimers;
import dev.vcsnap.ground.door.Door;
import dev.vcsnap.lease.DiskExports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves disks over NBD: each connection opens one of the {@link DiskExports} by name and keeps it
 * until it ends.
 */
public final class NbdServer implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(NbdServer.class);

  private static final int CONNECTIONS_MAX = 256;

  /** How long a client may take to accept the last answers when the server stops. */
  private static final Duration FAREWELL = Duration.ofSeconds(5);

  private final DiskExports exports;
  private final SocketAddress bind;
  private final NbdTls tls;
  private final Clock clock;
  private final NbdListener listener;
  private @Nullable Listening listening;

  /**
   * @param exports the disks
   * @param bind where to listen: a port, of which 0 takes a free one, or a UNIX socket whose name
   *     must be free and stays when the server ends
   * @param tls whether and how connections are made private
   * @param clock tells slow disks from quick ones
   * @param listener hears what happens
   */
  public NbdServer(
      DiskExports exports, SocketAddress bind, NbdTls tls, Clock clock, NbdListener listener) {
    this.exports = exports;
    this.bind = bind;
    this.tls = tls;
    this.clock = clock;
    this.listener = listener;
  }

  /**
   * Listens from now on; does nothing when it already does.
   *
   * @throws UncheckedIOException when the address cannot be had
   */
  public synchronized void start() {
    if (listening != null) {
      return;
    }
    try {
      listening = new Listening();
    } catch (IOException e) {
      throw new UncheckedIOException("NBD cannot listen on %s".formatted(bind), e);
    }
    log.debug("NBD listens on {}", listening.door.address());
  }

  /** The port in use, which is not the one asked for when that was 0. */
  public synchronized int port() {
    if (listening == null) {
      throw new IllegalStateException("the NBD server is not started");
    }
    if (listening.door.address() instanceof InetSocketAddress address) {
      return address.getPort();
    }
    throw new IllegalStateException("%s has no port".formatted(listening.door.address()));
  }

  /** Whether it listens. */
  public synchronized boolean isRunning() {
    return listening != null;
  }

  /**
   * Takes no new clients, answers the requests that are being worked on, ends all connections and
   * returns when the last disk is given back. Harmless when repeated.
   */
  public synchronized void stop() {
    if (listening != null) {
      listening.end();
      listening = null;
    }
  }

  /** The same as {@link #stop}. */
  @Override
  public void close() {
    stop();
  }

  /** One span between start and stop. */
  private final class Listening {

    private final Door door;
    private final Crew crew = new Crew();
    private final ConnectionContext context =
        new ConnectionContext(
            exports, tls, clock, new ClockTimers(clock), listener, crew, DiskWorker.zeroes());
    private final Map<Connection, Thread> connections = new ConcurrentHashMap<>();
    private final Thread acceptor;

    Listening() throws IOException {
      door = new Door(bind, clock);
      acceptor = Thread.ofPlatform().daemon().name("nbd-accept").start(this::receive);
    }

    private void receive() {
      door.receive(this::welcome, e -> log.warn("NBD could not take a client: {}", e.toString()));
    }

    private void welcome(SocketChannel channel) throws IOException {
      if (connections.size() >= CONNECTIONS_MAX) {
        log.warn("NBD client refused: there are {} already", CONNECTIONS_MAX);
        channel.close();
        return;
      }
      Connection connection = new Connection(channel, context, connections::remove);
      try {
        if (channel.supportedOptions().contains(StandardSocketOptions.TCP_NODELAY)) {
          channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        }
        Thread thread = Thread.ofPlatform().daemon().name("nbd-client").unstarted(connection);
        connections.put(connection, thread);
        thread.start();
      } catch (IOException | OutOfMemoryError e) {
        // A client that is gone already, or no thread for it: neither may end the acceptor.
        log.warn("NBD client dropped: {}", e.toString());
        connections.remove(connection);
        channel.close();
      }
    }

    void end() {
      closeDoor();
      join(acceptor, FAREWELL);
      Map<Connection, Thread> last = Map.copyOf(connections);
      last.keySet().forEach(this::finish);
      if (!joinAll(last.values())) {
        last.keySet().forEach(this::cut);
        if (!joinAll(last.values())) {
          log.warn("NBD stops while disks are still being waited for");
        }
      }
      crew.close();
    }

    /** False once one has not ended in time; the others had as much. */
    private static boolean joinAll(Collection<Thread> threads) {
      return threads.stream().allMatch(thread -> join(thread, FAREWELL));
    }

    private void closeDoor() {
      try {
        door.close();
      } catch (IOException e) {
        log.warn("NBD could not stop listening: {}", e.toString());
      }
    }

    private void finish(Connection connection) {
      try {
        connection.finish();
      } catch (IOException e) {
        log.debug("The client was quicker: {}", e.toString());
      }
    }

    private void cut(Connection connection) {
      try {
        connection.cut();
      } catch (IOException e) {
        log.debug("The client was quicker: {}", e.toString());
      }
    }

    private static boolean join(Thread thread, Duration patience) {
      try {
        return thread.join(patience);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
  }
}
