package dev.vcsnap.disk.io;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Native memory that one system call needs: room for errno, and a window for buffers on the heap.
 */
final class Scratch {

  private static final int WINDOW_BYTES = 1 << 18;

  final MemorySegment state = Libc.newState(Arena.ofAuto());
  private @Nullable ByteBuffer window;

  /** A direct buffer of at most {@code wantedBytes}. */
  ByteBuffer window(int wantedBytes) {
    ByteBuffer buffer = window;
    if (buffer == null) {
      buffer = ByteBuffer.allocateDirect(WINDOW_BYTES);
      window = buffer;
    }
    return buffer.clear().limit(Math.min(wantedBytes, WINDOW_BYTES));
  }

  /**
   * Keeps scratches between calls, because threads come and go and native memory is slow to get.
   */
  static final class Pool {

    private final ArrayBlockingQueue<Scratch> idle = new ArrayBlockingQueue<>(64);

    Scratch take() {
      Scratch scratch = idle.poll();
      return scratch == null ? new Scratch() : scratch;
    }

    void give(Scratch scratch) {
      // A full pool lets the scratch go; the collector frees its memory.
      boolean _ = idle.offer(scratch);
    }
  }
}
