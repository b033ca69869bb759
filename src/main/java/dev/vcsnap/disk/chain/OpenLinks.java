package dev.vcsnap.disk.chain;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockError.Kind;
import dev.vcsnap.disk.io.DiskFile;
import dev.vcsnap.disk.vmdk.Descriptor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The links that a running disk has open, shared between its own chain and the views of frozen
 * links, with the lock that each is due: a leaf is the disk's alone, the rest is shared with
 * readers.
 */
final class OpenLinks {

  private final LinkStore store;
  private final OpenMode mode;
  private final Gate viewGate = new Gate();
  private final Map<Path, Link> open = new LinkedHashMap<>();
  private final List<FrozenView> views = new ArrayList<>();
  private Set<Link> running = Set.of();
  private final List<Link> mergeLocked = new ArrayList<>();
  private @Nullable Link mergeSurvivor;
  private @Nullable Link mergeTop;

  OpenLinks(LinkStore store, OpenMode mode) {
    this.store = store;
    this.mode = mode;
  }

  /** Opens the chain of a leaf, with the leaf's lock. */
  synchronized List<Link> openRunning(Path leaf) {
    List<Link> chain = openChain(leaf);
    Set<Link> needed = new HashSet<>(running);
    needed.addAll(chain);
    if (mode == OpenMode.READ_WRITE) {
      try {
        chain.getLast().file().lock(DiskFile.Lock.EXCLUSIVE);
      } catch (BlockError failure) {
        closeUnneeded();
        throw failure;
      }
    }
    running = needed;
    return chain;
  }

  private List<Link> openChain(Path leaf) {
    List<Link> chain = new ArrayList<>();
    try {
      for (LinkStore.Found found : store.resolve(leaf)) {
        Link link = open.get(found.path());
        if (link == null) {
          link = openOne(found, DiskFile.Lock.SHARED);
        }
        chain.add(link);
      }
    } catch (BlockError failure) {
      closeUnneeded();
      throw failure;
    }
    return chain;
  }

  /** Opens a prepared fork. */
  synchronized Link.Delta openLeaf(LinkStore.Found found) {
    Link link = openOne(found, DiskFile.Lock.EXCLUSIVE);
    running = with(running, link);
    return (Link.Delta) link;
  }

  private Link openOne(LinkStore.Found found, DiskFile.Lock lock) {
    Link link =
        store.open(
            found,
            found.descriptor().hasParent() ? freeId() : OwnerMap.BASE,
            mode == OpenMode.READ_WRITE,
            mode == OpenMode.INSPECT ? Optional.empty() : Optional.of(lock));
    open.put(found.path(), link);
    return link;
  }

  private byte freeId() {
    boolean[] taken = new boolean[Composition.MAXIMUM_LINKS];
    open.values().forEach(link -> taken[link.id()] = true);
    for (int id = OwnerMap.BASE + 1; id < Composition.MAXIMUM_LINKS; id++) {
      if (!taken[id]) {
        return (byte) id;
      }
    }
    throw new BlockError(
        Kind.UNSUPPORTED, "more than " + Composition.MAXIMUM_LINKS + " links are open");
  }

  private static Set<Link> with(Set<Link> links, Link added) {
    Set<Link> all = new HashSet<>(links);
    all.add(added);
    return all;
  }

  /** Puts a larger base in the place of a base, in the same open file; nobody may be viewing it. */
  synchronized void replaceBase(Link.Base base, Link.Base larger) {
    open.put(base.path(), larger);
    running = Set.of(larger);
  }

  /** A leaf became a frozen link: others may read it now. */
  synchronized void freeze(Link link) {
    link.file().lock(DiskFile.Lock.SHARED);
  }

  /**
   * Opens a view of a link, of the running chain as it is in memory, of other branches from files.
   */
  synchronized FrozenView openView(Path link, LiveChain live, String holder) {
    List<Link> present = live.composition().links();
    int at = present.stream().map(Link::path).toList().indexOf(link);
    List<Link> chain = at < 0 ? openChain(link) : present.subList(0, at + 1);
    Link survivor = mergeSurvivor;
    if (survivor != null && chain.contains(survivor) && !chain.contains(mergeTop)) {
      closeUnneeded();
      throw locked(survivor.path(), "'%s' is being changed by a merge".formatted(survivor.path()));
    }
    FrozenView view = new FrozenView(compositionOf(chain), viewGate, holder, this::closeView);
    views.add(view);
    return view;
  }

  /** Views of one link share what was worked out of its chain, however many there are. */
  private Composition compositionOf(List<Link> chain) {
    return views.stream()
        .map(FrozenView::composition)
        .filter(composition -> composition.links().equals(chain))
        .findFirst()
        .orElseGet(() -> new Composition(chain));
  }

  private synchronized void closeView(FrozenView view) {
    views.remove(view);
    closeUnneeded();
  }

  /**
   * Claims the links that a merge changes or deletes, or refuses the merge with LOCKED: because of
   * a view that would show something else after it, or because somebody else reads one of the
   * files. A view that is built on all of them goes on with the survivor.
   */
  synchronized void beginMerge(Link survivor, List<Link.Delta> merged, List<Link> running) {
    Link top = merged.getFirst();
    for (FrozenView view : views) {
      List<Link> chain = view.composition().links();
      if (chain.contains(survivor) && !chain.contains(top)) {
        throw inUse(survivor.path(), view);
      }
    }
    List<Link> present = new ArrayList<>(merged);
    present.add(survivor);
    try {
      for (Link link : present) {
        // The attempt costs the lock that we have, so this one counts as taken in any case.
        mergeLocked.add(link);
        link.file().lock(DiskFile.Lock.EXCLUSIVE);
      }
    } catch (BlockError refusal) {
      try {
        share(running);
      } catch (BlockError lost) {
        refusal.addSuppressed(lost);
      }
      throw refusal;
    }
    mergeSurvivor = survivor;
    mergeTop = top;
  }

  /** Refuses to touch a link that somebody looks at. */
  synchronized void requireUnread(Path link) {
    for (FrozenView view : views) {
      if (view.composition().links().stream().anyMatch(used -> used.path().equals(link))) {
        throw inUse(link, view);
      }
    }
  }

  private static BlockError inUse(Path link, FrozenView view) {
    return locked(link, "'%s' is in use by %s".formatted(link, view.holder()));
  }

  private static BlockError locked(Path link, String message) {
    return new BlockError(Kind.LOCKED, link, message, null);
  }

  /**
   * The survivor holds everything that it will, so from here on it may be viewed under the name
   * that snapshots give it from here on.
   */
  synchronized void showSurvivor() {
    mergeTop = mergeSurvivor;
  }

  /**
   * Lets others read what is left of the links that were claimed; the leaf stays the disk's alone,
   * and links that are about to be deleted stay claimed.
   */
  synchronized void endMerge(List<Link> running) {
    mergeSurvivor = null;
    mergeTop = null;
    share(running);
  }

  private void share(List<Link> running) {
    List<Link> claimed = List.copyOf(mergeLocked);
    mergeLocked.clear();
    for (Link link : claimed) {
      if (link != running.getLast() && running.contains(link)) {
        link.file().lock(DiskFile.Lock.SHARED);
      }
    }
  }

  /** Takes merged links out of the running chain and of the views above it; its gate is closed. */
  synchronized void collapse(Composition running, List<Link.Delta> merged) {
    viewGate.close();
    try {
      running.collapse(merged);
      for (FrozenView view : views) {
        if (view.composition().links().contains(merged.getFirst())) {
          view.composition().collapse(merged);
        }
      }
    } finally {
      viewGate.open();
    }
  }

  synchronized void repointed(Path path, Descriptor descriptor) {
    Link link = open.get(path);
    if (link != null) {
      link.replaced(descriptor);
    }
  }

  /** Closes a link that left the chain, whoever else thought of it. */
  synchronized void drop(Link link) {
    Set<Link> fewer = new HashSet<>(running);
    fewer.remove(link);
    running = fewer;
    closeUnneeded();
  }

  /** The running chain is this one now; closes what nobody needs any more. */
  synchronized void closeUnused(Composition now) {
    running = Set.copyOf(now.links());
    closeUnneeded();
  }

  /** The running disk is closed; views stay. */
  synchronized void closeRunning() {
    running = Set.of();
    closeUnneeded();
  }

  private void closeUnneeded() {
    Set<Link> needed = new HashSet<>(running);
    views.forEach(view -> needed.addAll(view.composition().links()));
    List<Link> idle = open.values().stream().filter(link -> !needed.contains(link)).toList();
    for (Link link : idle) {
      open.remove(link.path());
      link.close();
    }
  }
}
