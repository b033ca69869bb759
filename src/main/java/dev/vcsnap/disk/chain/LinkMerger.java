package dev.vcsnap.disk.chain;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockError.Kind;
import dev.vcsnap.disk.vmdk.Descriptor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Takes links out of a running chain: copies what they hold down ({@link Merge}), lets the survivor
 * take their place, removes their files.
 *
 * <p>The order is what makes a crash harmless. First the survivor holds everything, durably, while
 * the old chain still hides it. Then whoever names the links is told. Then children are hung under
 * the survivor, each by replacing one descriptor. Then the merged files go. The survivor keeps its
 * content id all the time, because two descriptors cannot be replaced in one step.
 */
final class LinkMerger {

  private static final int FLUSH_ROUNDS = 3;

  private final LinkStore store;
  private final OpenLinks links;
  private final LiveChain live;
  private final DiskTracking tracking;
  private final Operations operations;
  private final Function<Runnable, Duration> withGateClosed;
  private final Supplier<Courtesy> courtesies;

  /**
   * @param withGateClosed runs a switch while no I/O is under way, and says how long that was
   * @param courtesies what each merge owes the guest
   */
  LinkMerger(
      LinkStore store,
      OpenLinks links,
      LiveChain live,
      DiskTracking tracking,
      Operations operations,
      Function<Runnable, Duration> withGateClosed,
      Supplier<Courtesy> courtesies) {
    this.store = store;
    this.links = links;
    this.live = live;
    this.tracking = tracking;
    this.operations = operations;
    this.withGateClosed = withGateClosed;
    this.courtesies = courtesies;
  }

  /** Merges a link into its parent. */
  void commit(Path child, List<Path> otherChildren, MergeProgress progress) {
    Link top = live.find(child);
    List<Link> chain = live.composition().links();
    int at = chain.indexOf(top);
    if (at == 0) {
      throw new BlockError(Kind.UNSUPPORTED, "'%s' has no parent".formatted(child));
    }
    merge(chain.get(at - 1), top, otherChildren, progress);
  }

  /** Merges everything above a link into it. */
  void commitInto(Path target, MergeProgress progress) {
    Link survivor = live.find(target);
    Link leaf = live.top();
    if (survivor != leaf) {
      merge(survivor, leaf, List.of(), progress);
    }
  }

  private void merge(Link survivor, Link top, List<Path> otherChildren, MergeProgress progress) {
    List<Link> all = live.composition().links();
    List<Link.Delta> sources =
        all.subList(all.indexOf(survivor) + 1, all.indexOf(top) + 1).reversed().stream()
            .map(Link.Delta.class::cast)
            .toList();
    boolean running = top == live.top();
    MergeProgress untilClosing = untilClosing(progress);
    Merge merge =
        running
            ? new Merge(
                live.composition().owners(),
                sources,
                survivor,
                live.locks(),
                untilClosing,
                courtesies.get())
            : Merge.ofFrozen(sources.getFirst(), survivor, untilClosing, courtesies.get());
    links.beginMerge(survivor, sources, all);
    try {
      if (running) {
        mergeLeaf(merge, sources, survivor, progress);
      } else {
        mergeFrozen(merge, sources, survivor, otherChildren, progress);
      }
    } finally {
      links.endMerge(live.composition().links());
    }
    remove(sources);
  }

  /**
   * Deletes the newest first, so that what a failure leaves are links whose parents are there. They
   * are let go of in any case: once nobody holds them, they can be deleted later.
   */
  private void remove(List<Link.Delta> merged) {
    try {
      merged.forEach(link -> store.delete(link.path(), link.descriptor()));
    } finally {
      merged.forEach(links::drop);
    }
  }

  private MergeProgress untilClosing(MergeProgress progress) {
    return new MergeProgress() {
      @Override
      public void merged(long grainsDone, long grainsTotal) {
        progress.merged(grainsDone, grainsTotal);
      }

      @Override
      public void copied(long bytes, BooleanSupplier cancelled) {
        progress.copied(bytes, cancelled);
      }

      @Override
      public boolean cancelled() {
        return operations.closing() || progress.cancelled();
      }
    };
  }

  private void mergeLeaf(
      Merge merge, List<Link.Delta> sources, Link survivor, MergeProgress progress) {
    var _ = withGateClosed.apply(() -> live.mirrorTo(merge));
    try {
      merge.run();
      tracking.prepareMove(survivor, live.composition().sizeBytes());
      // Writes are mirrored meanwhile; each round leaves less to do in the stun.
      for (int round = 0; round < FLUSH_ROUNDS; round++) {
        survivor.flush();
      }
      Duration stun =
          withGateClosed.apply(() -> {
            merge.requireNoFailure();
            survivor.flush();
            progress.survives(survivor.path());
            tracking.moveTo(survivor, sources);
            links.collapse(live.composition(), sources);
            live.collapseToLeaf(sources.stream().anyMatch(Link.Delta::holdsAny));
          });
      progress.stunned(stun);
    } finally {
      if (live.mirrored()) {
        var _ = withGateClosed.apply(() -> live.mirrorTo(null));
      }
    }
  }

  private void mergeFrozen(
      Merge merge,
      List<Link.Delta> sources,
      Link survivor,
      List<Path> otherChildren,
      MergeProgress progress) {
    merge.run();
    survivor.flush();
    Link top = sources.getFirst();
    tracking.inherit(top, survivor);
    links.showSurvivor();
    progress.survives(survivor.path());
    List<Link> all = live.composition().links();
    Link child = all.get(all.indexOf(top) + 1);
    Optional<BlockError> doubt = follow(child, survivor);
    progress.stunned(withGateClosed.apply(() -> links.collapse(live.composition(), sources)));
    try {
      doubt.ifPresent(failure -> {
        throw failure;
      });
      for (Path other : otherChildren) {
        if (!other.equals(child.path())) {
          links.repointed(other, store.repoint(other, survivor));
        }
      }
    } catch (BlockError failure) {
      // The running chain has left them; what hangs on them still is a branch of its own.
      sources.forEach(links::drop);
      throw failure;
    }
  }

  /**
   * Hangs a link of the running chain under the survivor. When the descriptor was replaced and only
   * its durability is in doubt, the chain must follow it, but nothing may be deleted: that is the
   * failure returned.
   */
  private Optional<BlockError> follow(Link child, Link survivor) {
    try {
      child.replaced(store.repoint(child.path(), survivor));
      return Optional.empty();
    } catch (BlockError failure) {
      Descriptor present = store.read(child.path());
      if (present.parentFileNameHint().equals(child.descriptor().parentFileNameHint())) {
        throw failure;
      }
      child.replaced(present);
      return Optional.of(failure);
    }
  }
}
