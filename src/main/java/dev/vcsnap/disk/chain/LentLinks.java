package dev.vcsnap.disk.chain;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The links that open disks of other folders are built on, as a linked clone is on the frozen link
 * of the machine that it was made from. Whoever has such a link may neither merge nor delete it.
 */
final class LentLinks {

  private final Map<Path, Map<Path, Integer>> byFolder = new HashMap<>();

  /** The first link from the leaf down that lies in another folder than its child, if any does. */
  static Optional<Path> borrowedBy(List<Path> chain) {
    for (int i = chain.size() - 2; i >= 0; i--) {
      if (!Objects.equals(chain.get(i).getParent(), chain.get(i + 1).getParent())) {
        return Optional.of(chain.get(i));
      }
    }
    return Optional.empty();
  }

  synchronized void lend(Path link) {
    byFolder
        .computeIfAbsent(folderOf(link), folder -> new HashMap<>())
        .merge(link, 1, Integer::sum);
  }

  synchronized void giveBack(Path link) {
    byFolder.computeIfPresent(
        folderOf(link),
        (folder, lent) -> {
          lent.computeIfPresent(link, (path, count) -> count > 1 ? count - 1 : null);
          return lent.isEmpty() ? null : lent;
        });
  }

  synchronized Set<Path> in(Path folder) {
    return Set.copyOf(byFolder.getOrDefault(folder, Map.of()).keySet());
  }

  private static Path folderOf(Path link) {
    return Objects.requireNonNull(link.getParent(), "a link is in a folder");
  }
}
