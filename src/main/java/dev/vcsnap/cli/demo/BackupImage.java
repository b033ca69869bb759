package dev.vcsnap.cli.demo;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;

/**
 * The backup: a sparse file of the disk's size, and a note of the blocks that were ever copied into
 * it. The rest is holes, which a restore has to write as zeros.
 */
final class BackupImage implements AutoCloseable {

  private static final int BLOCK_BYTES = 64 << 10;
  private static final int PIECE_BYTES = 4 << 20;

  private final Path path;
  private final FileChannel file;
  private final long sizeBytes;
  private final BitSet copied = new BitSet();
  private final ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
  private final ByteBuffer before = ByteBuffer.allocate(PIECE_BYTES);

  private BackupImage(Path path, FileChannel file, long sizeBytes) {
    this.path = path;
    this.file = file;
    this.sizeBytes = sizeBytes;
  }

  /** Makes an image that is all hole; one of an earlier run is replaced. */
  static BackupImage create(Path path, long sizeBytes) {
    try {
      var file = new RandomAccessFile(path.toFile(), "rw");
      file.setLength(0);
      file.setLength(sizeBytes);
      return new BackupImage(path, file.getChannel(), sizeBytes);
    } catch (IOException e) {
      throw failed(path, e);
    }
  }

  /**
   * Copies areas of a disk to where they belong.
   *
   * @return how many bytes are not what they were before
   */
  long copy(NbdClient disk, List<Area> areas, Progress progress) {
    long different = 0;
    for (Area area : areas) {
      for (long at = area.start(); at < area.end(); at += PIECE_BYTES) {
        piece.clear().limit((int) Math.min(PIECE_BYTES, area.end() - at));
        disk.read(at, piece);
        different += patch(at, piece.flip());
        progress.advance(piece.limit());
      }
      copied.set(
          Math.toIntExact(area.start() / BLOCK_BYTES),
          Math.toIntExact(Math.ceilDiv(area.end(), BLOCK_BYTES)));
    }
    return different;
  }

  private long patch(long offset, ByteBuffer bytes) {
    try {
      read(offset, before.clear().limit(bytes.remaining()));
      long different = 0;
      for (int i = 0; i < bytes.limit(); i++) {
        different += bytes.get(i) == before.get(i) ? 0 : 1;
      }
      for (long at = offset; bytes.hasRemaining(); ) {
        at += file.write(bytes, at);
      }
      return different;
    } catch (IOException e) {
      throw failed(path, e);
    }
  }

  private void read(long offset, ByteBuffer target) throws IOException {
    for (long at = offset; target.hasRemaining(); ) {
      int count = file.read(target, at);
      if (count < 0) {
        throw new IOException("it ends at " + at);
      }
      at += count;
    }
  }

  /** Overwrites a whole disk: with the image's bytes where it has some, with zeros elsewhere. */
  void restoreTo(NbdClient disk, Progress progress) {
    if (disk.sizeBytes() != sizeBytes) {
      throw new DemoFailure(
          "A backup of %d bytes does not fit a disk of %d.".formatted(sizeBytes, disk.sizeBytes()));
    }
    for (long at = 0; at < sizeBytes; ) {
      int block = Math.toIntExact(at / BLOCK_BYTES);
      boolean hole = !copied.get(block);
      long next = hole ? copied.nextSetBit(block) : copied.nextClearBit(block);
      long end = next < 0 ? sizeBytes : Math.min(sizeBytes, next * BLOCK_BYTES);
      if (hole) {
        disk.zero(at, end - at);
        progress.advance(end - at);
      } else {
        write(disk, at, end, progress);
      }
      at = end;
    }
    disk.flush();
  }

  private void write(NbdClient disk, long start, long end, Progress progress) {
    for (long at = start; at < end; at += PIECE_BYTES) {
      piece.clear().limit((int) Math.min(PIECE_BYTES, end - at));
      try {
        read(at, piece);
      } catch (IOException e) {
        throw failed(path, e);
      }
      disk.write(at, piece.flip());
      progress.advance(piece.limit());
    }
  }

  private static DemoFailure failed(Path path, IOException e) {
    return new DemoFailure("The backup file '" + path + "' cannot be used: " + e.getMessage(), e);
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw failed(path, e);
    }
  }
}
