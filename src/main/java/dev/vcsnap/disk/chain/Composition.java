package dev.vcsnap.disk.chain;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockError.Kind;
import dev.vcsnap.disk.block.BlockStatus;
import dev.vcsnap.disk.vmdk.sparse.SparseExtent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The bytes that a chain of links reads as. Reading is safe at any time; the chain itself changes
 * only while its owner's gate is closed.
 */
final class Composition {

  /** Links that a disk can have open at once. */
  static final int MAXIMUM_LINKS = 128;

  /** What a chain without deltas could be cut into. */
  private static final int LARGEST_GRAIN_BYTES = 4096;

  private final Link.Base base;
  private final long sizeBytes;
  private final int grainShift;
  private final long grainCount;
  private final OwnerMap owners;
  private final Link.@Nullable Delta[] deltas = new Link.Delta[MAXIMUM_LINKS];
  private volatile List<Link> links;

  /**
   * @param links the base first
   */
  Composition(List<Link> links) {
    this.base = (Link.Base) links.getFirst();
    this.sizeBytes = base.descriptor().sectors() * 512;
    this.grainShift = Integer.numberOfTrailingZeros(grainBytesOf(links));
    this.grainCount = Math.ceilDiv(sizeBytes, 1L << grainShift);
    this.owners = new OwnerMap(grainCount, 1 << grainShift, this::deltas);
    this.links = List.copyOf(links);
    deltas().forEach(delta -> deltas[delta.id()] = delta);
  }

  private static int grainBytesOf(List<Link> links) {
    int grainBytes = 0;
    for (Link link : links) {
      if (link instanceof Link.Delta delta) {
        int own = delta.extent.grainBytes();
        if (grainBytes != 0 && own != grainBytes) {
          throw new BlockError(
              Kind.UNSUPPORTED,
              "'%s' has grains of %d bytes above grains of %d; a chain has one kind of delta"
                  .formatted(link.path(), own, grainBytes));
        }
        grainBytes = own;
      }
    }
    return grainBytes == 0 ? LARGEST_GRAIN_BYTES : grainBytes;
  }

  private List<Link.Delta> deltas() {
    return links.stream().filter(Link.Delta.class::isInstance).map(Link.Delta.class::cast).toList();
  }

  /** Bytes of a grain: the unit in which links own parts of the disk. */
  int grainBytes() {
    return 1 << grainShift;
  }

  OwnerMap owners() {
    return owners;
  }

  long sizeBytes() {
    return sizeBytes;
  }

  long grainCount() {
    return grainCount;
  }

  /** The base first, the newest link last. */
  List<Link> links() {
    return links;
  }

  Link top() {
    return links.getLast();
  }

  Link.Base base() {
    return base;
  }

  long ownerMapBytes() {
    return owners.memoryBytes();
  }

  /** Puts an empty delta on top; the gate is closed. */
  void push(Link.Delta delta) {
    deltas[delta.id()] = delta;
    ArrayList<Link> longer = new ArrayList<>(links);
    longer.add(delta);
    links = List.copyOf(longer);
  }

  /** Takes links out whose content is in the one below them by now; the gate is closed. */
  void collapse(List<Link.Delta> merged) {
    ArrayList<Link> shorter = new ArrayList<>(links);
    shorter.removeAll(merged);
    links = List.copyOf(shorter);
    owners.forget();
    merged.forEach(link -> deltas[link.id()] = null);
  }

  /** Notes that a delta now holds these grains. */
  void own(long firstGrain, int count, Link.Delta delta) {
    owners.set(firstGrain, count, delta.id());
  }

  boolean isBaseHole(long offset, long length) {
    long firstGrain = offset >>> grainShift;
    long grains = grainsTo(offset + length) - firstGrain;
    return owners.at(firstGrain) == OwnerMap.BASE
        && owners.run(firstGrain, grains, OwnerMap.BASE) == grains
        && base.extent.holeBytes(offset, offset + length) == length;
  }

  /** The first grain that begins at or after the offset. */
  private long grainsTo(long offset) {
    return (offset + grainBytes() - 1) >>> grainShift;
  }

  private SparseExtent extent(byte owner) {
    Link.Delta delta = deltas[owner];
    if (delta == null) {
      throw new IllegalStateException("no link has the number " + owner);
    }
    return delta.extent;
  }

  /** Fills {@code target}; the range was checked. */
  void read(long offset, ByteBuffer target) {
    int end = target.limit();
    long position = offset;
    while (target.position() < end) {
      long grain = position >>> grainShift;
      int left = end - target.position();
      byte owner = owners.at(grain);
      int run = (int) owners.run(grain, grainsTo(position + left) - grain, owner);
      position +=
          owner == OwnerMap.BASE
              ? readBase(position, run, left, target)
              : readDelta(extent(owner), position, run, left, target);
      target.limit(end);
    }
  }

  private int readBase(long position, int run, int left, ByteBuffer target) {
    int bytes = bytesOf(position, run, left);
    base.extent.readAt(position, target.limit(target.position() + bytes));
    return bytes;
  }

  private int readDelta(
      SparseExtent extent, long position, int owned, int left, ByteBuffer target) {
    long grain = position >>> grainShift;
    int run = owned == 1 ? 1 : extent.run(grain, owned);
    int bytes = bytesOf(position, run, left);
    long slot = extent.slotOf(grain);
    if (slot >= 0) {
      int within = (int) (position & (grainBytes() - 1));
      extent.readSlot(slot, within, target.limit(target.position() + bytes));
    } else {
      Zeros.fill(target, bytes);
    }
    return bytes;
  }

  private int bytesOf(long position, int run, int left) {
    return (int) Math.min(((long) run << grainShift) - (position & (grainBytes() - 1)), left);
  }

  /** Describes the range; it was checked. */
  List<BlockStatus> statusOf(long offset, long length) {
    List<BlockStatus> result = new ArrayList<>();
    StatusJoiner joiner = new StatusJoiner(result::add);
    long end = offset + length;
    long position = offset;
    while (position < end) {
      long grain = position >>> grainShift;
      byte owner = owners.at(grain);
      long run = owners.run(grain, grainsTo(end) - grain, owner);
      BlockStatus.Kind kind = BlockStatus.Kind.DATA;
      if (owner != OwnerMap.BASE) {
        SparseExtent extent = extent(owner);
        kind = extent.slotOf(grain) >= 0 ? BlockStatus.Kind.DATA : BlockStatus.Kind.HOLE;
        run = extent.run(grain, (int) Math.min(run, Integer.MAX_VALUE));
      }
      long stop = Math.min((grain + run) << grainShift, end);
      if (owner == OwnerMap.BASE) {
        base.extent.status(position, stop - position, joiner);
      } else {
        joiner.accept(new BlockStatus(position, stop - position, kind));
      }
      position = stop;
    }
    joiner.finish();
    return result;
  }

  /** Hears of runs of grains that one link answers for. */
  interface OwnerSink {
    void accept(long offset, long length, byte owner);
  }

  /** Tells who answers for each part of the range, ascending; it was checked. */
  void owners(long offset, long length, OwnerSink sink) {
    long end = offset + length;
    long position = offset;
    while (position < end) {
      long grain = position >>> grainShift;
      byte owner = owners.at(grain);
      long run = owners.run(grain, grainsTo(end) - grain, owner);
      long stop = Math.min((grain + run) << grainShift, end);
      sink.accept(position, stop - position, owner);
      position = stop;
    }
  }
}
