package dev.vcsnap.disk.chain;

import dev.vcsnap.disk.block.BlockDepth;
import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockError.Kind;
import dev.vcsnap.disk.block.BlockStatus;
import dev.vcsnap.disk.block.Bounds;
import dev.vcsnap.disk.block.Layered;
import dev.vcsnap.disk.cbt.ChangeId;
import dev.vcsnap.disk.cbt.ChangeMap;
import dev.vcsnap.disk.cbt.Range;
import dev.vcsnap.disk.vmdk.DeltaKind;
import dev.vcsnap.disk.vmdk.Descriptor;
import dev.vcsnap.disk.vmdk.flat.FlatExtent;
import dev.vcsnap.ground.clock.Clock;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The disk that a virtual machine writes: the top of an open chain, and every operation that
 * changes the chain under it while it goes on being read and written.
 *
 * <p>I/O may come from any number of threads. Of the operations that change the chain (fork,
 * commit, switch, tracking) there is one at a time; another one meanwhile is refused with LOCKED.
 * While the gate is closed all I/O waits, so the thread that closed it must not do any.
 *
 * <p>After a clean close everything is durable, and a leaf that was written has a content id of its
 * own. After a crash, everything that was acknowledged before a flush is there.
 */
public final class RunningDisk implements BlockDevice, Layered {

  private static final int ANY_CONTENT = -1;

  private final LinkStore store;
  private final OpenMode mode;
  private final OpenLinks links;
  private final LiveChain live;
  private final DiskTracking tracking;
  private final LinkMerger merger;
  private final Forks forks;
  private final Operations operations = new Operations();
  private final StunGate gate;
  private volatile @Nullable WriteWatch watch;

  /** Counts how often the disk went back to something else. */
  private final AtomicInteger content = new AtomicInteger();

  private final AtomicReference<@Nullable StillDisk> still = new AtomicReference<>();
  private volatile boolean closed;
  private final Optional<Path> borrowed;

  RunningDisk(LinkStore store, Clock clock, Path leaf, OpenMode mode) {
    this.store = store;
    this.mode = mode;
    this.gate = new StunGate(clock);
    this.links = new OpenLinks(store, mode);
    this.tracking = new DiskTracking(store, mode == OpenMode.READ_WRITE);
    try {
      this.live = new LiveChain(store, new Composition(links.openRunning(leaf)));
      tracking.use(tracking.prepare(live.composition(), false));
    } catch (BlockError failure) {
      links.closeRunning();
      throw failure;
    }
    this.forks = new Forks(store, links, live, tracking, operations, gate, this::stun);
    this.merger =
        new LinkMerger(
            store,
            links,
            live,
            tracking,
            operations,
            gate::whileClosed,
            () -> new Courtesy(clock, gate::isBusy));
    this.borrowed = mode == OpenMode.READ_WRITE ? LentLinks.borrowedBy(links()) : Optional.empty();
    borrowed.ifPresent(store.lent()::lend);
  }

  // ---- what it is

  @Override
  public long sizeBytes() {
    return live.composition().sizeBytes();
  }

  /** The descriptors of the chain, the base first, the leaf last. */
  @Override
  public List<Path> links() {
    return live.composition().links().stream().map(Link::path).toList();
  }

  /** The descriptor of the link that is written. */
  public Path leaf() {
    return live.top().path();
  }

  /** The disk's identity, which its base carries. */
  public UUID uuid() {
    Link base = live.composition().links().getFirst();
    return base.descriptor()
        .uuid()
        .orElseThrow(() -> new BlockError(Kind.CORRUPT, "'" + base.path() + "' has no ddb.uuid"));
  }

  /** The leaf's content id. */
  public int contentId() {
    return live.top().descriptor().cid();
  }

  /**
   * The descriptor of a link if it is one of the chain; what is in memory is what is in the file.
   */
  public Optional<Descriptor> find(Path link) {
    for (Link present : live.composition().links()) {
      if (present.path().equals(link)) {
        return Optional.of(present.descriptor());
      }
    }
    return Optional.empty();
  }

  public Descriptor descriptorOf(Path link) {
    return live.find(absolute(link)).descriptor();
  }

  /** Bytes of storage behind one link's extent. */
  public long allocatedBytesOf(Path link) {
    return live.find(absolute(link)).allocatedBytes();
  }

  /** What one link itself holds, ascending: DATA where it stores, HOLE where it says zero. */
  public List<BlockStatus> heldBy(Path link) {
    List<BlockStatus> pieces = new ArrayList<>();
    live.find(absolute(link)).held(pieces::add);
    return pieces;
  }

  /** Memory that the map from grains to links takes. */
  public long ownerMapBytes() {
    return live.composition().ownerMapBytes();
  }

  // ---- bytes

  @Override
  public void readAt(long offset, ByteBuffer target) {
    Bounds.check(offset, target.remaining(), sizeBytes());
    gate.enter();
    try {
      requireOpen();
      live.read(offset, target);
    } finally {
      gate.leave();
    }
  }

  @Override
  public void writeAt(long offset, ByteBuffer source) {
    writeAt(offset, source, ANY_CONTENT);
  }

  /** As {@link #writeAt(long, ByteBuffer)}, unless the content is another one by now. */
  void writeAt(long offset, ByteBuffer source, int expected) {
    Bounds.check(offset, source.remaining(), sizeBytes());
    if (!source.hasRemaining()) {
      return;
    }
    noteArrival();
    gate.enter();
    try {
      requireWritable();
      requireUnheld();
      requireContent(expected);
      tracking.mark(offset, source.remaining());
      live.write(offset, source);
    } finally {
      gate.leave();
    }
  }

  @Override
  public void writeZeroesAt(long offset, long length) {
    writeZeroesAt(offset, length, ANY_CONTENT);
  }

  /** As {@link #writeZeroesAt(long, long)}, unless the content is another one by now. */
  void writeZeroesAt(long offset, long length, int expected) {
    Bounds.check(offset, length, sizeBytes());
    if (length == 0) {
      return;
    }
    noteArrival();
    gate.enter();
    try {
      requireWritable();
      requireUnheld();
      requireContent(expected);
      tracking.mark(offset, length);
      live.zero(offset, length);
    } finally {
      gate.leave();
    }
  }

  /** Makes the range zero, so that what was discarded reads the same with every reader. */
  @Override
  public void discardAt(long offset, long length) {
    writeZeroesAt(offset, length);
  }

  @Override
  public void flush() {
    gate.enter();
    try {
      requireOpen();
      if (mode == OpenMode.READ_WRITE) {
        live.flush();
      }
    } finally {
      gate.leave();
    }
  }

  @Override
  public List<BlockStatus> statusOf(long offset, long length) {
    Bounds.check(offset, length, sizeBytes());
    gate.enter();
    try {
      requireOpen();
      return live.statusOf(offset, length);
    } finally {
      gate.leave();
    }
  }

  @Override
  public List<BlockDepth> depthsOf(long offset, long length) {
    Bounds.check(offset, length, sizeBytes());
    gate.enter();
    try {
      requireOpen();
      return ChainDepths.of(live.composition(), offset, length);
    } finally {
      gate.leave();
    }
  }

  /**
   * Keeps the disk as it is for somebody who copies it: from now on every write is refused with
   * LOCKED, and what was written before is durable. Reading goes on.
   *
   * @param holder whom a refused writer is told of, e.g. {@code an export of 'X'}
   * @throws BlockError LOCKED while somebody else keeps it so
   */
  public StillDisk holdStill(String holder) {
    requireOpen();
    var hold = new StillDisk(holder, ended -> still.compareAndSet(ended, null));
    if (!still.compareAndSet(null, hold)) {
      throw new BlockError(Kind.LOCKED, "'%s' is held still already".formatted(leaf()));
    }
    boolean durable = false;
    try {
      // Who was inside before has left after this.
      var _ = gate.whileClosed(() -> {});
      flush();
      durable = true;
      return hold;
    } finally {
      if (!durable) {
        hold.close();
      }
    }
  }

  /** Whether writes are refused for now. */
  public boolean isHeldStill() {
    return still.get() != null;
  }

  private void requireUnheld() {
    StillDisk hold = still.get();
    if (hold != null) {
      throw new BlockError(
          Kind.LOCKED, "'%s' is held still by %s".formatted(leaf(), hold.holder()));
    }
  }

  /**
   * The disk for somebody who remembers what it holds: everything is refused with CLOSED once the
   * disk has gone back to something else. Closing it changes nothing.
   */
  public BlockDevice presentContent() {
    return new PresentContent(this, content.get());
  }

  /** Refuses who remembers a content that is gone. */
  void requireContent(int expected) {
    if (expected != ANY_CONTENT && expected != content.get()) {
      throw new BlockError(
          Kind.CLOSED, "'%s' holds something else since a revert".formatted(leaf()));
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new BlockError(Kind.CLOSED, "'%s' is closed".formatted(leaf()));
    }
  }

  private void requireWritable() {
    requireOpen();
    if (mode != OpenMode.READ_WRITE) {
      throw new BlockError(Kind.READ_ONLY, "'%s' is open for reading".formatted(leaf()));
    }
  }

  // ---- the gate

  /**
   * Counts the writes that arrive from now on.
   *
   * @throws IllegalStateException while somebody else does
   */
  public WriteWatch watchWrites() {
    synchronized (gate) {
      if (watch != null) {
        throw new IllegalStateException("the writes to '" + leaf() + "' are counted already");
      }
      WriteWatch begun = new WriteWatch(this::unwatch);
      watch = begun;
      return begun;
    }
  }

  private void unwatch(WriteWatch ended) {
    synchronized (gate) {
      if (watch == ended) {
        watch = null;
      }
    }
  }

  private void noteArrival() {
    WriteWatch counting = watch;
    if (counting != null) {
      counting.arrived();
    }
  }

  /** Stops I/O: nothing new enters, what is inside ends, everything is flushed. */
  public void closeGate() {
    stun();
    if (closed || mode != OpenMode.READ_WRITE) {
      return;
    }
    try {
      live.flush();
    } catch (BlockError failure) {
      gate.open();
      throw failure;
    }
  }

  /** Stops I/O without making anything durable in the stun. */
  private void stun() {
    if (gate.isClosed()) {
      throw new IllegalStateException("the gate of '" + leaf() + "' is closed already");
    }
    // What is durable before the stun need not be made so within or after it.
    flush();
    gate.close();
  }

  /** Lets I/O go on, and returns how long it was stopped. */
  public Duration openGate() {
    if (!gate.isClosed()) {
      throw new IllegalStateException("the gate of '" + leaf() + "' is open");
    }
    return gate.open();
  }

  /** Runs something that has the chain to itself; what was acknowledged is durable at its end. */
  private void alone(String name, Runnable operation) {
    requireWritable();
    operations.begin(name, leaf());
    try {
      live.settle();
      operation.run();
      live.flush();
    } finally {
      operations.end();
    }
  }

  // ---- fork

  /**
   * Makes the files of a new leaf while everything goes on; the chain changes only with {@link
   * PreparedFork#commit}. They are durable at {@link PreparedFork#closeGate}.
   */
  public PreparedFork prepareFork(Path newDescriptor) {
    return prepareFork(newDescriptor, DeltaKind.SE_SPARSE);
  }

  /**
   * Makes the files of a new leaf while everything goes on.
   *
   * @param kind what a delta above a base is; one above another delta is of its parent's kind
   */
  public PreparedFork prepareFork(Path newDescriptor, DeltaKind kind) {
    requireWritable();
    return forks.prepare(absolute(newDescriptor), kind);
  }

  // ---- frozen views

  /**
   * Opens a frozen link as a disk of its own. It shares the open files, reads the same bytes
   * whatever happens to the running disk, and is left alone by merges that it does not need; a
   * merge that would change it is refused while it is open. Links of other branches can be opened
   * too.
   */
  public BlockDevice openFrozen(Path link) {
    return openFrozen(link, "a reader in this server");
  }

  /**
   * {@link #openFrozen(Path)} for somebody whom a refused merge will name.
   *
   * @param holder e.g. {@code a client of the export 'X'}
   */
  public BlockDevice openFrozen(Path link, String holder) {
    requireOpen();
    Path path = absolute(link);
    if (mode == OpenMode.READ_WRITE && path.equals(leaf())) {
      throw new BlockError(Kind.UNSUPPORTED, "'%s' is the running leaf".formatted(path));
    }
    return links.openView(path, live, holder);
  }

  // ---- merge

  /** {@link #commit(Path, List, MergeProgress)} without children outside the running chain. */
  public void commit(Path child, MergeProgress progress) {
    commit(child, List.of(), progress);
  }

  /**
   * Merges a link into its parent, whose file survives and takes the link's place; the link's files
   * go. Guest writes go on meanwhile. A failure, a cancellation or a crash leaves the chain as it
   * was, possibly with the parent's hidden grains changed, and the merge can be done again.
   *
   * @param child a link of the running chain, the leaf included
   * @param otherChildren descriptors outside the running chain that have {@code child} as parent
   * @throws BlockError LOCKED while a view of the parent is open or somebody else reads it
   * @throws java.util.concurrent.CancellationException when {@code progress} asked for it
   */
  public void commit(Path child, List<Path> otherChildren, MergeProgress progress) {
    List<Path> others = otherChildren.stream().map(RunningDisk::absolute).toList();
    alone("merge", () -> merger.commit(absolute(child), others, progress));
  }

  /**
   * Merges everything above {@code target}, the leaf included, straight into it: each grain once,
   * from its newest owner. Guest writes go on meanwhile.
   */
  public void commitInto(Path target, MergeProgress progress) {
    alone("merge", () -> merger.commitInto(absolute(target), progress));
  }

  // ---- side branches

  /**
   * Runs a change of links beside the running chain, such as a deletion or a merge of closed links.
   *
   * @throws BlockError LOCKED while a view reads one of them
   */
  public void changeAside(List<Path> changed, Runnable change) {
    requireWritable();
    List<Path> paths = changed.stream().map(RunningDisk::absolute).toList();
    paths.forEach(links::requireUnread);
    tracking.saveFrozen();
    try {
      change.run();
    } finally {
      paths.forEach(tracking::forget);
    }
  }

  // ---- revert

  /**
   * Continues on another leaf of the same disk, which exists; the present leaf is closed and left
   * to the caller. A tracked disk starts a new epoch, in which everything allocated is changed: a
   * moment of the abandoned branch must not be taken for one of this.
   */
  public void switchTo(Path newLeafDescriptor) {
    alone("switch", () -> switchLeaf(absolute(newLeafDescriptor)));
  }

  private void switchLeaf(Path newLeaf) {
    try {
      List<Link> opened = links.openRunning(newLeaf);
      List<Link> present = live.composition().links();
      if (opened.getFirst() != present.getFirst() || present.contains(opened.getLast())) {
        throw new BlockError(
            Kind.UNSUPPORTED,
            "'%s' is no other leaf above '%s'".formatted(newLeaf, present.getFirst().path()));
      }
      Composition next = new Composition(opened);
      ChangeTracker tracker = tracking.prepare(next, true);
      gate.whileClosed(() -> {
        finishLeaf();
        live.replace(next);
        content.incrementAndGet();
        tracking.use(tracker);
        tracking.forgetFrozen();
      });
    } finally {
      links.closeUnused(live.composition());
    }
  }

  // ---- grow

  /**
   * Makes a disk without deltas larger while it is in use. The new space reads as zeros, and counts
   * as changed when the disk is tracked. A crash leaves the old size or the new one.
   *
   * @param newSizeBytes a multiple of 512, not less than now
   * @throws BlockError UNSUPPORTED for a disk with a parent, as on a real host, or a smaller size
   */
  public void grow(long newSizeBytes) {
    alone("grow", () -> growBase(newSizeBytes));
  }

  private void growBase(long newSizeBytes) {
    if (!(live.top() instanceof Link.Base base)) {
      throw new BlockError(
          Kind.UNSUPPORTED, "'%s': disks with parents cannot be expanded".formatted(leaf()));
    }
    if (newSizeBytes < sizeBytes() || newSizeBytes % 512 != 0) {
      throw new BlockError(
          Kind.UNSUPPORTED,
          "'%s' has %d bytes and cannot become %d: only larger, in multiples of 512"
              .formatted(leaf(), sizeBytes(), newSizeBytes));
    }
    if (newSizeBytes == sizeBytes()) {
      return;
    }
    links.requireUnread(base.path());
    FlatExtent extent = base.extent.grow(newSizeBytes);
    tracking.prepareGrow(newSizeBytes);
    gate.whileClosed(() -> {
      store.rewrite(base, base.descriptor().withSectors(newSizeBytes / 512));
      Link.Base larger = new Link.Base(base.path(), base.descriptor(), extent);
      links.replaceBase(base, larger);
      tracking.grown(newSizeBytes);
      live.grow(larger);
    });
  }

  // ---- change tracking

  /** Whether writes are noted. */
  public boolean tracked() {
    return tracking.tracked();
  }

  /** Starts a new epoch, in which everything that is allocated now counts as changed. */
  public void enableTracking() {
    alone("change of tracking", this::startTracking);
  }

  private void startTracking() {
    if (tracking.tracked()) {
      return;
    }
    Link leaf = live.top();
    ChangeTracker tracker = tracking.begin(leaf, sizeBytes());
    gate.whileClosed(() -> {
      store.trackAt(leaf, LinkStore.trackPath(leaf.path()));
      tracking.use(tracker);
    });
    FrozenMaps.markAllocated(tracker.map(), live.composition());
  }

  /** Ends the epoch; maps of frozen links stay with their links. */
  public void disableTracking() {
    alone(
        "change of tracking",
        () ->
            gate.whileClosed(() -> {
              tracking.use(null);
              store.dropMap(live.top());
            }));
  }

  /** The running moment: a later query from it reports everything written from now on. */
  public ChangeId changeId() {
    return tracking
        .leafId()
        .orElseThrow(
            () -> new BlockError(Kind.UNSUPPORTED, "'%s' is not tracked".formatted(leaf())));
  }

  /** The moment at which a link was frozen, or the running one for the leaf; empty if untracked. */
  public Optional<ChangeId> changeIdOf(Path link) {
    Path path = absolute(link);
    return path.equals(leaf()) ? tracking.leafId() : frozenMapOf(path).map(ChangeMap::frozenId);
  }

  /**
   * The map that answers what changed up to a frozen link, or up to now for the leaf.
   *
   * @throws BlockError UNSUPPORTED when the link is not tracked
   */
  public ChangeMap changes(Path link) {
    Path path = absolute(link);
    if (path.equals(leaf())) {
      return tracking.running();
    }
    return frozenMapOf(path)
        .orElseThrow(() -> new BlockError(Kind.UNSUPPORTED, "'%s' is not tracked".formatted(path)));
  }

  private Optional<ChangeMap> frozenMapOf(Path path) {
    if (mode == OpenMode.READ_WRITE && !links().contains(path)) {
      tracking.rereadFrozen(path);
    }
    return tracking.frozen(
        path, epoch -> withChain(path, chain -> FrozenMaps.everythingAllocated(epoch, chain)));
  }

  /**
   * What is allocated in the chain up to a link, in whole tracking blocks, ascending, joined.
   *
   * @param fromOffset nothing before it is reported
   * @param maxAreas how many at most; there may be more behind the last one
   */
  public List<Range> allocated(Path link, long fromOffset, int maxAreas) {
    return withChain(absolute(link), chain -> AllocatedAreas.of(chain, fromOffset, maxAreas));
  }

  /** Looks at the bytes up to a link, on the running chain or off it. */
  private <T> T withChain(Path link, Function<Composition, T> look) {
    if (link.equals(leaf())) {
      gate.enter();
      try {
        requireOpen();
        return look.apply(live.composition());
      } finally {
        gate.leave();
      }
    }
    requireOpen();
    try (FrozenView view = links.openView(link, live, "a query for changes")) {
      return view.look(look);
    }
  }

  // ---- the end

  /** Makes the leaf's files as they are to be found by the next opening; nobody writes. */
  private void finishLeaf() {
    live.flush();
    tracking.save();
    if (live.needsContentId()) {
      live.giveContentId();
      store.syncNames(leaf());
    }
  }

  /**
   * Ends I/O, makes everything durable, and gives the files back. A merge that is running is
   * cancelled and a prepared fork abandoned; views stay open.
   */
  @Override
  public void close() {
    operations.startClosing();
    forks.abandonPending();
    operations.awaitIdle();
    synchronized (this) {
      if (closed) {
        return;
      }
      if (!gate.isClosed()) {
        gate.close();
      }
      try {
        if (mode == OpenMode.READ_WRITE) {
          finishLeaf();
        }
      } finally {
        closed = true;
        gate.open();
        links.closeRunning();
        borrowed.ifPresent(store.lent()::giveBack);
      }
    }
  }

  private static Path absolute(Path path) {
    return path.toAbsolutePath().normalize();
  }
}
