package dev.vcsnap.disk.chain;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The links that disks of other folders are built on, as a linked clone is on the frozen link of
 * the machine that it was made from. Whoever has such a link may neither merge nor delete it. Open
 * disks say so themselves; for those that cannot be opened somebody has a {@link Loan}.
 */
final class LentLinks {

  private final Map<Path, Map<Path, Integer>> byFolder = new HashMap<>();
  private int loansWithoutAll;

  /** The first link from the leaf down that lies in another folder than its child, if any does. */
  static Optional<Path> borrowedBy(List<Path> chain) {
    for (int i = chain.size() - 2; i >= 0; i--) {
      if (!Objects.equals(chain.get(i).getParent(), chain.get(i + 1).getParent())) {
        return Optional.of(chain.get(i));
      }
    }
    return Optional.empty();
  }

  /**
   * Lends links until the loan is closed.
   *
   * @param all false if there may be more, which are not known
   */
  Loan lend(Set<Path> links, boolean all) {
    Set<Path> lent = Set.copyOf(links);
    lent.forEach(this::lend);
    count(all ? 0 : 1);
    var open = new AtomicBoolean(true);
    return () -> {
      if (open.compareAndSet(true, false)) {
        lent.forEach(this::giveBack);
        count(all ? 0 : -1);
      }
    };
  }

  private synchronized void count(int withoutAll) {
    loansWithoutAll += withoutAll;
  }

  /** False while there may be links that are lent and not known. */
  synchronized boolean allKnown() {
    return loansWithoutAll == 0;
  }

  synchronized boolean contains(Path link) {
    return byFolder.getOrDefault(folderOf(link), Map.of()).containsKey(link);
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
