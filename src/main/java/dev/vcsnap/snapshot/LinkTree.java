package dev.vcsnap.snapshot;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.vmdk.Descriptor;
import dev.vcsnap.disk.vmdk.DescriptorFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All links of one virtual disk in its folder, as parents and children, and which of them somebody
 * names.
 *
 * <p>A link is named by the snapshot that froze it or by the running machine; every ancestor of a
 * named link is needed.
 */
final class LinkTree {

  private static final Logger LOG = LoggerFactory.getLogger(LinkTree.class);

  private final Map<Path, Optional<Path>> parents = new LinkedHashMap<>();
  private final Set<Path> named;
  private final Set<Path> mentioned;
  private final Set<Path> lent;

  private LinkTree(Set<Path> named, Set<Path> mentioned, Set<Path> lent) {
    this.named = named;
    this.mentioned = mentioned;
    this.lent = lent;
  }

  /**
   * Reads the descriptors of the disk that {@code anyLink} belongs to.
   *
   * @param descriptors reads one
   * @param candidates all descriptors of the folder; those of other disks are left out
   * @param named the links that snapshots and the running machine name
   * @param lent the links that disks of other machines are built on
   */
  static LinkTree read(
      Function<Path, Descriptor> descriptors,
      Path anyLink,
      List<Path> candidates,
      Set<Path> named,
      Set<Path> lent) {
    Map<Path, Optional<Path>> all = new LinkedHashMap<>();
    Map<Path, BlockError> unreadable = new LinkedHashMap<>();
    for (Path candidate : candidates) {
      try {
        all.put(candidate, parentHint(descriptors, candidate));
      } catch (BlockError e) {
        unreadable.put(candidate, e);
      }
    }
    Set<Path> mentioned = new HashSet<>(named);
    all.values().forEach(parent -> parent.ifPresent(mentioned::add));
    for (var stray : unreadable.entrySet()) {
      if (mentioned.contains(stray.getKey())) {
        throw stray.getValue();
      }
      LOG.warn("Leaving a stray file alone: {}", stray.getValue().getMessage());
    }
    mentioned.addAll(lent);
    var tree = new LinkTree(named, mentioned, lent);
    Path base = baseOf(anyLink, all);
    for (Path candidate : all.keySet()) {
      if (baseOf(candidate, all).equals(base)) {
        tree.parents.put(candidate, all.get(candidate));
      }
    }
    return tree;
  }

  private static Optional<Path> parentHint(Function<Path, Descriptor> descriptors, Path link) {
    return descriptors
        .apply(link)
        .parentFileNameHint()
        .map(hint -> DescriptorFiles.parentOf(link, hint));
  }

  private static Path baseOf(Path link, Map<Path, Optional<Path>> parents) {
    Path at = link;
    for (int depth = 0; depth <= parents.size(); depth++) {
      Optional<Path> parent = parents.getOrDefault(at, Optional.empty());
      if (parent.isEmpty()) {
        return at;
      }
      at = parent.get();
    }
    return link;
  }

  List<Path> childrenOf(Path link) {
    return parents.entrySet().stream()
        .filter(entry -> entry.getValue().equals(Optional.of(link)))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** The children of a link that are needed: of a mergeable one there is one. */
  List<Path> neededChildrenOf(Path link) {
    List<Path> gone = unneeded();
    return childrenOf(link).stream().filter(child -> !gone.contains(child)).toList();
  }

  Optional<Path> parentOf(Path link) {
    return parents.getOrDefault(link, Optional.empty());
  }

  /** True if a snapshot, the running machine, any descriptor's hint or a loan says that name. */
  boolean mentions(Path link) {
    return mentioned.contains(link);
  }

  /** Links that no named link is built on: they can be deleted, children before parents. */
  List<Path> unneeded() {
    Set<Path> needed = withAncestors(named);
    needed.addAll(withAncestors(lent));
    List<Path> unneeded = new ArrayList<>(parents.keySet());
    unneeded.removeAll(needed);
    unneeded.sort((a, b) -> Integer.compare(depthOf(b), depthOf(a)));
    return unneeded;
  }

  private Set<Path> withAncestors(Set<Path> links) {
    Set<Path> all = new HashSet<>();
    for (Path link : links) {
      for (Optional<Path> at = Optional.of(link); at.isPresent(); at = parentOf(at.get())) {
        if (!all.add(at.get())) {
          break;
        }
      }
    }
    return all;
  }

  /**
   * Needed links that nobody names and that have one child: that child can be merged into them.
   * What another machine's disk is built on stays as it is, as a link with several children does
   * (rule B7). Base side first.
   */
  List<Path> mergeable() {
    List<Path> gone = unneeded();
    Set<Path> fixed = withAncestors(lent);
    return parents.keySet().stream()
        .filter(link -> !named.contains(link) && !gone.contains(link) && !fixed.contains(link))
        .filter(link -> childrenOf(link).stream().filter(c -> !gone.contains(c)).count() == 1)
        .sorted((a, b) -> Integer.compare(depthOf(a), depthOf(b)))
        .toList();
  }

  int depthOf(Path link) {
    int depth = 0;
    for (Optional<Path> at = parentOf(link); at.isPresent(); at = parentOf(at.get())) {
      depth++;
    }
    return depth;
  }
}
