package dev.vcsnap.disk.chain;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockStatus;
import dev.vcsnap.disk.cbt.ChangeMap;
import dev.vcsnap.disk.vmdk.Descriptor;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * The change maps of frozen links. A map that was split off in a stun is held here until it is
 * stored after it; until then its file is dirty, so that a crash costs an epoch and never a change.
 */
final class FrozenMaps {

  private final LinkStore store;
  private final boolean writable;
  private final Map<Path, ChangeMap> known = new HashMap<>();
  private final Map<Path, ChangeMap> held = new HashMap<>();

  FrozenMaps(LinkStore store, boolean writable) {
    this.store = store;
    this.writable = writable;
  }

  /** Takes a map that its file does not have yet. */
  synchronized void hold(Path link, ChangeMap map) {
    known.put(link, map);
    held.put(link, map);
  }

  /** Stores what is held; a map that cannot be stored now stays held. */
  synchronized void saveHeld() {
    try {
      saveHeldOrFail();
    } catch (BlockError deferred) {
      // Its file still says dirty, which is true; closing the disk tries again and reports.
      assert !held.isEmpty();
    }
  }

  synchronized void saveHeldOrFail() {
    for (Path link : held.keySet().toArray(new Path[0])) {
      ChangeMap map = held.get(link);
      if (map != null) {
        save(link, LinkStore.trackPath(link), map);
        held.remove(link);
      }
    }
  }

  /**
   * Stores a map, unless its link is gone. A link may also be deleted meanwhile, its descriptor
   * first; then whoever is last removes the map, which would be in the way of later snapshots.
   */
  private void save(Path link, Path file, ChangeMap map) {
    if (store.exists(link)) {
      store.changeMaps().save(file, map);
      if (!store.exists(link)) {
        store.deleteFile(file);
      }
    }
  }

  /** A map that is stored cleanly; anything else is worth as much as none. */
  Optional<ChangeMap> trusted(Path file, long sizeBytes) {
    try {
      return store.changeMaps().read(file, sizeBytes);
    } catch (BlockError damage) {
      return switch (damage.kind()) {
        case IO, NO_SPACE, LOCKED -> throw damage;
        default -> Optional.empty();
      };
    }
  }

  /** The map of a frozen link; when its file cannot be trusted, a new epoch is made for it. */
  synchronized Optional<ChangeMap> of(Path link, Function<UUID, ChangeMap> renew) {
    ChangeMap map = known.get(link);
    if (map != null) {
      return Optional.of(map);
    }
    Descriptor descriptor = store.read(link);
    Optional<Path> file = LinkStore.mapOf(link, descriptor);
    if (file.isEmpty()) {
      return Optional.empty();
    }
    Optional<ChangeMap> stored = trusted(file.get(), descriptor.sectors() * 512);
    if (stored.isPresent()) {
      known.put(link, stored.get());
      return stored;
    }
    ChangeMap fresh = renew.apply(store.ids().uuid());
    if (writable) {
      save(link, file.get(), fresh);
    }
    known.put(link, fresh);
    return Optional.of(fresh);
  }

  /** Lets a map be read again, unless its file does not have it yet. */
  synchronized void reread(Path link) {
    if (!held.containsKey(link)) {
      known.remove(link);
    }
  }

  synchronized void forget(Path link) {
    known.remove(link);
    held.remove(link);
  }

  /** Lets every map be read again, unless its file does not have it yet. */
  synchronized void forgetAll() {
    known.keySet().retainAll(held.keySet());
  }

  /** The survivor of a merge answers for the merged link from now on. */
  synchronized void inherit(Path from, Path survivor) {
    forget(survivor);
    ChangeMap map = known.get(from);
    if (map != null) {
      known.put(survivor, map);
    }
    ChangeMap unsaved = held.get(from);
    if (unsaved != null) {
      held.put(survivor, unsaved);
    }
    forget(from);
  }

  static ChangeMap everythingAllocated(UUID epoch, Composition chain) {
    ChangeMap map = new ChangeMap(epoch, chain.sizeBytes());
    markAllocated(map, chain);
    return map;
  }

  static void markAllocated(ChangeMap map, Composition chain) {
    for (BlockStatus piece : chain.statusOf(0, chain.sizeBytes())) {
      if (piece.kind() == BlockStatus.Kind.DATA) {
        map.mark(piece.offset(), piece.length());
      }
    }
  }
}
