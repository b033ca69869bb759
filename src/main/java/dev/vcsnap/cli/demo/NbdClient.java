package dev.vcsnap.cli.demo;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * Reads and writes one disk over NBD: fixed newstyle handshake, then one request at a time with
 * simple replies. For one thread.
 */
final class NbdClient implements AutoCloseable {

  /** What every server takes in one request. */
  static final int PAYLOAD_BYTES_MAX = 32 << 20;

  private static final long NBD_MAGIC = 0x4e42444d41474943L;
  private static final long OPTION_MAGIC = 0x49484156454F5054L;
  private static final long OPTION_REPLY_MAGIC = 0x3e889045565a9L;
  private static final int REQUEST_MAGIC = 0x25609513;
  private static final int REPLY_MAGIC = 0x67446698;
  private static final int FIXED_NEWSTYLE_NO_ZEROES = 3;
  private static final int OPTION_GO = 7;
  private static final int REPLY_ACK = 1;
  private static final int REPLY_INFO = 3;
  private static final int OPTION_REPLY_BYTES_MAX = 64 << 10;
  private static final long ZERO_BYTES_MAX = 1L << 30;

  private enum Command {
    READ(0),
    WRITE(1),
    DISCONNECT(2),
    FLUSH(3),
    WRITE_ZEROES(6);

    private final int type;

    Command(int type) {
      this.type = type;
    }
  }

  private final String export;
  private final SocketChannel channel;
  private final ByteBuffer header = ByteBuffer.allocate(28);
  private final long sizeBytes;
  private long cookie;

  private NbdClient(String export, SocketChannel channel) throws IOException {
    this.export = export;
    this.channel = channel;
    this.sizeBytes = handshake();
  }

  /** Opens an export. */
  static NbdClient open(InetSocketAddress server, String export) {
    SocketChannel channel = null;
    NbdClient opened = null;
    try {
      channel = SocketChannel.open(server);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      opened = new NbdClient(export, channel);
      return opened;
    } catch (IOException e) {
      throw new DemoFailure(
          "The disk '" + export + "' cannot be opened over NBD at " + server + ": " + text(e), e);
    } finally {
      if (opened == null && channel != null) {
        closeQuietly(channel);
      }
    }
  }

  private static void closeQuietly(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      throw new DemoFailure("An NBD connection cannot be closed: " + text(e), e);
    }
  }

  private long handshake() throws IOException {
    ByteBuffer greeting = receive(18);
    if (greeting.getLong() != NBD_MAGIC || greeting.getLong() != OPTION_MAGIC) {
      throw new IOException("what answers there does not speak newstyle NBD");
    }
    byte[] name = export.getBytes(StandardCharsets.UTF_8);
    send(
        ByteBuffer.allocate(26 + name.length)
            .putInt(FIXED_NEWSTYLE_NO_ZEROES)
            .putLong(OPTION_MAGIC)
            .putInt(OPTION_GO)
            .putInt(Integer.BYTES + name.length + Short.BYTES)
            .putInt(name.length)
            .put(name)
            .putShort((short) 0)
            .flip());
    long size = -1;
    while (true) {
      ByteBuffer reply = receive(20);
      if (reply.getLong() != OPTION_REPLY_MAGIC || reply.getInt() != OPTION_GO) {
        throw new IOException("the answer to NBD_OPT_GO is malformed");
      }
      int type = reply.getInt();
      int length = reply.getInt();
      if (length < 0 || length > OPTION_REPLY_BYTES_MAX) {
        throw new IOException("the answer to NBD_OPT_GO is " + length + " bytes long");
      }
      ByteBuffer data = receive(length);
      if (type < 0) {
        throw new IOException(
            "the server refuses: " + StandardCharsets.UTF_8.decode(data).toString());
      }
      if (type == REPLY_INFO && length >= 10 && data.getShort() == 0) {
        size = data.getLong();
      }
      if (type == REPLY_ACK) {
        if (size < 0) {
          throw new IOException("the server does not say how large it is");
        }
        return size;
      }
    }
  }

  long sizeBytes() {
    return sizeBytes;
  }

  /** Fills {@code target} with the bytes from {@code offset} on. */
  void read(long offset, ByteBuffer target) {
    command(Command.READ, offset, target.remaining(), target);
  }

  /** Writes what remains of {@code source}. */
  void write(long offset, ByteBuffer source) {
    command(Command.WRITE, offset, source.remaining(), source);
  }

  /** Makes a range read as zeros, in as many requests as its length needs. */
  void zero(long offset, long length) {
    for (long done = 0; done < length; done += ZERO_BYTES_MAX) {
      long part = Math.min(ZERO_BYTES_MAX, length - done);
      command(Command.WRITE_ZEROES, offset + done, part, ByteBuffer.allocate(0));
    }
  }

  /** Makes everything durable that was written before. */
  void flush() {
    command(Command.FLUSH, 0, 0, ByteBuffer.allocate(0));
  }

  private void command(Command command, long offset, long length, ByteBuffer data) {
    try {
      request(command, offset, length);
      if (command == Command.WRITE) {
        send(data);
      }
      header.clear().limit(16);
      fill(header);
      header.flip();
      int magic = header.getInt();
      int error = header.getInt();
      if (magic != REPLY_MAGIC || header.getLong() != cookie) {
        throw new IOException("the reply is malformed");
      }
      if (error != 0) {
        throw new IOException("the server answers error " + error);
      }
      if (command == Command.READ) {
        fill(data);
      }
    } catch (IOException e) {
      throw new DemoFailure(
          "%s of %d bytes at %d of '%s' failed: %s"
              .formatted(command, length, offset, export, text(e)),
          e);
    }
  }

  private void request(Command command, long offset, long length) throws IOException {
    header.clear();
    header.putInt(REQUEST_MAGIC).putShort((short) 0).putShort((short) command.type);
    send(header.putLong(++cookie).putLong(offset).putInt((int) length).flip());
  }

  private void send(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private ByteBuffer receive(int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    fill(bytes);
    return bytes.flip();
  }

  private void fill(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      if (channel.read(bytes) < 0) {
        throw new EOFException("the server ended the connection");
      }
    }
  }

  private static String text(IOException e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }

  /**
   * Says goodbye and waits until the server has ended the connection: only then is a frozen disk
   * given back, and a snapshot whose disk is in use cannot be merged.
   */
  @Override
  public void close() {
    try (channel) {
      request(Command.DISCONNECT, 0, 0);
      channel.shutdownOutput();
      while (channel.read(header.clear()) >= 0) {
        // Whatever still comes answers nobody.
      }
    } catch (IOException e) {
      throw new DemoFailure("The disk '" + export + "' cannot be given back: " + text(e), e);
    }
  }
}
