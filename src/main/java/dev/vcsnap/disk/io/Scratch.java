package dev.vcsnap.disk.io;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReferenceArray;
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
   *
   * <p>Each thread has a place where it finds what it put there; that is a swap, and never a wait
   * for somebody else.
   */
  static final class Pool {

    private static final int PLACES = 64;

    /** Neighbours are not in one cache line. */
    private static final int SPACING = 16;

    private final AtomicReferenceArray<@Nullable Scratch> places =
        new AtomicReferenceArray<>(PLACES * SPACING);

    Scratch take() {
      Scratch scratch = places.getAndSet(place(), null);
      return scratch == null ? new Scratch() : scratch;
    }

    void give(Scratch scratch) {
      // Two threads of one place: the collector frees the memory of the scratch that was there.
      places.setRelease(place(), scratch);
    }

    private static int place() {
      return (int) (Thread.currentThread().threadId() & (PLACES - 1)) * SPACING;
    }
  }
}
