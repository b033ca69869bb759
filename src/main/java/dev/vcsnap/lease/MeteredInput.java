package dev.vcsnap.lease;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.IntConsumer;

/** Tells how much of what it reads has come, each percentage once. */
final class MeteredInput extends FilterInputStream {

  private final long sizeBytes;
  private final IntConsumer percents;
  private long bytes;
  private int told;

  /**
   * Makes one.
   *
   * @param sizeBytes how much will come; -1 if nobody knows, and then nothing is told
   * @param percents hears the percentages from 1 to 100
   */
  MeteredInput(InputStream in, long sizeBytes, IntConsumer percents) {
    super(in);
    this.sizeBytes = sizeBytes;
    this.percents = percents;
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    int count = super.read(target, offset, length);
    if (count > 0 && sizeBytes > 0) {
      bytes += count;
      int percent = (int) Math.min(100, bytes / Math.max(1.0, sizeBytes / 100.0));
      if (percent > told) {
        told = percent;
        percents.accept(percent);
      }
    }
    return count;
  }
}
