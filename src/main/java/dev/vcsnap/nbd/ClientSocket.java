package dev.vcsnap.nbd;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLContext;

/**
 * One client's socket with its two buffers, made so that a whole batch of requests costs one
 * receive and one send.
 *
 * <p>{@link #in} holds what has arrived and was not consumed between its position and its limit;
 * what was consumed stays readable there until the next {@link #await}. {@link #out} holds what
 * waits to be sent before its position. Both are direct, so the kernel copies straight into them.
 */
final class ClientSocket implements AutoCloseable {

  /** Holds any one reply of the handshake; clients that only look around need no more. */
  private static final int HANDSHAKE_BYTES = 16 << 10;

  /** Holds what a client that keeps 32 writes of 4 KiB in flight sends at once, and more. */
  private static final int IN_BYTES = 256 << 10;

  /**
   * Holds a read of 2 MiB, the most that common clients ask for, whole: the answer of such a one is
   * not begun before all is read, so a failing disk can be told of in any case.
   */
  private static final int OUT_BYTES = (2 << 20) + (64 << 10);

  /**
   * From this size on a request is received up to its last byte and no further: the next one then
   * starts at the front of an empty buffer, and no large payload is ever moved.
   */
  private static final int EXACT_FROM_BYTES = 32 << 10;

  /** The longest message there is: a write. */
  private static final int LARGEST_BYTES =
      Headers.EXTENDED.requestBytes() + Protocol.PAYLOAD_BYTES_MAX;

  private final SocketChannel channel;
  private Wire wire;
  private ByteBuffer out = ByteBuffer.allocateDirect(HANDSHAKE_BYTES);
  private ByteBuffer in = ByteBuffer.allocateDirect(HANDSHAKE_BYTES).limit(0);

  ClientSocket(SocketChannel channel) {
    this.channel = channel;
    this.wire = new PlainWire(channel);
  }

  /**
   * Goes on under TLS, once both sides have agreed on keys; nothing may wait to be sent.
   *
   * @throws ProtocolViolation when the client did not wait for the answer: somebody else may have
   *     put in what has arrived
   */
  void secure(SSLContext context) throws IOException {
    if (in.hasRemaining()) {
      throw new ProtocolViolation("%d bytes came before TLS was begun".formatted(in.remaining()));
    }
    TlsWire tls = new TlsWire(channel, context);
    tls.begin();
    wire = tls;
  }

  /** Makes room for whole batches of requests and answers; nothing may wait to be sent. */
  void expectRequests() {
    out = ByteBuffer.allocateDirect(OUT_BYTES);
    if (in.capacity() < IN_BYTES) {
      in = ByteBuffer.allocateDirect(IN_BYTES).put(in).flip();
    }
  }

  ByteBuffer in() {
    return in;
  }

  ByteBuffer out() {
    return out;
  }

  /**
   * Waits until at least {@code count} bytes can be taken from {@link #in}, and takes along what
   * else is there.
   *
   * @return false when the client ended its side before the first of them
   * @throws EOFException when it ended in between
   * @throws OutOfMemoryError when there is no room for that many; nothing is lost then
   */
  boolean await(int count) throws IOException {
    while (in.remaining() < count) {
      makeRoom(count);
      int from = in.position();
      int arrived = in.limit();
      in.limit(count >= EXACT_FROM_BYTES ? from + count : in.capacity()).position(arrived);
      int got = wire.read(in);
      in.limit(in.position()).position(from);
      if (got < 0) {
        if (in.hasRemaining()) {
          throw new EOFException("the client left in the middle of a message");
        }
        return false;
      }
    }
    return true;
  }

  private void makeRoom(int count) {
    if (count > in.capacity()) {
      int larger = Math.min(Integer.highestOneBit(count) << 1, LARGEST_BYTES);
      in = ByteBuffer.allocateDirect(larger).put(in).flip();
    } else if (!in.hasRemaining()) {
      in.clear().limit(0);
    } else if (in.position() + count > in.capacity()) {
      in.compact().flip();
    }
  }

  /** Takes {@code count} bytes and forgets them. */
  void skip(long count) throws IOException {
    long left = count;
    while (left > 0) {
      if (!await(1)) {
        throw new EOFException("the client left in the middle of a message");
      }
      int step = (int) Math.min(left, in.remaining());
      in.position(in.position() + step);
      left -= step;
    }
  }

  /** The part of {@link #out} that can be filled, of at least {@code count} bytes. */
  ByteBuffer room(int count) throws IOException {
    if (out.remaining() < count) {
      send();
    }
    return out;
  }

  /** Sends all that waits. */
  void send() throws IOException {
    out.flip();
    while (out.hasRemaining()) {
      wire.write(out);
    }
    out.clear();
  }

  /** Says goodbye where the connection has words for it; the channel stays open. */
  @Override
  public void close() throws IOException {
    wire.close();
  }
}
