package dev.vcsnap.disk.chain;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockError.Kind;
import dev.vcsnap.disk.cbt.ChangeId;
import dev.vcsnap.disk.cbt.ChangeMap;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Change tracking of a running disk: the leaf's map, and those of the links frozen below it. */
final class DiskTracking {

  private final LinkStore store;
  private final boolean writable;
  private final FrozenMaps frozenMaps;
  private volatile @Nullable ChangeTracker leaf;

  DiskTracking(LinkStore store, boolean writable) {
    this.store = store;
    this.writable = writable;
    this.frozenMaps = new FrozenMaps(store, writable);
  }

  /** Prepares the tracker of a leaf that is about to run: its own history, or a new epoch. */
  @Nullable ChangeTracker prepare(Composition chain, boolean newEpoch) {
    Link top = chain.top();
    Optional<Path> path = LinkStore.mapOf(top.path(), top.descriptor());
    if (path.isEmpty()) {
      return null;
    }
    Optional<ChangeMap> kept =
        newEpoch ? Optional.empty() : frozenMaps.trusted(path.get(), chain.sizeBytes());
    if (kept.isPresent()) {
      return new ChangeTracker(store.changeMaps(), kept.get(), path.get(), false);
    }
    ChangeMap fresh = FrozenMaps.everythingAllocated(store.ids().uuid(), chain);
    if (writable) {
      store.changeMaps().saveDirty(path.get(), fresh.epoch(), chain.sizeBytes());
    }
    return new ChangeTracker(store.changeMaps(), fresh, path.get(), true);
  }

  /** Tracks with this from now on; the gate is closed. */
  void use(@Nullable ChangeTracker tracker) {
    leaf = tracker;
  }

  boolean tracked() {
    return leaf != null;
  }

  /** Notes a write before it is acknowledged. */
  void mark(long offset, long length) {
    ChangeTracker tracker = leaf;
    if (tracker != null) {
      tracker.mark(offset, length);
    }
  }

  /** Splits history between a link that freezes and the leaf above it; the gate is closed. */
  void fork(Path frozen, Path newLeaf) {
    ChangeTracker tracker = leaf;
    if (tracker != null) {
      frozenMaps.hold(frozen, tracker.map().freeze());
      tracker.moveTo(LinkStore.trackPath(newLeaf));
    }
    // A deleted link may have had this name, and nothing of its history is the new one's.
    frozenMaps.forget(newLeaf);
  }

  /** Stores the maps of links that froze, where that can be done now. */
  void saveFrozen() {
    frozenMaps.saveHeld();
  }

  /** Makes the leaf's file ready for a larger disk; its map comes with {@link #grown}. */
  void prepareGrow(long newSizeBytes) {
    ChangeTracker tracker = leaf;
    if (tracker != null) {
      tracker.saveDirty(newSizeBytes);
    }
  }

  /** The disk is larger now; the gate is closed. */
  void grown(long newSizeBytes) {
    ChangeTracker tracker = leaf;
    if (tracker != null) {
      leaf = tracker.grown(newSizeBytes);
    }
  }

  /** Makes the survivor's files ready for the running map, which it gets with {@link #moveTo}. */
  void prepareMove(Link survivor, long sizeBytes) {
    ChangeTracker tracker = leaf;
    if (tracker == null) {
      store.dropMap(survivor);
    } else {
      Path map = LinkStore.trackPath(survivor.path());
      store.changeMaps().saveDirty(map, tracker.map().epoch(), sizeBytes);
      store.trackAt(survivor, map);
    }
  }

  /** The survivor of a merge is the leaf now; the gate is closed. */
  void moveTo(Link survivor, List<Link.Delta> merged) {
    ChangeTracker tracker = leaf;
    if (tracker != null) {
      tracker.moveTo(LinkStore.trackPath(survivor.path()));
    }
    frozenMaps.forget(survivor.path());
    merged.forEach(link -> frozenMaps.forget(link.path()));
  }

  /** The survivor of a merge below the leaf answers for the newest merged link from now on. */
  void inherit(Link from, Link survivor) {
    frozenMaps.saveHeld();
    store.inheritMap(from, survivor);
    frozenMaps.inherit(from.path(), survivor.path());
  }

  /** A new epoch for a leaf that was not tracked, still without its marks. */
  ChangeTracker begin(Link top, long sizeBytes) {
    Path path = LinkStore.trackPath(top.path());
    ChangeMap map = new ChangeMap(store.ids().uuid(), sizeBytes);
    store.changeMaps().saveDirty(path, map.epoch(), sizeBytes);
    return new ChangeTracker(store.changeMaps(), map, path, true);
  }

  ChangeMap running() {
    ChangeTracker tracker = leaf;
    if (tracker == null) {
      throw new BlockError(Kind.UNSUPPORTED, "the disk is not tracked");
    }
    return tracker.map();
  }

  /** The leaf's moment; one that is only read stands still. */
  Optional<ChangeId> leafId() {
    return Optional.ofNullable(leaf)
        .map(ChangeTracker::map)
        .map(map -> writable ? map.runningId() : map.frozenId());
  }

  /** Nothing is known of a link's map any more. */
  void forget(Path link) {
    frozenMaps.forget(link);
  }

  /**
   * Knows no map of a frozen link any more, after {@link #save}: links that come back from another
   * branch may have been merged or replaced since their maps were read.
   */
  void forgetFrozen() {
    frozenMaps.forgetAll();
  }

  /** A link of another branch may have been merged or replaced since its map was read. */
  void rereadFrozen(Path link) {
    frozenMaps.reread(link);
  }

  Optional<ChangeMap> frozen(Path link, Function<UUID, ChangeMap> renew) {
    return frozenMaps.of(link, renew);
  }

  /** Stores everything; nobody writes any more. */
  void save() {
    frozenMaps.saveHeldOrFail();
    ChangeTracker tracker = leaf;
    if (tracker != null) {
      tracker.save();
    }
  }
}
