package dev.vcsnap.disk.io;

import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;

/** Direct buffers of one size, kept between uses because native memory is slow to get. */
public final class BufferPool {

  private final int bufferBytes;
  private final ArrayBlockingQueue<ByteBuffer> idle;

  public BufferPool(int bufferBytes, int kept) {
    this.bufferBytes = bufferBytes;
    this.idle = new ArrayBlockingQueue<>(kept);
  }

  /** A cleared buffer. */
  public ByteBuffer take() {
    ByteBuffer buffer = idle.poll();
    return buffer == null ? ByteBuffer.allocateDirect(bufferBytes) : buffer.clear();
  }

  public void give(ByteBuffer buffer) {
    // A full pool lets the buffer go; the collector frees its memory.
    boolean _ = idle.offer(buffer);
  }
}
