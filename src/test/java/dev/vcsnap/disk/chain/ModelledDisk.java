package dev.vcsnap.disk.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.cbt.ChangeId;
import dev.vcsnap.disk.cbt.ChangeMap;
import dev.vcsnap.disk.cbt.Range;
import dev.vcsnap.disk.vmdk.DeltaKind;
import dev.vcsnap.disk.vmdk.sparse.TableBudget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A disk and what it should read as, side by side: the running content, and that of each link of
 * the tree that is not written any more. Links are known by their file names, because a killed
 * process's disk goes on in another directory.
 */
final class ModelledDisk implements AutoCloseable {

  static final int MAXIMUM_DEPTH = 32;

  /** Fewer than what a disk has open at once when all of its branches are looked at. */
  private static final int MAXIMUM_LINKS = 60;

  private record Moment(ChangeId id, SparseBytes content) {}

  private record Span(long offset, long end) {}

  private final Path directory;
  private final DeltaKind kind;
  private final long tableBytes;
  private final Map<String, SparseBytes> frozen = new TreeMap<>();
  private final Map<String, String> parents = new TreeMap<>();
  private final List<Moment> moments = new ArrayList<>();
  private final List<Span> unflushed = new ArrayList<>();
  private DiskBench bench;
  private RunningDisk disk;
  private SparseBytes model;
  private int lives;

  /**
   * @param tableBytes the memory for grain tables; with almost none they come and go all the time
   */
  ModelledDisk(Path directory, DeltaKind kind, long sizeBytes, long tableBytes) {
    this.tableBytes = tableBytes;
    this.kind = kind;
    this.directory = directory;
    this.bench = newBench(newHome());
    this.model = new SparseBytes(sizeBytes);
    this.disk = bench.create(sizeBytes);
  }

  /** A process's view of the files. */
  private DiskBench newBench(Path home) {
    return new DiskBench(home, new RiggedFiles(), kind, new TableBudget(tableBytes), lives);
  }

  private Path newHome() {
    try {
      return Files.createDirectory(directory.resolve("life" + ++lives));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  long sizeBytes() {
    return model.sizeBytes();
  }

  // ---- bytes

  void write(long offset, int length, int seed) {
    byte[] bytes = DiskBench.randomBytes(new Random(seed), length);
    ByteBuffer source =
        seed % 2 == 0
            ? ByteBuffer.wrap(bytes)
            : ByteBuffer.allocateDirect(length).put(bytes).flip();
    disk.writeAt(offset, source);
    assertThat(source.hasRemaining()).isFalse();
    model.write(offset, bytes);
    unflushed.add(new Span(offset, offset + length));
  }

  void zero(long offset, long length) {
    disk.writeZeroesAt(offset, length);
    zeroed(offset, length);
  }

  void discard(long offset, long length) {
    disk.discardAt(offset, length);
    zeroed(offset, length);
  }

  private void zeroed(long offset, long length) {
    model.zero(offset, length);
    unflushed.add(new Span(offset, offset + length));
  }

  void flush() {
    disk.flush();
    unflushed.clear();
  }

  void look(long offset, long length) {
    DeviceLook.assertReads(disk, model, offset, length);
  }

  /** Reads a link of the tree, of the running chain or of a branch, while the disk is in use. */
  void lookAtFrozen(int number) {
    if (!frozen.isEmpty()) {
      lookAtFrozen(List.copyOf(frozen.keySet()).get(number % frozen.size()));
    }
  }

  private void lookAtFrozen(String link) {
    try (BlockDevice view = disk.openFrozen(path(link))) {
      DeviceLook.assertReads(view, frozen.get(link));
    }
  }

  // ---- the tree

  private Path path(String link) {
    return bench.directory.resolve(link);
  }

  private static String name(Path link) {
    return link.getFileName().toString();
  }

  /** The running chain, the base first. */
  private List<String> chain() {
    return disk.links().stream().map(ModelledDisk::name).toList();
  }

  private List<String> childrenOf(String link) {
    return parents.keySet().stream().filter(child -> parents.get(child).equals(link)).toList();
  }

  private int depthOf(String link) {
    String parent = parents.get(link);
    return parent == null ? 1 : 1 + depthOf(parent);
  }

  /** Links that the running chain does not need, in the order of their names. */
  private List<String> sideLinks() {
    List<String> chain = chain();
    return frozen.keySet().stream().filter(link -> !chain.contains(link)).toList();
  }

  void fork() {
    if (chain().size() < MAXIMUM_DEPTH && frozen.size() < MAXIMUM_LINKS) {
      String link = name(bench.fork(disk));
      parents.put(name(disk.leaf()), link);
      frozen.put(link, model.copy());
      unflushed.clear();
      disk.changeIdOf(path(link)).ifPresent(id -> moments.add(new Moment(id, model.copy())));
    }
  }

  void abandonFork(boolean stunned) {
    if (chain().size() < MAXIMUM_DEPTH) {
      PreparedFork fork = disk.prepareFork(bench.nextName(), kind);
      if (stunned) {
        fork.closeGate();
      }
      fork.abandon();
    }
  }

  /** Merges a link of the running chain into its parent, unless another branch needs the parent. */
  void commit(int number) {
    List<String> chain = chain();
    int at = number % chain.size();
    if (at > 0 && childrenOf(chain.get(at - 1)).size() == 1) {
      String child = chain.get(at);
      List<Path> others =
          childrenOf(child).stream()
              .filter(grandchild -> !chain.contains(grandchild))
              .map(this::path)
              .toList();
      disk.commit(path(child), others, DiskBench.unwatched());
      merged(chain.get(at - 1), List.of(child));
      assertThat(chain()).doesNotContain(child);
    }
  }

  /** Merges everything above a link into it; the branches that hang there go. */
  void commitInto(int number) {
    List<String> chain = chain();
    int at = number % chain.size();
    for (String link : chain.subList(at, chain.size())) {
      for (String child : childrenOf(link)) {
        if (!chain.contains(child)) {
          deleteBranch(child);
        }
      }
    }
    disk.commitInto(path(chain.get(at)), DiskBench.unwatched());
    merged(chain.get(at), chain.subList(at + 1, chain.size()));
    assertThat(chain()).isEqualTo(chain.subList(0, at + 1));
  }

  private void merged(String survivor, List<String> gone) {
    if (gone.isEmpty()) {
      return;
    }
    // The last one's content is the survivor's now; a leaf has none that is frozen.
    SparseBytes content = frozen.get(gone.getLast());
    frozen.remove(survivor);
    gone.forEach(frozen::remove);
    if (content == null) {
      unflushed.clear();
    } else {
      frozen.put(survivor, content);
    }
    for (String orphan : childrenOf(gone.getLast())) {
      parents.put(orphan, survivor);
    }
    gone.forEach(parents::remove);
  }

  /**
   * Goes back to any link of the tree, on a new leaf.
   *
   * @param keep leaves the branch that is left as it is; otherwise what nobody needs of it goes
   */
  void revert(int number, boolean keep) {
    if (frozen.isEmpty() || frozen.size() >= MAXIMUM_LINKS) {
      return;
    }
    String target = List.copyOf(frozen.keySet()).get(number % frozen.size());
    if (depthOf(target) >= MAXIMUM_DEPTH) {
      return;
    }
    String abandoned = name(disk.leaf());
    Path leaf = bench.nextName();
    bench.factory.createDelta(leaf, path(target), kind);
    disk.switchTo(leaf);
    parents.put(name(leaf), target);
    frozen.put(abandoned, model);
    model = frozen.get(target).copy();
    unflushed.clear();
    if (!keep) {
      List<String> chain = chain();
      String link = abandoned;
      while (!chain.contains(link) && childrenOf(link).isEmpty()) {
        String parent = parents.get(link);
        delete(link);
        link = parent;
      }
    }
  }

  /** Removes a link of another branch with all that hangs under it. */
  void deleteBranch(int number) {
    List<String> links = sideLinks();
    if (!links.isEmpty()) {
      deleteBranch(links.get(number % links.size()));
    }
  }

  private void deleteBranch(String link) {
    childrenOf(link).forEach(this::deleteBranch);
    delete(link);
  }

  private void delete(String link) {
    bench.factory.delete(path(link));
    frozen.remove(link);
    parents.remove(link);
  }

  /** Merges a link of another branch into its parent, which nobody else may need. */
  void commitBranch(int number) {
    List<String> links = sideLinks();
    if (links.isEmpty()) {
      return;
    }
    String child = links.get(number % links.size());
    String parent = parents.get(child);
    List<Path> children = childrenOf(child).stream().map(this::path).toList();
    if (chain().contains(parent)) {
      refused(
          BlockError.Kind.LOCKED,
          () -> bench.factory.commitClosed(path(child), children, DiskBench.unwatched()));
    } else if (childrenOf(parent).size() == 1) {
      bench.factory.commitClosed(path(child), children, DiskBench.unwatched());
      merged(parent, List.of(child));
    }
  }

  private static void refused(BlockError.Kind kind, Runnable operation) {
    assertThatThrownBy(operation::run)
        .isInstanceOfSatisfying(
            BlockError.class, error -> assertThat(error.kind()).isEqualTo(kind));
  }

  /** Makes a disk without deltas larger; any other is refused. */
  void grow(long newSizeBytes) {
    if (chain().size() == 1) {
      disk.grow(newSizeBytes);
      model.grow(newSizeBytes);
    } else {
      refused(BlockError.Kind.UNSUPPORTED, () -> disk.grow(newSizeBytes));
    }
    assertThat(disk.sizeBytes()).isEqualTo(model.sizeBytes());
  }

  // ---- tracking

  void toggleTracking() {
    if (disk.tracked()) {
      disk.disableTracking();
    } else {
      disk.enableTracking();
    }
  }

  /** Whoever has a moment's content and takes what changed since has the content of now. */
  private void assertNoMissedChange(ChangeMap map, long lastSequence, SparseBytes now) {
    for (Moment moment : moments) {
      if (moment.id.epoch().equals(map.epoch()) && moment.id.sequence() <= lastSequence) {
        SparseBytes patched = moment.content.copy();
        patched.grow(now.sizeBytes());
        for (Range area : map.changedSince(moment.id, 0, Integer.MAX_VALUE)) {
          patched.take(now, area.offset(), area.length());
        }
        assertThat(patched.mismatch(now)).as("a block whose change is missed").isEqualTo(-1);
      }
    }
  }

  private void assertNoMissedChange() {
    if (disk.tracked()) {
      assertNoMissedChange(disk.changes(disk.leaf()), Long.MAX_VALUE, model);
    }
  }

  // ---- the end, and what comes after it

  void reopen() {
    Path leaf = disk.leaf();
    disk.close();
    unflushed.clear();
    bench.assertNothingWrong();
    disk = bench.open(leaf);
    assertNoMissedChange();
  }

  /**
   * Goes on with the files as a killed process leaves them; what was not flushed may be old or new,
   * or partly so, and stays as it was found.
   */
  void kill() {
    Path survivorHome = newHome();
    String leaf = name(disk.leaf());
    DiskBench.copyFiles(bench.directory, survivorHome);
    disk.close();
    DiskBench.deleteTree(bench.directory);
    bench = newBench(survivorHome);
    disk = bench.open(path(leaf));
    DeviceLook.assertReads(disk, model, this::isUnflushed);
    for (Span span : unflushed) {
      ByteBuffer found = ByteBuffer.allocate((int) (span.end - span.offset));
      disk.readAt(span.offset, found);
      model.write(span.offset, found.array());
    }
    unflushed.clear();
    assertNoMissedChange();
  }

  private boolean isUnflushed(long offset) {
    return unflushed.stream().anyMatch(span -> offset >= span.offset && offset < span.end);
  }

  /** Looks at everything: the running disk, each link of the tree, and the changes between them. */
  void lookAtEverything() {
    DeviceLook.assertReads(disk, model);
    for (Map.Entry<String, SparseBytes> link : frozen.entrySet()) {
      lookAtFrozen(link.getKey());
      disk.changeIdOf(path(link.getKey()))
          .ifPresent(id ->
              assertNoMissedChange(
                  disk.changes(path(link.getKey())), id.sequence(), link.getValue()));
    }
    assertNoMissedChange();
  }

  /** Closes the disk, and looks at it once more as a reader does. */
  @Override
  public void close() {
    Path leaf = disk.leaf();
    disk.close();
    bench.assertNothingWrong();
    try (RunningDisk again = bench.factory.open(leaf, OpenMode.READ_ONLY)) {
      DeviceLook.assertReads(again, model);
    }
  }
}
