package dev.vcsnap.guest;

import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.ground.door.Door;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A socket on which the guest of one machine may connect, with each connection on its own thread.
 */
public final class GuestDoor implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(GuestDoor.class);

  /** Tools keep two connections, and their programs make one for each request. */
  private static final int CONNECTIONS_MAX = 16;

  private final Door door;
  private final Conversation conversation;
  private final Set<SocketChannel> connections = ConcurrentHashMap.newKeySet();

  /** What is done with a connection until it ends. */
  @FunctionalInterface
  public interface Conversation {

    void hold(SocketChannel channel) throws IOException, InterruptedException;
  }

  /**
   * Listens from now on.
   *
   * @throws IOException when the address cannot be had
   */
  GuestDoor(SocketAddress address, Clock clock, Conversation conversation) throws IOException {
    this.conversation = conversation;
    door = new Door(address, clock);
    Thread.ofVirtual()
        .name("guest-door")
        .start(() ->
            door.receive(
                this::welcome, e -> LOG.warn("A guest could not connect: {}", e.toString())));
  }

  SocketAddress address() {
    return door.address();
  }

  private void welcome(SocketChannel channel) throws IOException {
    if (connections.size() >= CONNECTIONS_MAX) {
      channel.close();
      return;
    }
    connections.add(channel);
    Thread.ofVirtual().name("guest").start(() -> serve(channel));
    if (!door.isOpen()) {
      channel.close();
    }
  }

  private void serve(SocketChannel channel) {
    try (channel) {
      conversation.hold(channel);
    } catch (EOFException | AsynchronousCloseException e) {
      LOG.debug("A guest is gone");
    } catch (IOException e) {
      LOG.debug("A guest is gone: {}", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.error("A guest was dropped", e);
    } finally {
      connections.remove(channel);
    }
  }

  /** Ends the connections, and takes no new ones. */
  @Override
  public void close() throws IOException {
    door.close();
    for (SocketChannel channel : connections) {
      channel.close();
    }
  }
}
