package dev.vcsnap.nbd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The second half of a connection: requests and answers until the client has enough.
 *
 * <p>A write is not begun before its last byte has arrived, so one that is cut leaves no trace.
 * Answers may overtake each other, as the protocol allows; what was answered before a flush came is
 * kept once the flush is answered.
 */
final class Transmission {

  /**
   * What a read is read and sent in that is larger than the output: no more than the caches hold.
   */
  private static final int PIECE_BYTES = 1 << 20;

  private final ClientSocket socket;
  private final Headers headers;
  private final RequestRules rules;
  private final ReplyWriter replies;
  private final DiskWorker worker;
  private final Batch batch;
  private final NbdListener listener;
  private boolean left;

  Transmission(
      ClientSocket socket, Agreement agreement, DiskWorker worker, ConnectionContext context) {
    this.socket = socket;
    this.headers = agreement.headers();
    this.rules = new RequestRules(agreement);
    this.replies = new ReplyWriter(socket, headers);
    this.worker = worker;
    this.batch = new Batch(socket, replies, worker, context.crew(), context.clock());
    this.listener = context.listener();
  }

  /** Returns when the client has said goodbye or ended its side. */
  void run() throws IOException {
    socket.expectRequests();
    while (!left && socket.await(headers.requestBytes())) {
      batch.clear();
      collect();
      if (batch.isEmpty()) {
        if (!left) {
          serveAlone(batch.next());
        }
      } else {
        batch.serve();
        report();
      }
    }
  }

  /**
   * Moves the whole requests that have arrived into the batch, and stops at the first that is not
   * whole or needs care of its own; that one is then left parsed in the batch's next slot.
   */
  private void collect() throws ProtocolViolation {
    ByteBuffer in = socket.in();
    while (!batch.isFull() && in.remaining() >= headers.requestBytes()) {
      int at = in.position();
      int magic = in.getInt(at);
      if (magic != headers.requestMagic()) {
        if (batch.isEmpty()) {
          throw new ProtocolViolation("a request starts with 0x%08x".formatted(magic));
        }
        return;
      }
      Request request = batch.next();
      request.parse(in, at, headers);
      if (request.type == Protocol.CMD_DISC) {
        left = true;
        return;
      }
      if (!admit(request, in, at + headers.requestBytes())) {
        return;
      }
    }
  }

  /** Takes a request in if it can be served in a batch now. */
  private boolean admit(Request request, ByteBuffer in, int payloadAt) {
    int end = payloadAt;
    if (request.payloadBytes != 0) {
      // Larger than all when it is near 2^64, which is negative here.
      if (Long.compareUnsigned(request.payloadBytes, in.limit() - payloadAt) > 0) {
        return false;
      }
      end += (int) request.payloadBytes;
      request.place(in, payloadAt, end);
    }
    rules.check(request);
    if (!request.failed()) {
      // What block status tells is large, so that one answer is kept at a time.
      if (request.type == Protocol.CMD_BLOCK_STATUS
          || (request.type == Protocol.CMD_CACHE && request.length > 0)) {
        return false;
      }
      if (request.type == Protocol.CMD_READ && request.length > 0 && !batch.layOut(request)) {
        return false;
      }
    }
    in.position(end);
    batch.add();
    return true;
  }

  /** Serves, or waits for the rest of, the request at the head of what has arrived. */
  private void serveAlone(Request request) throws IOException {
    if (request.payloadBytes != 0) {
      awaitPayload(request);
      return;
    }
    switch (request.type) {
      case Protocol.CMD_READ -> {
        consumeHeader();
        stream(request);
        reportOne(request);
      }
      case Protocol.CMD_BLOCK_STATUS -> {
        consumeHeader();
        worker.perform(request);
        replies.outcome(request);
        request.extents = List.of();
        socket.send();
        reportOne(request);
      }
      case Protocol.CMD_CACHE -> {
        consumeHeader();
        readThrough(request);
        replies.outcome(request);
        socket.send();
        reportOne(request);
      }
      default -> throw new IllegalStateException("command " + request.type + " needs no care");
    }
  }

  /** After this the request is whole, and the next round takes it into a batch. */
  private void awaitPayload(Request request) throws IOException {
    if (Long.compareUnsigned(request.payloadBytes, Protocol.PAYLOAD_BYTES_MAX) > 0) {
      if (headers == Headers.EXTENDED) {
        throw new ProtocolViolation(
            "a payload of %s bytes".formatted(Long.toUnsignedString(request.payloadBytes)));
      }
      rules.check(request);
      refuseWithPayload(request);
      return;
    }
    try {
      if (!socket.await(headers.requestBytes() + (int) request.payloadBytes)) {
        left = true;
      }
    } catch (OutOfMemoryError e) {
      request.fail(NbdErrno.ENOMEM, "no memory for %d bytes".formatted(request.payloadBytes));
      refuseWithPayload(request);
    }
  }

  private void refuseWithPayload(Request request) throws IOException {
    consumeHeader();
    socket.skip(request.payloadBytes);
    replies.outcome(request);
    socket.send();
    reportOne(request);
  }

  private void consumeHeader() {
    ByteBuffer in = socket.in();
    in.position(in.position() + headers.requestBytes());
  }

  /** Answers a read that is larger than the output, piece by piece. */
  private void stream(Request request) throws IOException {
    boolean oneChunk = !headers.chunked() || request.has(Protocol.CMD_FLAG_DF);
    long done = 0;
    while (done < request.length) {
      int piece = (int) Math.min(PIECE_BYTES, request.length - done);
      boolean last = done + piece == request.length;
      ByteBuffer out = socket.room(replies.dataHeaderBytes() + piece);
      int start = out.position();
      if (!oneChunk) {
        replies.dataHeader(out, request, request.offset + done, piece, last);
      } else if (done == 0) {
        replies.dataHeader(out, request, request.offset, (int) request.length, false);
      }
      int dataStart = out.position();
      request.place(out, dataStart, dataStart + piece);
      worker.readPart(request, request.offset + done);
      if (request.failed()) {
        out.position(start);
        failStream(request, done, oneChunk);
        return;
      }
      out.position(dataStart + piece);
      done += piece;
      socket.send();
    }
    if (oneChunk && headers.chunked()) {
      replies.none(request);
      socket.send();
    }
  }

  /** Tells of an error after {@code done} bytes of a large read. */
  private void failStream(Request request, long done, boolean oneChunk) throws IOException {
    if (done > 0 && oneChunk) {
      if (!headers.chunked()) {
        // The header of a simple reply said that all is well, and cannot be taken back.
        throw new IOException("a read failed in its middle: %s".formatted(request.message));
      }
      padWithZeroes(request.length - done);
    }
    replies.outcome(request);
    socket.send();
  }

  private void padWithZeroes(long length) throws IOException {
    long left = length;
    while (left > 0) {
      ByteBuffer out = socket.room(1);
      int step = (int) Math.min(left, out.remaining());
      for (int i = 0; i < step; i++) {
        out.put((byte) 0);
      }
      left -= step;
    }
  }

  /** Brings a range into the host's cache by reading it. */
  private void readThrough(Request request) throws IOException {
    long end = request.offset + Math.min(request.length, Protocol.PAYLOAD_BYTES_MAX);
    socket.send();
    ByteBuffer out = socket.out();
    for (long at = request.offset; at < end && !request.failed(); at += PIECE_BYTES) {
      request.place(out, 0, (int) Math.min(PIECE_BYTES, end - at));
      worker.readPart(request, at);
    }
  }

  private void report() {
    int failures = 0;
    long readBytes = 0;
    long writtenBytes = 0;
    for (int i = 0; i < batch.size(); i++) {
      Request request = batch.get(i);
      if (request.failed()) {
        failures++;
      } else if (request.type == Protocol.CMD_READ) {
        readBytes += request.length;
      } else if (request.type == Protocol.CMD_WRITE) {
        writtenBytes += request.length;
      }
    }
    listener.served(batch.size(), failures, readBytes, writtenBytes);
  }

  private void reportOne(Request request) {
    boolean read = request.type == Protocol.CMD_READ && !request.failed();
    listener.served(1, request.failed() ? 1 : 0, read ? request.length : 0, 0);
  }
}
