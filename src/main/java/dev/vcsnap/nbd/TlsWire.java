package dev.vcsnap.nbd;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;

/**
 * The bytes under TLS. Many records are taken from the kernel and given to it at a time, and most
 * are deciphered straight into the buffer that asked for them.
 */
final class TlsWire implements Wire {

  private static final int RECORDS = 16;
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final SocketChannel channel;
  private final SSLEngine engine;

  /** What has arrived and was not deciphered, between position and limit. */
  private final ByteBuffer arrived;

  private final ByteBuffer sealed;

  /** The rest of a record that the last buffer had no room for. */
  private final ByteBuffer rest;

  TlsWire(SocketChannel channel, SSLContext context) {
    this.channel = channel;
    this.engine = context.createSSLEngine();
    engine.setUseClientMode(false);
    int packet = engine.getSession().getPacketBufferSize();
    // On the heap: the JDK's AES-GCM is up to three times as fast there, and a copy costs little.
    arrived = ByteBuffer.allocate(RECORDS * packet).limit(0);
    sealed = ByteBuffer.allocate(RECORDS * packet);
    rest = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize()).limit(0);
  }

  /**
   * Agrees with the client on keys.
   *
   * @throws SSLException when they do not come together
   */
  void begin() throws IOException {
    engine.beginHandshake();
    try {
      advance();
    } catch (SSLException failure) {
      tellWhy(failure);
      throw failure;
    }
  }

  /** The alert with which the engine wants to end is the client's only word about it. */
  private void tellWhy(SSLException failure) {
    try {
      close();
    } catch (IOException gone) {
      failure.addSuppressed(gone);
    }
  }

  /** Does whatever TLS wants to be done before more data goes through. */
  private void advance() throws IOException {
    while (true) {
      switch (engine.getHandshakeStatus()) {
        case NEED_TASK -> runTasks();
        case NEED_WRAP -> {
          SSLEngineResult done = engine.wrap(NOTHING, sealed);
          send();
          if (done.getStatus() == Status.CLOSED) {
            return;
          }
        }
        case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
          if (rest.hasRemaining()) {
            return;
          }
          Status status = unwrapIntoRest();
          if (status == Status.CLOSED || (status == Status.BUFFER_UNDERFLOW && !receive())) {
            throw new EOFException("the client left in the middle of TLS");
          }
        }
        case FINISHED, NOT_HANDSHAKING -> {
          return;
        }
      }
    }
  }

  private void runTasks() {
    for (Runnable task = engine.getDelegatedTask();
        task != null;
        task = engine.getDelegatedTask()) {
      task.run();
    }
  }

  private Status unwrapIntoRest() throws SSLException {
    Status status = engine.unwrap(arrived, rest.clear()).getStatus();
    rest.flip();
    return status;
  }

  /** False when the client has ended its side. */
  private boolean receive() throws IOException {
    arrived.compact();
    int got = channel.read(arrived);
    arrived.flip();
    return got >= 0;
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    int start = target.position();
    while (target.hasRemaining()) {
      if (rest.hasRemaining()) {
        takeRest(target);
        continue;
      }
      Status status = open(target);
      if (status == Status.CLOSED) {
        break;
      }
      if (status == Status.BUFFER_UNDERFLOW && (target.position() > start || !receive())) {
        break;
      }
    }
    return target.position() > start ? target.position() - start : -1;
  }

  private void takeRest(ByteBuffer target) {
    int count = Math.min(rest.remaining(), target.remaining());
    target.put(target.position(), rest, rest.position(), count);
    target.position(target.position() + count);
    rest.position(rest.position() + count);
  }

  /** Deciphers one record. */
  private Status open(ByteBuffer target) throws IOException {
    Status status;
    if (target.remaining() >= rest.capacity()) {
      status = engine.unwrap(arrived, target).getStatus();
    } else {
      status = unwrapIntoRest();
    }
    if (status == Status.OK && engine.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING) {
      advance();
    }
    return status;
  }

  @Override
  public void write(ByteBuffer source) throws IOException {
    while (source.hasRemaining()) {
      Status status = engine.wrap(source, sealed).getStatus();
      if (status == Status.CLOSED) {
        throw new EOFException("TLS was ended");
      }
      if (status == Status.BUFFER_OVERFLOW) {
        send();
      }
    }
    send();
  }

  private void send() throws IOException {
    sealed.flip();
    while (sealed.hasRemaining()) {
      channel.write(sealed);
    }
    sealed.clear();
  }

  @Override
  public void close() throws IOException {
    engine.closeOutbound();
    while (!engine.isOutboundDone() && engine.wrap(NOTHING, sealed).getStatus() != Status.CLOSED) {
      send();
    }
    send();
  }
}
