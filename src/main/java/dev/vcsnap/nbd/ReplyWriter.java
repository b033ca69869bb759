package dev.vcsnap.nbd;

import dev.vcsnap.disk.block.BlockStatus;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Encodes answers of the transmission phase. Only reads and block status need chunks, and errors
 * that have something to tell; all else is answered simply, which is shorter and always allowed.
 */
final class ReplyWriter {

  private static final int MESSAGE_BYTES_MAX = 512;

  private final ClientSocket socket;
  private final boolean structured;

  ReplyWriter(ClientSocket socket, boolean structured) {
    this.socket = socket;
    this.structured = structured;
  }

  /** What stands before the data of a read. */
  int dataHeaderBytes() {
    return structured ? Protocol.CHUNK_HEADER_BYTES + Long.BYTES : Protocol.SIMPLE_REPLY_BYTES;
  }

  /** Puts the header of a read's data, which the caller lets {@code length} bytes follow. */
  void dataHeader(ByteBuffer out, Request request, long offset, int length, boolean last) {
    if (structured) {
      chunkHeader(out, request.cookie, Protocol.REPLY_OFFSET_DATA, last, Long.BYTES + length);
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
    } else if (request.type == Protocol.CMD_READ && structured) {
      none(request);
    } else {
      simple(socket.room(Protocol.SIMPLE_REPLY_BYTES), request.cookie, NbdErrno.OK);
    }
  }

  /** Ends a chunked answer, well. */
  void none(Request request) throws IOException {
    ByteBuffer out = socket.room(Protocol.CHUNK_HEADER_BYTES);
    chunkHeader(out, request.cookie, Protocol.REPLY_NONE, true, 0);
  }

  private void error(Request request) throws IOException {
    if (!structured) {
      simple(socket.room(Protocol.SIMPLE_REPLY_BYTES), request.cookie, request.error);
      return;
    }
    byte[] message = text(request.message);
    int length = Integer.BYTES + Short.BYTES + message.length;
    ByteBuffer out = socket.room(Protocol.CHUNK_HEADER_BYTES + length);
    chunkHeader(out, request.cookie, Protocol.REPLY_ERROR, true, length);
    out.putInt(request.error).putShort((short) message.length).put(message);
  }

  private void blockStatus(Request request) throws IOException {
    int length = Integer.BYTES + 2 * Integer.BYTES * request.extents.size();
    ByteBuffer out = socket.room(Protocol.CHUNK_HEADER_BYTES + length);
    chunkHeader(out, request.cookie, Protocol.REPLY_BLOCK_STATUS, true, length);
    out.putInt(Protocol.BASE_ALLOCATION_ID);
    for (BlockStatus extent : request.extents) {
      // The request's own length had 32 bits, and no extent reaches past it.
      out.putInt((int) extent.length()).putInt(state(extent.kind()));
    }
  }

  private static int state(BlockStatus.Kind kind) {
    return switch (kind) {
      case DATA -> 0;
      case ZERO -> Protocol.STATE_ZERO;
      case HOLE -> Protocol.STATE_HOLE | Protocol.STATE_ZERO;
    };
  }

  private static void simple(ByteBuffer out, long cookie, int error) {
    out.putInt(Protocol.SIMPLE_REPLY_MAGIC).putInt(error).putLong(cookie);
  }

  private static void chunkHeader(
      ByteBuffer out, long cookie, int type, boolean last, int payloadBytes) {
    out.putInt(Protocol.STRUCTURED_REPLY_MAGIC)
        .putShort((short) (last ? Protocol.REPLY_FLAG_DONE : 0))
        .putShort((short) type)
        .putLong(cookie)
        .putInt(payloadBytes);
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
