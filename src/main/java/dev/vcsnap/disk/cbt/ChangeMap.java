package dev.vcsnap.disk.cbt;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * For every block of a disk the sequence number of its last write, so that one map answers for any
 * earlier moment of its epoch.
 *
 * <p>Marking takes no lock and comes before the write is acknowledged. The sequence number is
 * advanced only while no write is under way. A map has at most 2<sup>21</sup> blocks, because the
 * block grows with the disk; memory is spent only where something was written. A frozen map shares
 * its chunks with the running one, which copies a chunk before it marks it first.
 */
public final class ChangeMap {

  static final int CHUNK_BLOCKS = 1024;

  private static final long SMALLEST_BLOCK_BYTES = 64 << 10;
  private static final long SMALLEST_BLOCK_DISK_BYTES = 128L << 30;
  private static final VarHandle CHUNK = MethodHandles.arrayElementVarHandle(Chunk[].class);
  private static final VarHandle MARK = MethodHandles.arrayElementVarHandle(int[].class);

  /** The marks of some blocks. */
  private static final class Chunk {
    final int[] marks;

    /** The number under which these may be marked; under a later one they are a frozen map's. */
    final int since;

    Chunk(int[] marks, int since) {
      this.marks = marks;
      this.since = since;
    }
  }

  private final UUID epoch;
  private final long sizeBytes;
  private final long blockSizeBytes;
  private final @Nullable Chunk[] chunks;
  private volatile int sequence;

  /** A map that knows of no write. */
  public ChangeMap(UUID epoch, long sizeBytes) {
    this(epoch, sizeBytes, 1);
  }

  ChangeMap(UUID epoch, long sizeBytes, int sequence) {
    this.epoch = epoch;
    this.sizeBytes = sizeBytes;
    this.blockSizeBytes = blockSizeFor(sizeBytes);
    this.sequence = sequence;
    int blocks = (int) Math.ceilDiv(sizeBytes, blockSizeBytes);
    this.chunks = new Chunk[Math.ceilDiv(blocks, CHUNK_BLOCKS)];
  }

  /** 64 KiB up to 128 GiB, twice as much with every doubling of the disk. */
  public static long blockSizeFor(long sizeBytes) {
    long block = SMALLEST_BLOCK_BYTES;
    for (long size = SMALLEST_BLOCK_DISK_BYTES; size < sizeBytes; size <<= 1) {
      block <<= 1;
    }
    return block;
  }

  public UUID epoch() {
    return epoch;
  }

  public long sizeBytes() {
    return sizeBytes;
  }

  public long blockSizeBytes() {
    return blockSizeBytes;
  }

  int sequence() {
    return sequence;
  }

  /**
   * The map of the disk after it has grown: what was written since when is kept, in larger blocks
   * where the larger disk has such, and the new space counts as just written. The caller has
   * stopped all writes.
   */
  public ChangeMap grown(long newSizeBytes) {
    ChangeMap larger = new ChangeMap(epoch, newSizeBytes, sequence);
    int ratio = (int) (larger.blockSizeBytes / blockSizeBytes);
    for (int at = 0; at < chunks.length; at++) {
      int[] chunk = chunk(at);
      for (int i = 0; chunk != null && i < CHUNK_BLOCKS; i++) {
        if (chunk[i] != 0) {
          int block = (at * CHUNK_BLOCKS + i) / ratio;
          int[] target = larger.marksOf(block / CHUNK_BLOCKS, sequence);
          target[block % CHUNK_BLOCKS] = Math.max(target[block % CHUNK_BLOCKS], chunk[i]);
        }
      }
    }
    larger.mark(sizeBytes, newSizeBytes - sizeBytes);
    return larger;
  }

  /** The moment that a frozen map stands for: every write in it was at or before this. */
  public ChangeId frozenId() {
    return new ChangeId(epoch, sequence);
  }

  /**
   * The moment of a map that is still being marked. Blocks that are written from now on carry a
   * greater number; some that were written before may too, and will be reported once more.
   */
  public ChangeId runningId() {
    return new ChangeId(epoch, sequence - 1L);
  }

  /** Whether the map of a frozen link knows what was written since that moment. */
  public boolean answers(ChangeId since) {
    return since.epoch().equals(epoch) && since.sequence() <= sequence;
  }

  /** Notes a write; called before the write is acknowledged. */
  public void mark(long offset, long length) {
    if (length == 0) {
      return;
    }
    int now = sequence;
    int last = (int) ((offset + length - 1) / blockSizeBytes);
    for (int block = (int) (offset / blockSizeBytes); block <= last; block++) {
      int[] chunk = marksOf(block / CHUNK_BLOCKS, now);
      int within = block % CHUNK_BLOCKS;
      if ((int) MARK.getOpaque(chunk, within) != now) {
        MARK.setOpaque(chunk, within, now);
      }
    }
  }

  /** The marks of a chunk, to be changed under that sequence number. */
  private int[] marksOf(int at, int now) {
    Chunk chunk = (Chunk) CHUNK.getAcquire(chunks, at);
    if (chunk != null && chunk.since == now) {
      return chunk.marks;
    }
    Chunk own = new Chunk(chunk == null ? new int[CHUNK_BLOCKS] : chunk.marks.clone(), now);
    if (CHUNK.compareAndSet(chunks, at, chunk, own)) {
      return own.marks;
    }
    // Somebody else was first, and the number cannot have changed meanwhile.
    return Objects.requireNonNull((Chunk) CHUNK.getAcquire(chunks, at)).marks;
  }

  int @Nullable [] chunk(int at) {
    Chunk chunk = (Chunk) CHUNK.getAcquire(chunks, at);
    return chunk == null ? null : chunk.marks;
  }

  int chunkCount() {
    return chunks.length;
  }

  void putChunk(int at, int[] marks) {
    chunks[at] = new Chunk(marks, sequence);
  }

  /**
   * Splits history: returns what was marked so far, as the frozen link's map, and goes on with the
   * next number. The caller has stopped all writes.
   */
  public ChangeMap freeze() {
    if (sequence == Integer.MAX_VALUE) {
      throw new IllegalStateException("the sequence numbers of epoch " + epoch + " are used up");
    }
    ChangeMap frozen = new ChangeMap(epoch, sizeBytes, sequence);
    System.arraycopy(chunks, 0, frozen.chunks, 0, chunks.length);
    sequence = frozen.sequence + 1;
    return frozen;
  }

  /**
   * Areas that were written after {@code since}, ascending, joined, clipped to the disk.
   *
   * @param since a moment of this map's epoch; comparing the epoch is the caller's business
   * @param fromOffset nothing before it is reported
   * @param maxAreas how many areas at most; there may be more behind the last one
   */
  public List<Range> changedSince(ChangeId since, long fromOffset, int maxAreas) {
    return changedSince(since, fromOffset, sizeBytes, maxAreas);
  }

  /**
   * As above, but nothing from {@code toOffset} on is looked for; the last area may reach there.
   */
  public List<Range> changedSince(ChangeId since, long fromOffset, long toOffset, int maxAreas) {
    List<Range> areas = new ArrayList<>();
    int blocks = (int) Math.ceilDiv(Math.min(toOffset, sizeBytes), blockSizeBytes);
    int block = fromOffset < sizeBytes ? (int) (fromOffset / blockSizeBytes) : blocks;
    while (block < blocks && areas.size() < maxAreas) {
      int first = nextChanged(block, blocks, since.sequence());
      if (first == blocks) {
        break;
      }
      int end = first;
      while (end < blocks && markOf(end) > since.sequence()) {
        end++;
      }
      long offset = Math.max(first * blockSizeBytes, fromOffset);
      areas.add(new Range(offset, Math.min(end * blockSizeBytes, sizeBytes) - offset));
      block = end;
    }
    return areas;
  }

  private int nextChanged(int from, int blocks, long since) {
    int block = from;
    while (block < blocks) {
      int at = block / CHUNK_BLOCKS;
      if (chunk(at) == null) {
        block = (at + 1) * CHUNK_BLOCKS;
      } else if (markOf(block) > since) {
        return block;
      } else {
        block++;
      }
    }
    return blocks;
  }

  private int markOf(int block) {
    int[] chunk = chunk(block / CHUNK_BLOCKS);
    return chunk == null ? 0 : (int) MARK.getOpaque(chunk, block % CHUNK_BLOCKS);
  }
}
