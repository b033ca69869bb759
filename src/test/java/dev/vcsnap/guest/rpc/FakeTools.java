package dev.vcsnap.guest.rpc;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A guest's end of the two connections, which answers as it is told to. */
final class FakeTools implements AutoCloseable {

  private final SocketChannel rpci;
  private final SocketChannel tclo;
  private final DataInputStream answers;
  private final Function<String, String> replies;
  final List<String> asked = new CopyOnWriteArrayList<>();

  /**
   * Connects.
   *
   * @param replies what it says to the host's requests; an empty text leaves one unanswered
   */
  FakeTools(SocketAddress rpci, SocketAddress tclo, Function<String, String> replies)
      throws IOException {
    this.replies = replies;
    this.rpci = SocketChannel.open(rpci);
    this.answers = new DataInputStream(Channels.newInputStream(this.rpci));
    this.tclo = SocketChannel.open(tclo);
    Thread.ofVirtual().start(this::serve);
  }

  private void serve() {
    try {
      var in = new DataInputStream(Channels.newInputStream(tclo));
      while (true) {
        String request = new String(Packet.read(in).payload(), StandardCharsets.ISO_8859_1);
        asked.add(request);
        String reply = replies.apply(request);
        if (!reply.isEmpty()) {
          send(tclo, Packet.data(reply.getBytes(StandardCharsets.UTF_8)));
        }
      }
    } catch (IOException e) {
      asked.add("end");
    }
  }

  private static void send(SocketChannel channel, Packet packet) throws IOException {
    ByteBuffer bytes = packet.encoded();
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  void ping() throws IOException {
    send(tclo, new Packet(true, new byte[0], false));
  }

  /** Asks the host. */
  String ask(String request) throws IOException {
    send(rpci, Packet.data(request.getBytes(StandardCharsets.UTF_8)));
    return new String(Packet.read(answers).payload(), StandardCharsets.UTF_8);
  }

  /** Sends bytes that need not be a packet, and tells whether the host then ends the connection. */
  boolean isDroppedAfter(byte[] bytes) throws IOException {
    rpci.write(ByteBuffer.wrap(bytes));
    return answers.read() < 0;
  }

  @Override
  public void close() throws IOException {
    rpci.close();
    tclo.close();
  }
}
