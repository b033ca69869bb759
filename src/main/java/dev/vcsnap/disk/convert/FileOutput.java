package dev.vcsnap.disk.convert;

import dev.vcsnap.disk.io.DiskFile;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** Appends to a file in large pieces. */
final class FileOutput extends OutputStream {

  private static final int BUFFER_BYTES = 1 << 20;

  private final DiskFile file;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private long position;

  FileOutput(DiskFile file) {
    this.file = file;
  }

  @Override
  public void write(int value) {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    int from = offset;
    int left = length;
    while (left > 0) {
      if (!buffer.hasRemaining()) {
        flush();
      }
      int step = Math.min(left, buffer.remaining());
      buffer.put(bytes, from, step);
      from += step;
      left -= step;
    }
  }

  @Override
  public void flush() {
    buffer.flip();
    int count = buffer.remaining();
    file.writeAt(position, buffer);
    position += count;
    buffer.clear();
  }
}
