package dev.vcsnap.nbd;

import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.block.BlockError;
import java.nio.ByteBuffer;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does what a request says on the disk and notes in it what came out; for any thread. */
final class DiskWorker {

  private static final Logger log = LoggerFactory.getLogger(DiskWorker.class);

  /** What is written in one go where zeros have to take up room. */
  private static final int ZEROES_BYTES = 256 << 10;

  /** The most that is zeroed or discarded in one go. */
  private static final long PIECE_BYTES = 64L << 20;

  private final BlockDevice device;
  private final List<MetaContext> contexts;
  private final ByteBuffer zeroes;

  DiskWorker(BlockDevice device, List<MetaContext> contexts, ByteBuffer zeroes) {
    this.device = device;
    this.contexts = contexts;
    this.zeroes = zeroes;
  }

  /** A run of zeros that all workers of a server can share. */
  static ByteBuffer zeroes() {
    return ByteBuffer.allocateDirect(ZEROES_BYTES).asReadOnlyBuffer();
  }

  /** Everything but the flush that the request may want. */
  void perform(Request request) {
    if (request.failed()) {
      return;
    }
    try {
      dispatch(request);
    } catch (RuntimeException e) {
      fail(request, e);
    }
  }

  /** Fails {@code request} when what was written cannot be made sure of. */
  void flush(Request request) {
    try {
      device.flush();
    } catch (RuntimeException e) {
      fail(request, e);
    }
  }

  /** Reads a part of what {@code request} wants, into its data. */
  void readPart(Request request, long offset) {
    try {
      read(request, offset);
    } catch (RuntimeException e) {
      fail(request, e);
    }
  }

  private void read(Request request, long offset) {
    device.readAt(offset, request.data);
    if (request.data.hasRemaining()) {
      // What stands in the rest belongs to earlier answers.
      request.fail(NbdErrno.EIO, "%d bytes were not read".formatted(request.data.remaining()));
    }
  }

  private void dispatch(Request request) {
    switch (request.type) {
      case Protocol.CMD_READ -> {
        if (request.length > 0) {
          read(request, request.offset);
        }
      }
      case Protocol.CMD_WRITE -> {
        if (request.length > 0) {
          device.writeAt(request.offset, request.data);
        }
      }
      case Protocol.CMD_TRIM -> inPieces(request, device::discardAt);
      case Protocol.CMD_WRITE_ZEROES -> {
        if (request.has(Protocol.CMD_FLAG_NO_HOLE)) {
          writeZeroes(request.offset, request.length);
        } else {
          inPieces(request, device::writeZeroesAt);
        }
      }
      case Protocol.CMD_BLOCK_STATUS -> request.extents = status(request);
      default -> {
        // A flush is done once for the whole batch, by the caller.
      }
    }
  }

  private List<Extents> status(Request request) {
    boolean onlyFirst = request.has(Protocol.CMD_FLAG_REQ_ONE);
    return contexts.stream()
        .map(context -> context.of(request.offset, request.length, onlyFirst))
        .toList();
  }

  private interface Change {
    void apply(long offset, long length);
  }

  /**
   * A disk that is about to be stunned waits for a piece, and not for all that a client names. The
   * pieces end where grains do: half a grain that becomes zero is stored.
   */
  private static void inPieces(Request request, Change change) {
    long end = request.offset + request.length;
    for (long at = request.offset; at < end; ) {
      long next = Math.min(end, at - at % PIECE_BYTES + PIECE_BYTES);
      change.apply(at, next - at);
      at = next;
    }
  }

  private void writeZeroes(long offset, long length) {
    ByteBuffer source = zeroes.duplicate();
    for (long done = 0; done < length; done += source.limit()) {
      source.clear().limit((int) Math.min(source.capacity(), length - done));
      device.writeAt(offset + done, source);
    }
  }

  private static void fail(Request request, RuntimeException e) {
    if (e instanceof BlockError error) {
      log.debug("Command {} at {} failed", request.type, request.offset, e);
      request.fail(NbdErrno.of(error.kind(), request.type), error.getMessage());
    } else {
      log.error("Command {} at {} met a bug", request.type, request.offset, e);
      request.fail(NbdErrno.EIO, "internal error");
    }
  }
}
