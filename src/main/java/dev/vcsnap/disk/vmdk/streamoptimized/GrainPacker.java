package dev.vcsnap.disk.vmdk.streamoptimized;

import dev.vcsnap.disk.vmdk.hosted.PackedGrain;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.Deflater;

/** Packs one grain at a time; used again and again, because its memory outside the heap is dear. */
final class GrainPacker implements AutoCloseable {

  private final byte[] grain;
  private final byte[] output;
  private final Deflater deflater = new Deflater();
  private long firstSector;
  private int outputBytes;

  GrainPacker(int grainBytes) {
    this.grain = new byte[grainBytes];
    this.output = new byte[PackedGrain.MARKER_BYTES + PackedGrain.maximumBytes(grainBytes)];
  }

  /** The grain to pack; all of it must be set. */
  byte[] grain() {
    return grain;
  }

  void startAt(long firstSector) {
    this.firstSector = firstSector;
  }

  long firstSector() {
    return firstSector;
  }

  /** Packs the grain with its marker. */
  GrainPacker pack() {
    deflater.reset();
    deflater.setInput(grain);
    deflater.finish();
    int start = PackedGrain.MARKER_BYTES;
    int count = deflater.deflate(output, start, output.length - start);
    if (!deflater.finished()) {
      throw new IllegalStateException("zlib made more of a grain than twice its size");
    }
    ByteBuffer.wrap(output).order(ByteOrder.LITTLE_ENDIAN).putLong(0, firstSector).putInt(8, count);
    outputBytes = start + count;
    return this;
  }

  byte[] output() {
    return output;
  }

  int outputBytes() {
    return outputBytes;
  }

  @Override
  public void close() {
    deflater.close();
  }
}
