package dev.vcsnap.lease;

import dev.vcsnap.disk.block.BlockError;
import java.io.IOException;
import java.io.OutputStream;
import java.util.function.BooleanSupplier;

/** Passes bytes on in large pieces, digests them, and stops when it is told to. */
final class TransferOutput extends OutputStream {

  private static final int BUFFER_BYTES = 64 << 10;

  private final OutputStream out;
  private final Checksums checksums;
  private final BooleanSupplier open;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int buffered;

  /**
   * Makes an output.
   *
   * @param open false once nothing may be sent any more
   */
  TransferOutput(OutputStream out, Checksums checksums, BooleanSupplier open) {
    this.out = out;
    this.checksums = checksums;
    this.open = open;
  }

  @Override
  public void write(int value) throws IOException {
    if (buffered == BUFFER_BYTES) {
      passBuffer();
    }
    buffer[buffered++] = (byte) value;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    if (length > BUFFER_BYTES - buffered) {
      passBuffer();
    }
    if (length > BUFFER_BYTES) {
      pass(bytes, offset, length);
    } else {
      System.arraycopy(bytes, offset, buffer, buffered, length);
      buffered += length;
    }
  }

  @Override
  public void flush() throws IOException {
    passBuffer();
    out.flush();
  }

  private void passBuffer() throws IOException {
    pass(buffer, 0, buffered);
    buffered = 0;
  }

  private void pass(byte[] bytes, int offset, int length) throws IOException {
    if (!open.getAsBoolean()) {
      throw new BlockError(BlockError.Kind.CLOSED, "the lease ended while its file was sent");
    }
    checksums.update(bytes, offset, length);
    out.write(bytes, offset, length);
  }
}
