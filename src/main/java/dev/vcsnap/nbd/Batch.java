package dev.vcsnap.nbd;

import dev.vcsnap.ground.clock.Clock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The requests that one receive brought: all are done, then one flush serves those that want it,
 * then all answers leave in one send.
 *
 * <p>The data of reads is put by the disk where the kernel takes it from: each read has its room in
 * the output from the start, header in front. The short answers come after them. A read that fails
 * gives its room back, which moves the later ones; that is rare enough.
 */
final class Batch {

  /** Many times what a request takes whose bytes are in memory, less than any storage needs. */
  private static final long SLOW_NANOS = 60_000;

  /** Below what a busy machine copies. */
  private static final long COPIED_BYTES_PER_NANO = 2;

  private final ClientSocket socket;
  private final ReplyWriter replies;
  private final DiskWorker worker;
  private final Crew crew;
  private final Clock clock;
  private final List<Request> slots = new ArrayList<>();
  private int count;
  private boolean slow;

  Batch(ClientSocket socket, ReplyWriter replies, DiskWorker worker, Crew crew, Clock clock) {
    this.socket = socket;
    this.replies = replies;
    this.worker = worker;
    this.crew = crew;
    this.clock = clock;
    for (int i = 0; i < Protocol.REQUESTS_MAX; i++) {
      slots.add(new Request());
    }
  }

  boolean isEmpty() {
    return count == 0;
  }

  boolean isFull() {
    return count == slots.size();
  }

  int size() {
    return count;
  }

  Request get(int index) {
    return slots.get(index);
  }

  /** The slot for the next request, which becomes part of the batch by {@link #add}. */
  Request next() {
    return slots.get(count);
  }

  /** Takes {@link #next} in. */
  void add() {
    count++;
  }

  void clear() {
    count = 0;
  }

  /** Makes room for the data of a read; false when there is none left in this batch. */
  boolean layOut(Request read) {
    ByteBuffer out = socket.out();
    int header = replies.dataHeaderBytes();
    if (read.length > out.remaining() - header) {
      return false;
    }
    int length = (int) read.length;
    read.replyStart = out.position();
    replies.dataHeader(out, read, read.offset, length, true);
    read.replyEnd = out.position() + length;
    read.place(out, out.position(), read.replyEnd);
    out.position(read.replyEnd);
    return true;
  }

  /** Does everything and answers everything. */
  void serve() throws IOException {
    perform();
    flush();
    keepWhatWasRead();
    for (int i = 0; i < count; i++) {
      Request request = slots.get(i);
      if (request.failed() || !carriesData(request)) {
        replies.outcome(request);
      }
    }
    socket.send();
  }

  private void perform() {
    if (count == 1) {
      worker.perform(slots.getFirst());
    } else if (slow) {
      crew.share(0, count, this::perform);
      slow = mostTookLong();
    } else {
      performUntilSlow();
    }
  }

  private void performUntilSlow() {
    int slowOnes = 0;
    for (int i = 0; i < count; i++) {
      perform(i);
      if (slots.get(i).tookLong) {
        slowOnes++;
      }
      if (slowOnes > 1 && 2 * slowOnes > i + 1 && count - i > 2) {
        slow = true;
        crew.share(i + 1, count, this::perform);
        return;
      }
    }
  }

  private void perform(int index) {
    Request request = slots.get(index);
    long start = clock.nanoTime();
    worker.perform(request);
    request.tookLong = clock.nanoTime() - start > patienceNanos(request);
  }

  /** Most, not some: on a busy machine any request may have had to wait for a processor. */
  private boolean mostTookLong() {
    int slowOnes = 0;
    for (int i = 0; i < count; i++) {
      if (slots.get(i).tookLong) {
        slowOnes++;
      }
    }
    return 2 * slowOnes > count;
  }

  /** A disk that takes longer than this for a request is worth more threads. */
  private static long patienceNanos(Request request) {
    long bytes = Math.min(request.length, Protocol.PAYLOAD_BYTES_MAX);
    return SLOW_NANOS + bytes / COPIED_BYTES_PER_NANO;
  }

  private void flush() {
    Request first = null;
    for (int i = 0; i < count; i++) {
      Request request = slots.get(i);
      if (!request.wantsFlush() || request.failed()) {
        continue;
      }
      if (first == null) {
        first = request;
        worker.flush(first);
      } else if (first.failed()) {
        request.fail(first.error, first.message);
      }
    }
  }

  private void keepWhatWasRead() {
    ByteBuffer out = socket.out();
    int end = 0;
    for (int i = 0; i < count; i++) {
      Request request = slots.get(i);
      if (!carriesData(request) || request.failed()) {
        continue;
      }
      int length = request.replyEnd - request.replyStart;
      if (request.replyStart != end) {
        out.put(end, out, request.replyStart, length);
      }
      end += length;
    }
    out.position(end);
  }

  private static boolean carriesData(Request request) {
    return request.type == Protocol.CMD_READ && request.length > 0;
  }
}
