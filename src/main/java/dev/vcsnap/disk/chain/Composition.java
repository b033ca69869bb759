package dev.vcsnap.disk.chain;

import static dev.vcsnap.disk.chain.Link.GRAIN_BYTES;

import dev.vcsnap.disk.block.BlockStatus;
import dev.vcsnap.disk.vmdk.sesparse.SeSparseExtent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The bytes that a chain of links reads as. Reading is safe at any time; the chain itself changes
 * only while its owner's gate is closed.
 */
final class Composition {

  private static final int MAXIMUM_LINKS = 128;

  private final Link.Base base;
  private final long sizeBytes;
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
    this.grainCount = Math.ceilDiv(sizeBytes, (long) GRAIN_BYTES);
    this.owners = new OwnerMap(grainCount);
    this.links = List.copyOf(links);
    for (Link link : links) {
      if (link instanceof Link.Delta delta) {
        deltas[delta.id()] = delta;
        claim(delta);
      }
    }
  }

  /** Makes a delta the owner of everything that it holds. */
  private void claim(Link.Delta delta) {
    SeSparseExtent extent = delta.extent;
    int region = extent.nextRegion(0);
    while (region < extent.regionCount()) {
      long first = (long) region * SeSparseExtent.REGION_GRAINS;
      long end = Math.min(first + SeSparseExtent.REGION_GRAINS, grainCount);
      for (long grain = first; grain < end; grain++) {
        if (extent.slotOf(grain) != SeSparseExtent.ABSENT) {
          owners.set(grain, 1, delta.id());
        }
      }
      region = extent.nextRegion(region + 1);
    }
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

  /** The chain up to and including one of its links. */
  Composition upTo(Link top) {
    List<Link> all = links;
    return new Composition(all.subList(0, all.indexOf(top) + 1));
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

  /** Takes links out whose content is in {@code survivor} by now; the gate is closed. */
  void collapse(List<Link.Delta> merged, Link survivor) {
    boolean[] from = new boolean[MAXIMUM_LINKS];
    merged.forEach(link -> from[link.id()] = true);
    owners.replace(from, survivor.id());
    merged.forEach(link -> deltas[link.id()] = null);
    ArrayList<Link> shorter = new ArrayList<>(links);
    shorter.removeAll(merged);
    links = List.copyOf(shorter);
  }

  /** Notes that a delta now holds these grains. */
  void own(long firstGrain, int count, Link.Delta delta) {
    owners.set(firstGrain, count, delta.id());
  }

  boolean isBaseHole(long offset, long length) {
    long firstGrain = offset / GRAIN_BYTES;
    long grains = Math.ceilDiv(offset + length, (long) GRAIN_BYTES) - firstGrain;
    return owners.at(firstGrain) == OwnerMap.BASE
        && owners.run(firstGrain, grains) == grains
        && base.extent.holeBytes(offset, offset + length) == length;
  }

  private Link.Delta delta(byte owner) {
    Link.Delta delta = deltas[owner];
    if (delta == null) {
      throw new IllegalStateException("no link has the number " + owner);
    }
    return delta;
  }

  /** Fills {@code target}; the range was checked. */
  void read(long offset, ByteBuffer target) {
    int end = target.limit();
    long position = offset;
    while (target.position() < end) {
      long grain = position / GRAIN_BYTES;
      int within = (int) (position % GRAIN_BYTES);
      int left = end - target.position();
      int grains = (int) Math.ceilDiv((long) within + left, (long) GRAIN_BYTES);
      byte owner = owners.at(grain);
      if (owner == OwnerMap.BASE) {
        long run = owners.run(grain, grains);
        int bytes = (int) Math.min(run * GRAIN_BYTES - within, left);
        target.limit(target.position() + bytes);
        base.extent.readAt(position, target);
        position += bytes;
      } else {
        position += readDelta(delta(owner), owner, grain, within, grains, left, target);
      }
      target.limit(end);
    }
  }

  private int readDelta(
      Link.Delta delta,
      byte owner,
      long grain,
      int within,
      int grains,
      int left,
      ByteBuffer target) {
    SeSparseExtent extent = delta.extent;
    long slot = extent.slotOf(grain);
    int run = 1;
    if (slot >= 0) {
      while (run < grains
          && owners.at(grain + run) == owner
          && extent.slotOf(grain + run) == slot + run) {
        run++;
      }
      int bytes = (int) Math.min((long) run * GRAIN_BYTES - within, left);
      extent.readSlot(slot, within, target.limit(target.position() + bytes));
      return bytes;
    }
    while (run < grains
        && owners.at(grain + run) == owner
        && extent.slotOf(grain + run) == SeSparseExtent.ZERO) {
      run++;
    }
    int bytes = (int) Math.min((long) run * GRAIN_BYTES - within, left);
    Zeros.fill(target, bytes);
    return bytes;
  }

  /** Describes the range; it was checked. */
  List<BlockStatus> statusOf(long offset, long length) {
    List<BlockStatus> result = new ArrayList<>();
    StatusJoiner joiner = new StatusJoiner(result::add);
    long end = offset + length;
    long position = offset;
    while (position < end) {
      long grain = position / GRAIN_BYTES;
      long grains = Math.ceilDiv(end, (long) GRAIN_BYTES) - grain;
      byte owner = owners.at(grain);
      long run = owners.run(grain, grains);
      BlockStatus.Kind kind = BlockStatus.Kind.DATA;
      if (owner != OwnerMap.BASE) {
        SeSparseExtent extent = delta(owner).extent;
        boolean stored = extent.slotOf(grain) >= 0;
        kind = stored ? BlockStatus.Kind.DATA : BlockStatus.Kind.HOLE;
        long same = 1;
        while (same < run && (extent.slotOf(grain + same) >= 0) == stored) {
          same++;
        }
        run = same;
      }
      long stop = Math.min((grain + run) * GRAIN_BYTES, end);
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
}
