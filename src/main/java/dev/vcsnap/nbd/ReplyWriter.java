package dev.vcsnap.nbd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Encodes answers of the transmission phase. Only reads and block status need chunks, and errors
 * that have something to tell; all else is answered simply, which is shorter, unless extended
 * headers leave no choice.
 */
final class ReplyWriter {

  private static final int MESSAGE_BYTES_MAX = 512;

  private final ClientSocket socket;
  private final Headers headers;

  ReplyWriter(ClientSocket socket, Headers headers) {
    this.socket = socket;
    this.headers = headers;
  }

  /** What stands before the data of a read. */
  int dataHeaderBytes() {
    return headers.replyBytes() + (headers.chunked() ? Long.BYTES : 0);
  }

  /** Puts the header of a read's data, which the caller lets {@code length} bytes follow. */
  void dataHeader(ByteBuffer out, Request request, long offset, int length, boolean last) {
    if (headers.chunked()) {
      chunkHeader(out, request, Protocol.REPLY_OFFSET_DATA, last, Long.BYTES + length);
      out.putLong(offset);
    } else {
      simple(out, request.cookie, NbdErrno.OK);
    }
  }

  /** Answers everything that carries no data, and every failure. */
  void outcome(Request request) throws IOException {
    if (request.failed()) {
      error(request);
    } else if (request.type == Protocol.CMD_BLOCK_STATUS) {
      blockStatus(request);
    } else if (headers == Headers.EXTENDED
        || (request.type == Protocol.CMD_READ && headers.chunked())) {
      none(request);
    } else {
      simple(socket.room(Protocol.SIMPLE_REPLY_BYTES), request.cookie, NbdErrno.OK);
    }
  }

  /** Ends a chunked answer, well. */
  void none(Request request) throws IOException {
    ByteBuffer out = socket.room(headers.replyBytes());
    chunkHeader(out, request, Protocol.REPLY_NONE, true, 0);
  }

  private void error(Request request) throws IOException {
    if (!headers.chunked()) {
      simple(socket.room(Protocol.SIMPLE_REPLY_BYTES), request.cookie, request.error);
      return;
    }
    byte[] message = text(request.message);
    int length = Integer.BYTES + Short.BYTES + message.length;
    ByteBuffer out = socket.room(headers.replyBytes() + length);
    chunkHeader(out, request, Protocol.REPLY_ERROR, true, length);
    out.putInt(request.error).putShort((short) message.length).put(message);
  }

  /** One chunk for each context, whose id is its place in what was agreed on. */
  private void blockStatus(Request request) throws IOException {
    int contexts = request.extents.size();
    for (int i = 0; i < contexts; i++) {
      Extents extents = request.extents.get(i);
      boolean last = i + 1 == contexts;
      if (headers == Headers.EXTENDED) {
        longStatus(request, i + 1, extents, last);
      } else {
        shortStatus(request, i + 1, extents, last);
      }
    }
  }

  private void shortStatus(Request request, int id, Extents extents, boolean last)
      throws IOException {
    int length = Integer.BYTES + 2 * Integer.BYTES * extents.count();
    ByteBuffer out = socket.room(headers.replyBytes() + length);
    chunkHeader(out, request, Protocol.REPLY_BLOCK_STATUS, last, length);
    out.putInt(id);
    for (int i = 0; i < extents.count(); i++) {
      // The request's own length had 32 bits, and no extent reaches past it.
      out.putInt((int) extents.length(i)).putInt(extents.state(i));
    }
  }

  private void longStatus(Request request, int id, Extents extents, boolean last)
      throws IOException {
    int length = 2 * Integer.BYTES + 2 * Long.BYTES * extents.count();
    ByteBuffer out = socket.room(headers.replyBytes() + length);
    chunkHeader(out, request, Protocol.REPLY_BLOCK_STATUS_EXT, last, length);
    out.putInt(id).putInt(extents.count());
    for (int i = 0; i < extents.count(); i++) {
      out.putLong(extents.length(i)).putLong(extents.state(i));
    }
  }

  private static void simple(ByteBuffer out, long cookie, int error) {
    out.putInt(Protocol.SIMPLE_REPLY_MAGIC).putInt(error).putLong(cookie);
  }

  private void chunkHeader(
      ByteBuffer out, Request request, int type, boolean last, int payloadBytes) {
    boolean extended = headers == Headers.EXTENDED;
    out.putInt(extended ? Protocol.EXTENDED_REPLY_MAGIC : Protocol.STRUCTURED_REPLY_MAGIC)
        .putShort((short) (last ? Protocol.REPLY_FLAG_DONE : 0))
        .putShort((short) type)
        .putLong(request.cookie);
    if (extended) {
      out.putLong(request.offset).putLong(payloadBytes);
    } else {
      out.putInt(payloadBytes);
    }
  }

  private static byte[] text(@Nullable String message) {
    if (message == null) {
      return new byte[0];
    }
    String shown =
        message.length() > MESSAGE_BYTES_MAX ? message.substring(0, MESSAGE_BYTES_MAX) : message;
    return shown.getBytes(StandardCharsets.UTF_8);
  }
}
