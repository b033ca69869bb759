package dev.vcsnap.disk.vmdk.split;

import dev.vcsnap.disk.block.BlockStatus;
import dev.vcsnap.disk.io.DiskFile;
import dev.vcsnap.disk.vmdk.hosted.HostedSparseReader;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** One extent of a split disk; offsets are those within it. */
sealed interface Part extends AutoCloseable {

  void readAt(long offset, ByteBuffer target);

  void status(long offset, long length, Consumer<BlockStatus> sink);

  @Override
  void close();

  /** Bytes as they are, from some byte of a file on. */
  record Flat(DiskFile file, long firstByte) implements Part {

    @Override
    public void readAt(long offset, ByteBuffer target) {
      file.readAt(firstByte + offset, target);
    }

    @Override
    public void status(long offset, long length, Consumer<BlockStatus> sink) {
      long end = offset + length;
      long position = offset;
      while (position < end) {
        long data = Math.clamp(file.nextData(firstByte + position) - firstByte, position, end);
        if (data > position) {
          sink.accept(new BlockStatus(position, data - position, BlockStatus.Kind.HOLE));
        }
        if (data < end) {
          // Storage may come and go meanwhile; at least one byte keeps the walk going.
          long hole = Math.clamp(file.nextHole(firstByte + data) - firstByte, data + 1, end);
          sink.accept(new BlockStatus(data, hole - data, BlockStatus.Kind.DATA));
          position = hole;
        } else {
          position = end;
        }
      }
    }

    @Override
    public void close() {
      file.close();
    }
  }

  /** A file with grain tables. */
  record Sparse(HostedSparseReader reader) implements Part {

    @Override
    public void readAt(long offset, ByteBuffer target) {
      reader.readAt(offset, target);
    }

    @Override
    public void status(long offset, long length, Consumer<BlockStatus> sink) {
      reader.statusOf(offset, length).forEach(sink);
    }

    @Override
    public void close() {
      reader.close();
    }
  }

  /** Zeros without a file. */
  record Zero() implements Part {

    private static final byte[] ZEROS = new byte[1 << 16];

    @Override
    public void readAt(long offset, ByteBuffer target) {
      while (target.hasRemaining()) {
        target.put(ZEROS, 0, Math.min(ZEROS.length, target.remaining()));
      }
    }

    @Override
    public void status(long offset, long length, Consumer<BlockStatus> sink) {
      sink.accept(new BlockStatus(offset, length, BlockStatus.Kind.HOLE));
    }

    @Override
    public void close() {
      // There is no file.
    }
  }
}
