package dev.vcsnap.nbd;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;

/** A client that says exactly what it is told to, right or wrong. */
final class RawClient implements AutoCloseable {

  /** An answer during the handshake. */
  record OptionReply(int option, int type, byte[] data) {
    String text() {
      return new String(data, StandardCharsets.UTF_8);
    }
  }

  /** An answer to a request: simple (type -1) or one chunk. */
  record Reply(long cookie, int error, int flags, int type, byte[] data) {
    boolean last() {
      return type < 0 || (flags & Protocol.REPLY_FLAG_DONE) != 0;
    }
  }

  static final int PATIENCE_MILLIS = 20_000;

  private Socket socket;
  private DataInputStream in;
  private DataOutputStream out;
  private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
  private final DataOutputStream batch = new DataOutputStream(pending);
  long sizeBytes;
  int flags;
  private boolean extended;

  /** The offset in the last extended reply. */
  long offset;

  RawClient(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
    in = new DataInputStream(socket.getInputStream());
    out = new DataOutputStream(socket.getOutputStream());
  }

  /** Connects and takes part in the greeting. */
  static RawClient greeted(int port) throws IOException {
    RawClient client = new RawClient(port);
    client.readGreeting();
    client.out.writeInt(3);
    return client;
  }

  /** Connects and opens {@code export}. */
  static RawClient opened(int port, String export, boolean structured, boolean allocation)
      throws IOException {
    RawClient client = greeted(port);
    if (structured) {
      client.option(Protocol.OPT_STRUCTURED_REPLY, new byte[0]);
      client.optionReply();
    }
    if (allocation) {
      client.option(Protocol.OPT_SET_META_CONTEXT, metaContext(export, Protocol.BASE_ALLOCATION));
      client.optionReplies();
    }
    client.option(Protocol.OPT_GO, go(export));
    for (OptionReply reply : client.optionReplies()) {
      if (reply.type() == Protocol.REP_INFO && reply.data().length == 12) {
        DataInputStream info = data(reply.data());
        info.readShort();
        client.sizeBytes = info.readLong();
        client.flags = info.readUnsignedShort();
      }
    }
    return client;
  }

  /** Connects and opens {@code export} with extended headers. */
  static RawClient extended(int port, String export, String... contexts) throws IOException {
    RawClient client = greeted(port);
    client.extend(export, contexts);
    return client;
  }

  /** Agrees on extended headers and opens {@code export}. */
  void extend(String export, String... contexts) throws IOException {
    option(Protocol.OPT_EXTENDED_HEADERS, new byte[0]);
    optionReply();
    option(Protocol.OPT_SET_META_CONTEXT, metaContext(export, contexts));
    optionReplies();
    option(Protocol.OPT_GO, go(export));
    optionReplies();
    extended = true;
  }

  /** Goes on under TLS. */
  void startTls(SSLContext context) throws IOException {
    option(Protocol.OPT_STARTTLS, new byte[0]);
    if (optionReply().type() != Protocol.REP_ACK) {
      throw new IOException("TLS is refused");
    }
    socket =
        context
            .getSocketFactory()
            .createSocket(socket, socket.getInetAddress().getHostAddress(), socket.getPort(), true);
    in = new DataInputStream(socket.getInputStream());
    out = new DataOutputStream(socket.getOutputStream());
  }

  static byte[] go(String export, int... asked) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream data = new DataOutputStream(bytes);
    string(data, export);
    data.writeShort(asked.length);
    for (int each : asked) {
      data.writeShort(each);
    }
    return bytes.toByteArray();
  }

  static byte[] metaContext(String export, String... queries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream data = new DataOutputStream(bytes);
    string(data, export);
    data.writeInt(queries.length);
    for (String query : queries) {
      string(data, query);
    }
    return bytes.toByteArray();
  }

  private static void string(DataOutputStream data, String value) throws IOException {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    data.writeInt(utf8.length);
    data.write(utf8);
  }

  static DataInputStream data(byte[] bytes) {
    return new DataInputStream(new ByteArrayInputStream(bytes));
  }

  void readGreeting() throws IOException {
    if (in.readLong() != Protocol.NBD_MAGIC || in.readLong() != Protocol.OPTION_MAGIC) {
      throw new IOException("not a newstyle server");
    }
    in.readUnsignedShort();
  }

  void raw(byte[] bytes) throws IOException {
    out.write(bytes);
  }

  void rawInt(int value) throws IOException {
    out.writeInt(value);
  }

  void option(int option, byte[] data) throws IOException {
    optionHeader(option, data.length);
    out.write(data);
  }

  void optionHeader(int option, int length) throws IOException {
    out.writeLong(Protocol.OPTION_MAGIC);
    out.writeInt(option);
    out.writeInt(length);
  }

  OptionReply optionReply() throws IOException {
    if (in.readLong() != Protocol.OPTION_REPLY_MAGIC) {
      throw new IOException("not an option reply");
    }
    int option = in.readInt();
    int type = in.readInt();
    return new OptionReply(option, type, in.readNBytes(in.readInt()));
  }

  /** All replies up to the one that ends the option. */
  List<OptionReply> optionReplies() throws IOException {
    List<OptionReply> replies = new ArrayList<>();
    do {
      replies.add(optionReply());
    } while (replies.getLast().type() != Protocol.REP_ACK && replies.getLast().type() >= 0);
    return replies;
  }

  /** Adds a request to what {@link #send} sends in one go. */
  RawClient add(int type, int flags, long cookie, long offset, int length, byte... payload)
      throws IOException {
    return addLong(type, flags, cookie, offset, Integer.toUnsignedLong(length), payload);
  }

  /** As {@link #add}, with a length that only extended headers have room for. */
  RawClient addLong(int type, int flags, long cookie, long offset, long length, byte... payload)
      throws IOException {
    batch.writeInt(extended ? Protocol.EXTENDED_REQUEST_MAGIC : Protocol.REQUEST_MAGIC);
    batch.writeShort(flags);
    batch.writeShort(type);
    batch.writeLong(cookie);
    batch.writeLong(offset);
    if (extended) {
      batch.writeLong(length);
    } else {
      batch.writeInt((int) length);
    }
    batch.write(payload);
    return this;
  }

  RawClient addWrite(int flags, long cookie, long offset, byte[] payload) throws IOException {
    int all = extended ? flags | Protocol.CMD_FLAG_PAYLOAD_LEN : flags;
    return add(Protocol.CMD_WRITE, all, cookie, offset, payload.length, payload);
  }

  void send() throws IOException {
    batch.flush();
    pending.writeTo(out);
    pending.reset();
  }

  /** One request and the error number of its simple or final answer. */
  int call(int type, int flags, long offset, int length, byte... payload) throws IOException {
    add(type, flags, 4711, offset, length, payload).send();
    Reply reply = reply(type == Protocol.CMD_READ ? length : 0);
    while (!reply.last()) {
      reply = reply(0);
    }
    if (reply.cookie() != 4711) {
      throw new IOException("answer to " + reply.cookie());
    }
    return reply.error();
  }

  /**
   * The next simple reply or chunk.
   *
   * @param readLength how many bytes follow it if it is simple and well
   */
  Reply reply(int readLength) throws IOException {
    int magic = in.readInt();
    if (magic == Protocol.SIMPLE_REPLY_MAGIC) {
      int error = in.readInt();
      long cookie = in.readLong();
      return new Reply(cookie, error, 0, -1, in.readNBytes(error == 0 ? readLength : 0));
    }
    if (magic != (extended ? Protocol.EXTENDED_REPLY_MAGIC : Protocol.STRUCTURED_REPLY_MAGIC)) {
      throw new IOException("a reply starts with 0x%08x".formatted(magic));
    }
    int flags = in.readUnsignedShort();
    int type = in.readUnsignedShort();
    long cookie = in.readLong();
    if (extended) {
      offset = in.readLong();
    }
    byte[] data = in.readNBytes(extended ? Math.toIntExact(in.readLong()) : in.readInt());
    return new Reply(
        cookie, type == Protocol.REPLY_ERROR ? data(data).readInt() : 0, flags, type, data);
  }

  /** True when the server has ended the connection; waits for it. */
  boolean ended() throws IOException {
    try {
      return in.read() < 0;
    } catch (SocketException e) {
      return true;
    }
  }

  void endOutput() throws IOException {
    socket.shutdownOutput();
  }

  /** Goes away without a word, and with a reset. */
  void vanish() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  DataInputStream in() {
    return in;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
