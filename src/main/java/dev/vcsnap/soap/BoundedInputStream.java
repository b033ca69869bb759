package dev.vcsnap.soap;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Stops reading a body that is larger than any honest request. */
final class BoundedInputStream extends FilterInputStream {

  /** Says that the limit was passed. */
  static final class TooLargeException extends IOException {
    TooLargeException(long limitBytes) {
      super("More than " + limitBytes + " bytes");
    }
  }

  private final long limitBytes;
  private long readBytes;

  BoundedInputStream(InputStream in, long limitBytes) {
    super(in);
    this.limitBytes = limitBytes;
  }

  @Override
  public int read() throws IOException {
    int value = super.read();
    if (value >= 0) {
      count(1);
    }
    return value;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    int count = super.read(target, offset, length);
    if (count > 0) {
      count(count);
    }
    return count;
  }

  private void count(int bytes) throws TooLargeException {
    readBytes += bytes;
    if (readBytes > limitBytes) {
      throw new TooLargeException(limitBytes);
    }
  }
}
