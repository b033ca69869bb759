package dev.vcsnap.disk.vmdk.streamoptimized;

import static dev.vcsnap.disk.vmdk.hosted.HostedHeader.SECTOR_BYTES;
import static dev.vcsnap.disk.vmdk.streamoptimized.StreamLayout.GRAIN_BYTES;

import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockStatus;
import dev.vcsnap.disk.vmdk.Descriptor;
import dev.vcsnap.disk.vmdk.ExtentLine;
import dev.vcsnap.disk.vmdk.hosted.HostedHeader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;

/**
 * Writes a disk as a streamOptimized VMDK with its directory at the end, the form that every reader
 * takes.
 *
 * <p>Holes and grains of zeros are left out. Grains are packed by an executor, several at a time,
 * and written in the order of the disk; the bytes do not depend on how many that were. Memory is
 * bounded by their number and does not grow with the disk, apart from 4 bytes for each 32 MiB.
 */
public final class StreamWriter {

  /** Readers do not open it; exports of real hosts name something like it. */
  private static final String EXTENT_NAME = "generated-stream.vmdk";

  private static final String ADAPTER_TYPE = "ddb.adapterType";
  private static final String DEFAULT_ADAPTER = "lsilogic";

  private static final long REGION_BYTES = (long) HostedHeader.TABLE_ENTRIES * GRAIN_BYTES;
  private static final byte[] ZEROS = new byte[GRAIN_BYTES];

  /** So that one grain is packed while the one before is written. */
  private static final int AHEAD_LEAST = 2;

  private final Executor executor;
  private final int ahead;
  private final AtomicInteger writing = new AtomicInteger();

  /** Packs in the calling thread. */
  public StreamWriter() {
    this(Runnable::run, 1);
  }

  /**
   * Packs in threads that must not wait for the one that writes.
   *
   * @param executor runs the packing
   * @param ahead grains that are being packed or wait to be written, which all disks that are
   *     written at the same time share, but for two that each may have; each takes half a MiB
   */
  public StreamWriter(Executor executor, int ahead) {
    if (ahead < 1) {
      throw new IllegalArgumentException(ahead + " grains ahead; at least 1 is needed");
    }
    this.executor = executor;
    this.ahead = ahead;
  }

  /**
   * The descriptor of a stream: its one extent is the stream itself.
   *
   * @param ddb what the disk data base says of the disk; a stream tells how a disk is attached and
   *     shaped, not which one it is
   */
  public static Descriptor descriptorFor(
      long sizeBytes, int cid, String longContentId, Map<String, String> ddb) {
    ExtentLine extent =
        new ExtentLine("RDONLY", sizeBytes / SECTOR_BYTES, "SPARSE", EXTENT_NAME, 0);
    return Descriptor.ofBase(cid, "streamOptimized", extent, travelling(ddb))
        .withContentId(cid, longContentId);
  }

  private static Map<String, String> travelling(Map<String, String> ddb) {
    Map<String, String> kept = new LinkedHashMap<>();
    kept.put(ADAPTER_TYPE, DEFAULT_ADAPTER);
    ddb.forEach((key, value) -> {
      if (key.equals(ADAPTER_TYPE)
          || key.startsWith("ddb.geometry.")
          || key.equals("ddb.virtualHWVersion")) {
        kept.put(key, value);
      }
    });
    return kept;
  }

  /**
   * Writes the whole disk; the stream is flushed and stays open.
   *
   * @param descriptor see {@link #descriptorFor}
   * @param progress hears how many bytes of the disk are done; what it throws ends the writing
   * @return how many bytes of the disk are in the stream, in whole grains
   * @throws CancellationException when the thread is interrupted
   */
  public long write(
      BlockDevice source, Descriptor descriptor, OutputStream out, LongConsumer progress)
      throws IOException {
    long sectors = source.sizeBytes() / SECTOR_BYTES;
    if (descriptor.sectors() != sectors) {
      throw new IllegalArgumentException(
          "the descriptor has %d sectors, the disk %d".formatted(descriptor.sectors(), sectors));
    }
    StreamLayout layout = new StreamLayout(out, sectors);
    layout.begin(descriptor);
    writing.incrementAndGet();
    try (Pipeline pipeline = new Pipeline(source, layout)) {
      for (long start = 0; start < source.sizeBytes(); start += REGION_BYTES) {
        long length = Math.min(REGION_BYTES, source.sizeBytes() - start);
        pipeline.region(start, length);
        progress.accept(start + length);
      }
      pipeline.drain();
    } finally {
      writing.decrementAndGet();
    }
    layout.end();
    return layout.grains() * GRAIN_BYTES;
  }

  private int share() {
    return Math.max(Math.min(ahead, AHEAD_LEAST), ahead / Math.max(1, writing.get()));
  }

  /** The grains between the disk and the stream. */
  private final class Pipeline implements AutoCloseable {

    private final BlockDevice source;
    private final StreamLayout layout;
    private final ArrayDeque<FutureTask<GrainPacker>> packing = new ArrayDeque<>();
    private final ArrayDeque<GrainPacker> idle = new ArrayDeque<>();
    private final List<GrainPacker> packers = new ArrayList<>();

    Pipeline(BlockDevice source, StreamLayout layout) {
      this.source = source;
      this.layout = layout;
    }

    /** Sends the grains of a region that have any storage; a region starts with a grain. */
    void region(long start, long length) throws IOException {
      long next = start;
      for (BlockStatus piece : source.statusOf(start, length)) {
        if (piece.kind() != BlockStatus.Kind.DATA) {
          continue;
        }
        long end = piece.offset() + piece.length();
        next = Math.max(next, piece.offset() / GRAIN_BYTES * GRAIN_BYTES);
        for (; next < end; next += GRAIN_BYTES) {
          send(next);
        }
      }
    }

    private void send(long offset) throws IOException {
      GrainPacker packer = take();
      byte[] grain = packer.grain();
      int count = (int) Math.min(GRAIN_BYTES, source.sizeBytes() - offset);
      source.readAt(offset, ByteBuffer.wrap(grain, 0, count));
      Arrays.fill(grain, count, GRAIN_BYTES, (byte) 0);
      if (Arrays.equals(grain, ZEROS)) {
        rest(packer);
        return;
      }
      packer.startAt(offset / SECTOR_BYTES);
      FutureTask<GrainPacker> task = new FutureTask<>(packer::pack);
      packing.add(task);
      executor.execute(task);
    }

    private GrainPacker take() throws IOException {
      while (idle.isEmpty()) {
        if (packers.size() < share()) {
          GrainPacker packer = new GrainPacker(GRAIN_BYTES);
          packers.add(packer);
          return packer;
        }
        emit();
      }
      return idle.remove();
    }

    /** Keeps a packer for a later grain, or gives it up because others have come to share. */
    private void rest(GrainPacker packer) {
      if (packers.size() > share()) {
        packers.remove(packer);
        packer.close();
      } else {
        idle.add(packer);
      }
    }

    private void emit() throws IOException {
      GrainPacker packed = await(packing.remove());
      layout.grain(packed);
      rest(packed);
    }

    void drain() throws IOException {
      while (!packing.isEmpty()) {
        emit();
      }
    }

    private static GrainPacker await(FutureTask<GrainPacker> task) {
      try {
        return task.get();
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        CancellationException cancelled =
            new CancellationException("interrupted while a disk was packed");
        cancelled.initCause(interrupted);
        throw cancelled;
      } catch (ExecutionException failure) {
        throw new BlockError(
            BlockError.Kind.IO, "a grain cannot be packed: " + failure.getCause(), failure);
      }
    }

    /** Frees the packers; one that is still at work fails then, and nobody listens. */
    @Override
    public void close() {
      packing.forEach(task -> task.cancel(false));
      packers.forEach(GrainPacker::close);
    }
  }
}
