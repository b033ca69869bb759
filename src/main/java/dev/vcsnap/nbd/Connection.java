package dev.vcsnap.nbd;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client from its arrival to its end. However it ends, the disk that it had open is given back.
 *
 * <p>Each has a platform thread of its own, which blocks in the kernel: a virtual thread would pay
 * for a poller and two hand-overs at each receive.
 */
final class Connection implements Runnable {

  private static final Logger log = LoggerFactory.getLogger(Connection.class);

  /** What a client may take from its arrival to its choice of a disk. */
  static final Duration HANDSHAKE_MAX = Duration.ofSeconds(30);

  private final SocketChannel channel;
  private final ConnectionContext context;
  private final Consumer<Connection> whenEnded;

  Connection(SocketChannel channel, ConnectionContext context, Consumer<Connection> whenEnded) {
    this.channel = channel;
    this.context = context;
    this.whenEnded = whenEnded;
  }

  @Override
  public void run() {
    context.listener().connected();
    try (channel;
        var socket = new ClientSocket(channel)) {
      serve(socket);
    } catch (ProtocolViolation e) {
      log.debug("Client dropped: {}", e.getMessage());
    } catch (IOException e) {
      log.debug("Client gone: {}", e.toString());
    } catch (RuntimeException | OutOfMemoryError e) {
      log.error("Client dropped", e);
    } finally {
      context.listener().disconnected();
      whenEnded.accept(this);
    }
  }

  private void serve(ClientSocket socket) throws IOException {
    Agreement agreement = negotiate(socket);
    if (agreement == null) {
      return;
    }
    try (var export = agreement.export()) {
      context.listener().opened(export.name());
      DiskWorker worker = new DiskWorker(export.device(), agreement.contexts(), context.zeroes());
      new Transmission(socket, agreement, worker, context).run();
    }
  }

  private @Nullable Agreement negotiate(ClientSocket socket) throws IOException {
    try (var limit =
        new ChoiceLimit(HANDSHAKE_MAX, context.clock(), context.timers(), this::giveUp)) {
      return new Handshake(socket, context.exports(), context.tls(), limit).negotiate();
    }
  }

  private void giveUp() {
    try {
      cut();
    } catch (IOException e) {
      log.debug("The client was quicker: {}", e.toString());
    }
  }

  /** Lets the client's requests that have arrived be answered, and takes no more. */
  void finish() throws IOException {
    channel.shutdownInput();
  }

  /** Ends it now. */
  void cut() throws IOException {
    channel.close();
  }
}
