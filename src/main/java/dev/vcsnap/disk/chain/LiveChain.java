package dev.vcsnap.disk.chain;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockError.Kind;
import dev.vcsnap.disk.block.BlockStatus;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The chain that a running disk reads and writes at this moment. I/O passes the gate before it
 * comes here; everything that changes the chain comes while the gate is closed.
 */
final class LiveChain {

  private final LinkStore store;
  private final GrainLocks locks = new GrainLocks();
  private volatile Composition composition;
  private volatile LeafWriter writer;
  private volatile @Nullable Merge mirror;
  private volatile List<Link> unsettled = List.of();

  /** Whether the leaf was written since it became the leaf. */
  private volatile boolean written;

  /** Whether the leaf got a content id of its own since then. */
  private volatile boolean renewed;

  LiveChain(LinkStore store, Composition composition) {
    this.store = store;
    this.composition = composition;
    this.writer = new LeafWriter(composition, locks);
  }

  Composition composition() {
    return composition;
  }

  Link top() {
    return composition.top();
  }

  Link find(Path path) {
    return composition.links().stream()
        .filter(candidate -> candidate.path().equals(path))
        .findFirst()
        .orElseThrow(() ->
            new BlockError(
                Kind.NOT_FOUND, "'%s' is no link of '%s'".formatted(path, top().path())));
  }

  /** The locks that writers of new grains take. */
  GrainLocks locks() {
    return locks;
  }

  // ---- bytes; inside the gate

  void read(long offset, ByteBuffer target) {
    composition.read(offset, target);
  }

  void write(long offset, ByteBuffer source) {
    noteWrite();
    switch (top()) {
      case Link.Base base -> base.extent.writeAt(offset, source);
      case Link.Delta leaf -> writer.write(leaf, offset, source, mirror);
    }
  }

  void zero(long offset, long length) {
    noteWrite();
    switch (top()) {
      case Link.Base base -> base.extent.zero(offset, length);
      case Link.Delta leaf -> writer.zero(leaf, offset, length, mirror);
    }
  }

  private void noteWrite() {
    if (!written) {
      written = true;
    }
  }

  /** Makes everything durable that was acknowledged, wherever it went. */
  void flush() {
    settle();
    top().flush();
  }

  /** Makes links durable that froze without that. */
  void settle() {
    List<Link> frozen = unsettled;
    if (!frozen.isEmpty()) {
      frozen.forEach(Link::flush);
      dropSettled(frozen);
    }
  }

  private synchronized void dropSettled(List<Link> frozen) {
    unsettled = unsettled.stream().filter(link -> !frozen.contains(link)).toList();
  }

  List<BlockStatus> statusOf(long offset, long length) {
    return composition.statusOf(offset, length);
  }

  // ---- switches; the gate is closed

  /** From now on writes are repeated in the target of a merge, or no more. */
  void mirrorTo(@Nullable Merge merge) {
    mirror = merge;
  }

  boolean mirrored() {
    return mirror != null;
  }

  /**
   * Freezes the leaf under a new, empty one. The frozen link is not made durable here, because the
   * guest is waiting; every later flush does it until {@link #settle} has.
   */
  synchronized void push(Link.Delta fork) {
    List<Link> more = new ArrayList<>(unsettled);
    more.add(top());
    unsettled = List.copyOf(more);
    if (top() instanceof Link.Base base) {
      // The first delta decides how large grains are.
      composition = new Composition(List.of(base, fork));
      writer = new LeafWriter(composition, locks);
    } else {
      composition.push(fork);
    }
    written = false;
    renewed = false;
  }

  /**
   * Makes the survivor of a merge the leaf.
   *
   * @param changed whether it took anything in
   */
  void collapseToLeaf(boolean changed) {
    mirror = null;
    written |= changed;
    renewed = false;
  }

  /** Goes on with a larger base, which thereby has changed. */
  void grow(Link.Base larger) {
    composition = new Composition(List.of(larger));
    writer = new LeafWriter(composition, locks);
    written = true;
  }

  /** Goes on with another chain. */
  void replace(Composition next) {
    composition = next;
    writer = new LeafWriter(next, locks);
    written = false;
    renewed = false;
  }

  // ---- the leaf's content id; one operation at a time

  /** Gives a leaf that was written a content id of its own, once. */
  void giveContentId() {
    if (needsContentId()) {
      store.renewContentId(top());
      renewed = true;
    }
  }

  boolean needsContentId() {
    return written && !renewed;
  }
}
