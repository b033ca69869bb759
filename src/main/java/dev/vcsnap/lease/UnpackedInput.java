package dev.vcsnap.lease;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/**
 * What is in something that was packed by gzip. Closing it frees what unpacking takes outside the
 * heap, at once, and leaves open what it reads from.
 */
final class UnpackedInput extends GZIPInputStream {

  UnpackedInput(InputStream packed, int bufferBytes) throws IOException {
    super(packed, bufferBytes);
  }

  @Override
  public void close() {
    inf.end();
  }
}
