package dev.vcsnap.admin;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.springframework.http.HttpStatus;

/** The body of a request, which may be neither larger nor slower than any honest one. */
final class QuestionBody extends FilterInputStream {

  private final long bytesMax;
  private final Runnable goOn;
  private long count;

  /**
   * @param bytesMax how many bytes are taken, before a {@link Refusal}
   * @param goOn is run before each part that is read, and throws what ends it
   */
  QuestionBody(InputStream body, long bytesMax, Runnable goOn) {
    super(body);
    this.bytesMax = bytesMax;
    this.goOn = goOn;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    goOn.run();
    int read = super.read(target, offset, length);
    count += Math.max(read, 0);
    if (count > bytesMax) {
      throw new Refusal(
          HttpStatus.CONTENT_TOO_LARGE, "The body has more than " + bytesMax + " bytes");
    }
    return read;
  }
}
