package dev.vcsnap.nbd;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request and what became of it. A slot that is filled anew for each request, so that serving
 * costs no garbage.
 */
final class Request {

  int type;
  int flags;
  long cookie;
  long offset;
  long length;

  /** How many bytes follow the request itself. */
  long payloadBytes;

  /** The error number of the answer; zero while all is well. */
  int error;

  /** The reason, for clients that can show one. */
  @Nullable String message;

  /** What a block status request found, for each context. */
  List<Extents> extents = List.of();

  /** Whether the disk took long for it; only kept where several requests were waiting. */
  boolean tookLong;

  /** The payload of a write, or the room for the data of a read. */
  ByteBuffer data = ByteBuffer.allocate(0);

  /** Where the whole answer of a read starts and ends in the output. */
  int replyStart;

  int replyEnd;

  private @Nullable ByteBuffer whole;

  void parse(ByteBuffer in, int at, Headers headers) {
    flags = Short.toUnsignedInt(in.getShort(at + 4));
    type = Short.toUnsignedInt(in.getShort(at + 6));
    cookie = in.getLong(at + 8);
    offset = in.getLong(at + 16);
    if (headers == Headers.EXTENDED) {
      length = in.getLong(at + 24);
      payloadBytes = has(Protocol.CMD_FLAG_PAYLOAD_LEN) ? length : 0;
    } else {
      length = Integer.toUnsignedLong(in.getInt(at + 24));
      payloadBytes = type == Protocol.CMD_WRITE ? length : 0;
    }
    error = NbdErrno.OK;
    message = null;
    extents = List.of();
  }

  /** Points {@link #data} at a part of {@code buffer} without touching the buffer's own marks. */
  @SuppressWarnings("ReferenceEquality") // the same memory is meant, not the same content
  void place(ByteBuffer buffer, int start, int end) {
    if (whole != buffer) {
      whole = buffer;
      data = buffer.duplicate();
    }
    data.limit(end).position(start);
  }

  void fail(int errno, @Nullable String reason) {
    error = errno;
    message = reason;
  }

  boolean failed() {
    return error != NbdErrno.OK;
  }

  boolean has(int flag) {
    return (flags & flag) != 0;
  }

  /** Whether its answer promises that what it wrote is kept. */
  boolean wantsFlush() {
    return switch (type) {
      case Protocol.CMD_FLUSH -> true;
      case Protocol.CMD_WRITE, Protocol.CMD_WRITE_ZEROES, Protocol.CMD_TRIM ->
          has(Protocol.CMD_FLAG_FUA);
      default -> false;
    };
  }
}
