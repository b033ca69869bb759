package dev.vcsnap.guest.rpc;

import dev.vcsnap.ground.clock.Clock;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The connection on which the host asks and Tools answer (port 975): one question at a time.
 *
 * <p>Tools that do not answer in time are cut off: whoever waits for them would wait for ever.
 */
final class TcloChannel implements AutoCloseable {

  private final SocketChannel channel;
  private final Clock clock;
  private final Duration patience;
  private final Runnable pinged;
  private final ReentrantLock one = new ReentrantLock();
  private final Object state = new Object();
  private @Nullable CompletableFuture<String> expected;
  private boolean ended;

  /**
   * Takes over a connection.
   *
   * @param patience how long an answer may take
   * @param pinged is told of each sign of life
   */
  TcloChannel(SocketChannel channel, Clock clock, Duration patience, Runnable pinged) {
    this.channel = channel;
    this.clock = clock;
    this.patience = patience;
    this.pinged = pinged;
  }

  /** Reads until the connection ends; whoever waits for an answer then is told. */
  void serve() throws IOException {
    try {
      var in = new DataInputStream(new BufferedInputStream(Channels.newInputStream(channel)));
      while (true) {
        Packet packet = Packet.read(in);
        if (packet.ping()) {
          pinged.run();
        } else {
          answer(packet);
        }
      }
    } finally {
      end();
    }
  }

  private void answer(Packet packet) throws MalformedPacketException {
    synchronized (state) {
      if (expected == null) {
        throw new MalformedPacketException("an answer that nobody asked for");
      }
      expected.complete(text(packet.payload()));
      expected = null;
    }
  }

  /** Tools end some answers with a zero. */
  private static String text(byte[] payload) {
    int length = payload.length;
    while (length > 0 && payload[length - 1] == 0) {
      length--;
    }
    return new String(payload, 0, length, StandardCharsets.UTF_8).stripTrailing();
  }

  private void end() {
    synchronized (state) {
      ended = true;
      if (expected != null) {
        expected.completeExceptionally(new EOFException());
        expected = null;
      }
    }
  }

  /**
   * Asks Tools, and returns what they say: {@code OK …} or {@code ERROR …}.
   *
   * @throws IOException when the connection is lost, before or meanwhile
   */
  String ask(byte[] request) throws IOException {
    one.lock();
    Thread watch = Thread.ofVirtual().name("guest-patience").unstarted(this::closeInTime);
    try {
      CompletableFuture<String> answer = expect();
      watch.start();
      ByteBuffer bytes = Packet.data(request).encoded();
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      return answer.get();
    } catch (ExecutionException e) {
      throw new IOException("VMware Tools are gone or gave no answer", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("the wait for VMware Tools was ended", e);
    } finally {
      watch.interrupt();
      one.unlock();
    }
  }

  private CompletableFuture<String> expect() throws IOException {
    synchronized (state) {
      if (ended) {
        throw new IOException("VMware Tools are gone");
      }
      expected = new CompletableFuture<>();
      return expected;
    }
  }

  private void closeInTime() {
    try {
      clock.sleep(patience);
      close();
    } catch (InterruptedException e) {
      // The answer is there.
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the connection, and with it {@link #serve}. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new IllegalStateException("a socket could not be closed", e);
    }
  }
}
