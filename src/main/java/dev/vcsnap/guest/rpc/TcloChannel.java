package dev.vcsnap.guest.rpc;

import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.guest.Questions;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** The connection on which the host asks and Tools answer (port 975). */
final class TcloChannel implements AutoCloseable {

  private final SocketChannel channel;
  private final Clock clock;
  private final Questions<byte[]> questions;
  private final Runnable pinged;

  /**
   * Takes over a connection.
   *
   * @param patience how long an answer may take
   * @param pinged is told of each sign of life
   */
  TcloChannel(SocketChannel channel, Clock clock, Duration patience, Runnable pinged) {
    this.channel = channel;
    this.clock = clock;
    this.questions = new Questions<>(channel, clock, patience);
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
        } else if (!questions.answer(packet.payload())) {
          throw new MalformedPacketException("an answer that nobody asked for");
        }
      }
    } finally {
      questions.end();
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

  /**
   * Asks Tools, and returns what they say: {@code OK …} or {@code ERROR …}.
   *
   * @throws IOException when the connection is lost, before or meanwhile
   */
  String ask(byte[] request) throws IOException {
    return text(questions.ask(Packet.data(request).encoded()));
  }

  /**
   * Lets Tools be asked, from now for so long in all, for what one can do without: when they take
   * longer only that fails.
   */
  GuestFiles.Guest within(Duration time) {
    long end = clock.nanoTime() + time.toNanos();
    return request -> questions.askInPassing(Packet.data(request).encoded(), end);
  }

  /** Ends the connection, and with it {@link #serve}. */
  @Override
  public void close() {
    questions.close();
  }
}
