package dev.vcsnap.lease;

import dev.vcsnap.disk.block.BlockError;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.BooleanSupplier;

/** Digests what is read, and stops when it is told to. */
final class TransferInput extends InputStream {

  private final InputStream in;
  private final Checksums checksums;
  private final BooleanSupplier open;

  /**
   * Makes an input.
   *
   * @param open false once nothing may be read any more
   */
  TransferInput(InputStream in, Checksums checksums, BooleanSupplier open) {
    this.in = in;
    this.checksums = checksums;
    this.open = open;
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (!open.getAsBoolean()) {
      throw new BlockError(BlockError.Kind.CLOSED, "the lease ended while its file was sent");
    }
    int count = in.read(target, offset, length);
    if (count > 0) {
      checksums.update(target, offset, count);
    }
    return count;
  }
}
