package dev.vcsnap.disk.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockStatus;
import dev.vcsnap.disk.vmdk.Descriptor;
import dev.vcsnap.evidence.Rule;
import dev.vcsnap.evidence.Witness;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class RunningDiskTest {

  private static final int SIZE = 2 << 20;

  @TempDir Path directory;

  private static void assertRefused(BlockError.Kind kind, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            BlockError.class, error -> assertThat(error.kind()).isEqualTo(kind));
  }

  private static void fill(BlockDevice disk, long offset, int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    disk.writeAt(offset, ByteBuffer.wrap(bytes));
  }

  private static int byteAt(BlockDevice disk, long offset) {
    ByteBuffer one = ByteBuffer.allocate(1);
    disk.readAt(offset, one);
    return one.get(0);
  }

  @Test
  void aRangeThatLeavesTheDiskIsRefusedWhole() {
    DiskBench bench = new DiskBench(directory);
    try (RunningDisk disk = bench.create(SIZE)) {
      assertRefused(
          BlockError.Kind.OUT_OF_BOUNDS,
          () -> disk.writeAt(SIZE - 1, ByteBuffer.wrap(new byte[] {1, 2})));
      assertRefused(BlockError.Kind.OUT_OF_BOUNDS, () -> disk.readAt(-1, ByteBuffer.allocate(1)));
      assertRefused(BlockError.Kind.OUT_OF_BOUNDS, () -> disk.discardAt(5, Long.MAX_VALUE));
      assertThat(byteAt(disk, SIZE - 1)).isZero();
    }
    bench.assertNothingWrong();
  }

  @Test
  void aClosedDiskSaysSoAndClosesTwice() {
    RunningDisk disk = new DiskBench(directory).create(SIZE);
    disk.close();
    disk.close();
    assertRefused(BlockError.Kind.CLOSED, () -> disk.readAt(0, ByteBuffer.allocate(1)));
    assertRefused(BlockError.Kind.CLOSED, disk::flush);
  }

  @Test
  void theLeafBelongsToOneOpeningAndTheLinksBelowToReaders() {
    DiskBench bench = new DiskBench(directory);
    RunningDisk disk = bench.create(SIZE);
    Path frozen = bench.fork(disk);
    assertThatThrownBy(() -> bench.open(disk.leaf()))
        .isInstanceOf(BlockError.class)
        .hasMessageContaining("in use by this process");
    try (RunningDisk reader = bench.factory.open(frozen, OpenMode.READ_ONLY)) {
      assertRefused(
          BlockError.Kind.READ_ONLY, () -> reader.writeAt(0, ByteBuffer.wrap(new byte[1])));
      assertRefused(BlockError.Kind.LOCKED, () -> disk.commit(disk.leaf(), DiskBench.unwatched()));
    }
    assertRefused(BlockError.Kind.LOCKED, () -> bench.factory.delete(disk.leaf()));
    disk.commit(disk.leaf(), DiskBench.unwatched());
    disk.close();
    bench.open(bench.base).close();
    bench.assertNothingWrong();
  }

  @Test
  @Rule(
      value = "B18",
      says = "A fresh delta has its parent's content id until it is closed after a write.",
      by = Witness.OBSERVED)
  void aChildHasItsParentsContentIdUntilItIsClosedAfterAWrite() {
    DiskBench bench = new DiskBench(directory);
    RunningDisk disk = bench.create(SIZE);
    int first = disk.contentId();
    fill(disk, 0, 100, 1);
    Path frozen = bench.fork(disk);
    int parent = disk.descriptorOf(frozen).cid();
    assertThat(parent).isNotEqualTo(first);
    assertThat(disk.contentId()).isEqualTo(parent);
    Path leaf = disk.leaf();
    disk.close();
    assertThat(bench.factory.descriptorOf(leaf).cid()).isEqualTo(parent);
    RunningDisk again = bench.open(leaf);
    fill(again, 0, 100, 2);
    again.close();
    Descriptor closed = bench.factory.descriptorOf(leaf);
    assertThat(closed.cid()).isNotEqualTo(parent);
    assertThat(closed.parentCid()).isEqualTo(parent);
    assertThat(bench.factory.descriptorOf(frozen).cid()).isEqualTo(parent);
    bench.assertNothingWrong();
  }

  @Test
  void aWriteBetweenPreparingAndCommittingAForkStillRenewsTheContentId() {
    DiskBench bench = new DiskBench(directory);
    RunningDisk disk = bench.create(SIZE);
    int before = disk.contentId();
    PreparedFork fork = disk.prepareFork(bench.nextName());
    fill(disk, 0, 100, 1);
    fork.closeGate();
    fork.commit();
    fork.openGate();
    assertThat(disk.descriptorOf(bench.base).cid()).isNotEqualTo(before);
    assertThat(disk.contentId()).isEqualTo(disk.descriptorOf(bench.base).cid());
    disk.close();
    bench.assertNothingWrong();
  }

  @Test
  void anAbandonedForkLeavesNoFileAndLetsTheNextOneThrough() {
    DiskBench bench = new DiskBench(directory);
    RunningDisk disk = bench.create(SIZE);
    PreparedFork fork = disk.prepareFork(bench.nextName());
    assertRefused(BlockError.Kind.LOCKED, () -> disk.prepareFork(bench.nextName()));
    fork.closeGate();
    fork.abandon();
    fork.abandon();
    assertThat(bench.fileNames()).containsExactly("VM-flat.vmdk", "VM.vmdk");
    bench.fork(disk);
    disk.close();
    bench.assertNothingWrong();
  }

  @Test
  void aForkThatFindsNoSpaceLeavesTheDiskAsItWas() {
    RiggedFiles files = new RiggedFiles();
    DiskBench bench = new DiskBench(directory, files);
    RunningDisk disk = bench.create(SIZE);
    disk.enableTracking();
    for (String kind : List.of("-ctk", "-sesparse", "00001.vmdk")) {
      files.fill(path -> path.toString().contains("-000001") && path.toString().contains(kind));
      Path name = directory.resolve("VM-000001.vmdk");
      assertRefused(BlockError.Kind.NO_SPACE, () -> disk.prepareFork(name));
    }
    files.fill(path -> false);
    disk.disableTracking();
    fill(disk, 0, 10, 1);
    assertThat(bench.fileNames()).containsExactly("VM-flat.vmdk", "VM.vmdk");
    disk.close();
    bench.assertNothingWrong();
  }

  @Test
  void aFrozenLinkThatCannotBeMadeDurableIsReportedByTheNextFlush() {
    RiggedFiles files = new RiggedFiles();
    DiskBench bench = new DiskBench(directory, files);
    RunningDisk disk = bench.create(SIZE);
    bench.fork(disk);
    fill(disk, 0, 100, 1);
    PreparedFork fork = disk.prepareFork(bench.nextName());
    Path frozen = disk.leaf();
    // The guest writes between the last flush and the end of I/O.
    files.beforeSync(() -> {
      files.beforeSync(() -> {});
      fill(disk, 8192, 100, 3);
    });
    fill(disk, 4096, 100, 2);
    fork.closeGate();
    fork.commit();
    files.fill(path -> path.toString().endsWith("-sesparse.vmdk"));
    fork.openGate();
    assertRefused(BlockError.Kind.NO_SPACE, disk::flush);
    assertRefused(BlockError.Kind.NO_SPACE, () -> disk.prepareFork(bench.nextName()));
    files.fill(path -> false);
    disk.flush();
    try (RunningDisk look = bench.factory.open(frozen, OpenMode.INSPECT)) {
      assertThat(byteAt(look, 0)).isEqualTo(1);
      assertThat(byteAt(look, 4096)).isEqualTo(2);
      assertThat(byteAt(look, 8192)).isEqualTo(3);
    }
    disk.close();
    bench.assertNothingWrong();
  }

  @Test
  void aFrozenViewStaysWhileTheChainAboveIsMergedAndForbidsMergesIntoItsLink() {
    DiskBench bench = new DiskBench(directory);
    RunningDisk disk = bench.create(SIZE);
    fill(disk, 0, SIZE, 1);
    Path first = bench.fork(disk);
    fill(disk, 5000, 10_000, 2);
    Path second = bench.fork(disk);
    fill(disk, 6000, 10_000, 3);
    bench.fork(disk);
    fill(disk, 7000, 10_000, 4);
    try (BlockDevice view = disk.openFrozen(second)) {
      byte[] content = DiskBench.contentOf(view);
      disk.commit(disk.leaf(), DiskBench.unwatched());
      assertThat(DiskBench.contentOf(view)).isEqualTo(content);
      assertRefused(BlockError.Kind.LOCKED, () -> disk.commit(disk.leaf(), DiskBench.unwatched()));
      // The view's own link takes the place of its parent: its bytes stay, its file changes.
      disk.commit(second, DiskBench.unwatched());
      assertThat(DiskBench.contentOf(view)).isEqualTo(content);
      assertThat(disk.links()).hasSize(2).startsWith(first);
      assertThat(view.statusOf(0, SIZE)).hasSize(1);
      assertRefused(BlockError.Kind.READ_ONLY, () -> view.writeAt(0, ByteBuffer.wrap(new byte[1])));
    }
    assertRefused(BlockError.Kind.UNSUPPORTED, () -> disk.openFrozen(disk.leaf()));
    disk.commit(disk.leaf(), DiskBench.unwatched());
    assertThat(byteAt(disk, 6500)).isEqualTo(3);
    assertThat(byteAt(disk, 7500)).isEqualTo(4);
    disk.close();
    bench.assertNothingWrong();
  }

  @Test
  void viewsOfOneLinkShareItsChainAndEachEndsAlone() {
    DiskBench bench = new DiskBench(directory);
    RunningDisk disk = bench.create(SIZE);
    fill(disk, 0, SIZE, 1);
    bench.fork(disk);
    fill(disk, 5000, 10_000, 2);
    Path second = bench.fork(disk);
    fill(disk, 6000, 10_000, 3);
    BlockDevice one = disk.openFrozen(second);
    BlockDevice two = disk.openFrozen(second);
    assertThat(((FrozenView) one).composition()).isSameAs(((FrozenView) two).composition());
    byte[] content = DiskBench.contentOf(one);
    disk.commit(second, DiskBench.unwatched());
    assertThat(DiskBench.contentOf(one)).isEqualTo(content);
    one.close();
    assertThat(DiskBench.contentOf(two)).isEqualTo(content);
    try (BlockDevice three = disk.openFrozen(disk.links().getFirst())) {
      assertThat(DiskBench.contentOf(three)).isEqualTo(content);
      assertThat(((FrozenView) three).composition()).isSameAs(((FrozenView) two).composition());
    }
    two.close();
    disk.close();
    bench.assertNothingWrong();
  }

  @Test
  void aDiskThatCannotBeMadeDurableIsNotHeldStill() {
    RiggedFiles files = new RiggedFiles();
    DiskBench bench = new DiskBench(directory, files);
    RunningDisk disk = bench.create(SIZE);
    fill(disk, 0, 10, 1);
    files.beforeSync(() -> {
      throw new BlockError(BlockError.Kind.IO, "rigged to fail");
    });
    assertRefused(BlockError.Kind.IO, () -> disk.holdStill("a test"));
    assertThat(disk.isHeldStill()).isFalse();
    files.beforeSync(() -> {});
    fill(disk, 0, 10, 2);
    assertThat(byteAt(disk, 5)).isEqualTo(2);
    disk.close();
  }

  @Test
  void viewsOutliveTheirDisk() {
    DiskBench bench = new DiskBench(directory);
    RunningDisk disk = bench.create(SIZE);
    fill(disk, 0, 10, 1);
    Path frozen = bench.fork(disk);
    BlockDevice view = disk.openFrozen(frozen);
    disk.close();
    assertThat(byteAt(view, 5)).isEqualTo(1);
    view.close();
    view.close();
    assertRefused(BlockError.Kind.CLOSED, () -> view.readAt(0, ByteBuffer.allocate(1)));
    bench.assertNothingWrong();
  }

  @Test
  void aRevertReadsAsTheFrozenLinkAndLinksOfOtherBranchesCanBeViewed() {
    DiskBench bench = new DiskBench(directory);
    RunningDisk disk = bench.create(SIZE);
    fill(disk, 0, 4096, 1);
    Path first = bench.fork(disk);
    fill(disk, 0, 4096, 2);
    Path second = bench.fork(disk);
    fill(disk, 0, 4096, 3);
    bench.revert(disk, first);
    assertThat(byteAt(disk, 0)).isEqualTo(1);
    assertThat(disk.links()).hasSize(2);
    fill(disk, 100, 10, 4);
    try (BlockDevice view = disk.openFrozen(second)) {
      assertThat(byteAt(view, 0)).isEqualTo(2);
      assertThat(byteAt(view, 100)).isEqualTo(2);
      // Merging into the common parent would change what the other branch reads.
      assertRefused(BlockError.Kind.LOCKED, () -> disk.commit(disk.leaf(), DiskBench.unwatched()));
    }
    disk.close();
    bench.assertNothingWrong();
    bench.factory.commitClosed(second, List.of(), DiskBench.unwatched());
  }

  @Test
  void aMergeRepointsChildrenOnOtherBranches() {
    DiskBench bench = new DiskBench(directory);
    RunningDisk disk = bench.create(SIZE);
    fill(disk, 0, 4096, 1);
    bench.fork(disk);
    fill(disk, 4096, 4096, 2);
    Path second = bench.fork(disk);
    fill(disk, 8192, 4096, 3);
    Path other = disk.leaf();
    Path leaf = bench.nextName();
    bench.factory.createDelta(leaf, second);
    disk.switchTo(leaf);
    fill(disk, 8192, 4096, 4);
    disk.commit(second, List.of(other), DiskBench.unwatched());
    assertThat(disk.links()).containsExactly(bench.base, leaf);
    try (RunningDisk branch = bench.factory.open(other, OpenMode.READ_ONLY)) {
      assertThat(branch.links()).containsExactly(bench.base, other);
      assertThat(byteAt(branch, 0)).isEqualTo(1);
      assertThat(byteAt(branch, 4096)).isEqualTo(2);
      assertThat(byteAt(branch, 8192)).isEqualTo(3);
    }
    assertThat(byteAt(disk, 8192)).isEqualTo(4);
    disk.close();
    bench.assertNothingWrong();
  }

  @Test
  void closedLinksMergeAndTheirChildrenFollow() {
    DiskBench bench = new DiskBench(directory);
    RunningDisk disk = bench.create(SIZE);
    fill(disk, 0, SIZE, 1);
    bench.fork(disk);
    fill(disk, 1000, 50_000, 2);
    Path second = bench.fork(disk);
    fill(disk, 30_000, 50_000, 3);
    Path leaf = disk.leaf();
    byte[] content = DiskBench.contentOf(disk);
    assertRefused(
        BlockError.Kind.LOCKED,
        () -> bench.factory.commitClosed(second, List.of(leaf), DiskBench.unwatched()));
    disk.close();
    bench.factory.commitClosed(second, List.of(leaf), DiskBench.unwatched());
    bench.assertNothingWrong();
    assertThat(bench.factory.linksOf(leaf)).containsExactly(bench.base, leaf);
    bench.factory.commitClosed(leaf, List.of(), DiskBench.unwatched());
    try (RunningDisk again = bench.open(bench.base)) {
      assertThat(DiskBench.contentOf(again)).isEqualTo(content);
    }
    assertThat(bench.fileNames()).containsExactly("VM-flat.vmdk", "VM.vmdk");
    bench.assertNothingWrong();
  }

  @Test
  void theSurvivorIsNamedWhenItIsRightAndBeforeTheMergedFilesGo() {
    DiskBench bench = new DiskBench(directory);
    RunningDisk disk = bench.create(SIZE);
    bench.fork(disk);
    fill(disk, 0, 4096, 9);
    Path merged = disk.leaf();
    List<Path> named = new ArrayList<>();
    disk.commit(
        merged,
        new MergeProgress() {
          @Override
          public void merged(long grainsDone, long grainsTotal) {
            assertThat(grainsDone).isLessThanOrEqualTo(grainsTotal);
          }

          @Override
          public boolean cancelled() {
            return false;
          }

          @Override
          public void survives(Path survivor) {
            assertThat(merged).exists();
            try (RunningDisk look = bench.factory.open(survivor, OpenMode.INSPECT)) {
              assertThat(byteAt(look, 100)).isEqualTo(9);
            }
            named.add(survivor);
          }
        });
    assertThat(named).containsExactly(bench.base);
    assertThat(merged).doesNotExist();
    disk.close();
    bench.assertNothingWrong();
  }

  @Test
  void aCancelledMergeLeavesTheChainAndCanBeDoneAgain() {
    DiskBench bench = new DiskBench(directory);
    RunningDisk disk = bench.create(40 << 20);
    fill(disk, 0, 40 << 20, 1);
    bench.fork(disk);
    fill(disk, 0, 40 << 20, 2);
    MergeProgress impatient =
        new MergeProgress() {
          private boolean enough;

          @Override
          public void merged(long grainsDone, long grainsTotal) {
            enough = true;
          }

          @Override
          public boolean cancelled() {
            return enough;
          }
        };
    assertThatThrownBy(() -> disk.commit(disk.leaf(), impatient))
        .isInstanceOf(CancellationException.class);
    assertThat(disk.links()).hasSize(2);
    fill(disk, 0, 100, 3);
    disk.commit(disk.leaf(), DiskBench.unwatched());
    assertThat(byteAt(disk, 50)).isEqualTo(3);
    assertThat(byteAt(disk, 20 << 20)).isEqualTo(2);
    disk.close();
    bench.assertNothingWrong();
  }

  @Test
  void aMergeIntoAFullTargetFailsAndGuestWritesDoNot() {
    RiggedFiles files = new RiggedFiles();
    DiskBench bench = new DiskBench(directory, files);
    RunningDisk disk = bench.create(SIZE);
    bench.fork(disk);
    fill(disk, 0, SIZE, 1);
    files.fill(path -> path.toString().endsWith("-flat.vmdk"));
    assertRefused(BlockError.Kind.NO_SPACE, () -> disk.commit(disk.leaf(), DiskBench.unwatched()));
    fill(disk, 0, 100, 2);
    files.fill(path -> false);
    disk.commit(disk.leaf(), DiskBench.unwatched());
    assertThat(byteAt(disk, 0)).isEqualTo(2);
    assertThat(byteAt(disk, SIZE - 1)).isEqualTo(1);
    disk.close();
    bench.assertNothingWrong();
  }

  @Test
  @Rule(
      value = "B14",
      says = "Writes that arrive during a merge are kept.",
      by = Witness.KNOWLEDGE_BASE)
  void guestWritesDuringAMergeAreInTheSurvivor() {
    DiskBench bench = new DiskBench(directory);
    RunningDisk disk = bench.create(40 << 20);
    bench.fork(disk);
    fill(disk, 0, 40 << 20, 1);
    AtomicInteger turns = new AtomicInteger();
    disk.commit(
        disk.leaf(),
        DiskBench.meanwhile(() -> {
          int turn = turns.incrementAndGet();
          // Behind the cursor and ahead of it, in grains that exist and over zeros.
          fill(disk, turn * 1000, 500, 10 + turn);
          fill(disk, (38 << 20) + turn * 1000, 500, 20 + turn);
          disk.discardAt(turn * 100_000, 50_000);
        }));
    assertThat(disk.links()).containsExactly(bench.base);
    assertThat(byteAt(disk, 1200)).isEqualTo(11);
    assertThat(byteAt(disk, (38 << 20) + 1200)).isEqualTo(21);
    assertThat(byteAt(disk, 120_000)).isZero();
    assertThat(byteAt(disk, 90_000)).isEqualTo(1);
    disk.close();
    bench.assertNothingWrong();
  }

  @Test
  void closingCancelsAMergeThatRuns() throws Exception {
    DiskBench bench = new DiskBench(directory);
    RunningDisk disk = bench.create(40 << 20);
    bench.fork(disk);
    fill(disk, 0, 40 << 20, 1);
    Path leaf = disk.leaf();
    List<Thread> closers = new ArrayList<>();
    assertThatThrownBy(() ->
            disk.commit(
                leaf,
                DiskBench.meanwhile(() -> {
                  if (closers.isEmpty()) {
                    closers.add(Thread.ofPlatform().start(disk::close));
                    while (closers.getFirst().getState() != Thread.State.WAITING) {
                      Thread.onSpinWait();
                    }
                  }
                })))
        .isInstanceOf(CancellationException.class);
    closers.getFirst().join();
    bench.assertNothingWrong();
    try (RunningDisk again = bench.open(leaf)) {
      assertThat(byteAt(again, 39 << 20)).isEqualTo(1);
    }
  }

  @Test
  void closingAbandonsAForkThatIsNotCommitted() {
    DiskBench bench = new DiskBench(directory);
    RunningDisk disk = bench.create(SIZE);
    fill(disk, 0, 100, 7);
    PreparedFork fork = disk.prepareFork(bench.nextName());
    fork.closeGate();
    disk.close();
    assertRefused(BlockError.Kind.CLOSED, fork::commit);
    fork.abandon();
    assertThat(bench.fileNames()).containsExactly("VM-flat.vmdk", "VM.vmdk");
    bench.assertNothingWrong();
  }

  @Test
  void anInterruptedThreadDoesNotHurtTheDisk() {
    DiskBench bench = new DiskBench(directory);
    try (RunningDisk disk = bench.create(SIZE)) {
      Thread.currentThread().interrupt();
      fill(disk, 0, 100, 5);
      bench.fork(disk);
      fill(disk, 0, 50, 6);
      disk.flush();
      disk.commit(disk.leaf(), DiskBench.unwatched());
      assertThat(Thread.interrupted()).isTrue();
      assertThat(byteAt(disk, 10)).isEqualTo(6);
      assertThat(byteAt(disk, 60)).isEqualTo(5);
    }
    bench.assertNothingWrong();
  }

  @Test
  void aSixtyTwoTerabyteDiskCostsMegabytes() throws Exception {
    long size = 62L << 40;
    try (HugeDirectory huge = new HugeDirectory(size)) {
      DiskBench bench = new DiskBench(huge.path);
      RunningDisk disk = bench.create(size);
      disk.enableTracking();
      fill(disk, size - 100, 100, 1);
      bench.fork(disk);
      fill(disk, 0, 100, 2);
      fill(disk, size - 50, 50, 3);
      disk.discardAt(1L << 40, 1L << 32);
      bench.fork(disk);
      fill(disk, 31L << 40, 100, 4);
      assertThat(disk.changes(disk.leaf()).blockSizeBytes()).isEqualTo(32L << 20);
      disk.commitInto(bench.base, DiskBench.unwatched());
      assertThat(byteAt(disk, size - 100)).isEqualTo(1);
      assertThat(byteAt(disk, size - 1)).isEqualTo(3);
      assertThat(byteAt(disk, 31L << 40)).isEqualTo(4);
      assertThat(disk.allocatedBytesOf(bench.base)).isLessThan(1 << 20);
      disk.close();
      bench.assertNothingWrong();
    }
  }

  @Test
  void aChainOfSixtyFourIsServedAndALongerOneRefused() {
    DiskBench bench = new DiskBench(directory, new RiggedFiles());
    RunningDisk disk = bench.create(SIZE);
    for (int i = 1; i < 64; i++) {
      fill(disk, i * 4096L, 4096, i);
      bench.fork(disk);
    }
    fill(disk, 0, 10, 99);
    assertRefused(BlockError.Kind.UNSUPPORTED, () -> disk.prepareFork(bench.nextName()));
    Path leaf = disk.leaf();
    disk.close();
    try (RunningDisk again = bench.open(leaf)) {
      assertThat(again.links()).hasSize(64);
      for (int i = 1; i < 64; i++) {
        assertThat(byteAt(again, i * 4096L)).isEqualTo(i);
      }
      again.commitInto(bench.base, DiskBench.unwatched());
      for (int i = 1; i < 64; i++) {
        assertThat(byteAt(again, i * 4096L)).isEqualTo(i);
      }
    }
    bench.assertNothingWrong();
  }

  @Test
  void aDeltaThatIsDiscardedAndWrittenAgainAndAgainDoesNotOutgrowItsDisk() throws Exception {
    DiskBench bench = new DiskBench(directory, new RiggedFiles());
    RunningDisk disk = bench.create(SIZE);
    fill(disk, 0, SIZE, 1);
    bench.fork(disk);
    Path leaf = disk.leaf();
    Random random = new Random(3);
    byte[] model = DiskBench.contentOf(disk);
    for (int round = 0; round < 6; round++) {
      for (int i = 0; i < 40; i++) {
        int offset = random.nextInt(SIZE - 200_000);
        disk.discardAt(offset, 200_000);
        Arrays.fill(model, offset, offset + 200_000, (byte) 0);
        byte[] bytes = DiskBench.randomBytes(random, 150_000);
        int at = random.nextInt(SIZE - 150_000);
        disk.writeAt(at, ByteBuffer.wrap(bytes));
        System.arraycopy(bytes, 0, model, at, bytes.length);
      }
      disk.close();
      bench.assertNothingWrong();
      disk = bench.open(leaf);
      assertThat(DiskBench.contentOf(disk)).isEqualTo(model);
    }
    disk.close();
    long metadata = 6 << 20;
    assertThat(Files.size(directory.resolve("VM-000001-sesparse.vmdk")))
        .isLessThanOrEqualTo(metadata + SIZE);
  }

  @Test
  void statusTellsDataFromHolesThroughTheChain() {
    DiskBench bench = new DiskBench(directory);
    RunningDisk disk = bench.create(SIZE);
    fill(disk, 64 << 10, 64 << 10, 1);
    bench.fork(disk);
    fill(disk, 256 << 10, 4096, 2);
    disk.discardAt(96 << 10, 16 << 10);
    assertThat(disk.statusOf(0, 512 << 10))
        .containsExactly(
            new BlockStatus(0, 64 << 10, BlockStatus.Kind.HOLE),
            new BlockStatus(64 << 10, 32 << 10, BlockStatus.Kind.DATA),
            new BlockStatus(96 << 10, 16 << 10, BlockStatus.Kind.HOLE),
            new BlockStatus(112 << 10, 16 << 10, BlockStatus.Kind.DATA),
            new BlockStatus(128 << 10, 128 << 10, BlockStatus.Kind.HOLE),
            new BlockStatus(256 << 10, 4096, BlockStatus.Kind.DATA),
            new BlockStatus((256 << 10) + 4096, (256 << 10) - 4096, BlockStatus.Kind.HOLE));
    disk.close();
    bench.assertNothingWrong();
  }

  @Test
  void thickDisksReserveAndKeepTheirStorage() {
    DiskBench bench = new DiskBench(directory);
    bench.factory.createFlat(bench.base, SIZE, false);
    try (RunningDisk disk = bench.open(bench.base)) {
      fill(disk, 0, 8192, 1);
      disk.discardAt(0, 4096);
      assertThat(byteAt(disk, 0)).isZero();
      assertThat(byteAt(disk, 4096)).isEqualTo(1);
      assertThat(disk.allocatedBytesOf(bench.base)).isEqualTo(SIZE);
      assertThat(disk.statusOf(0, SIZE)).noneMatch(p -> p.kind() == BlockStatus.Kind.HOLE);
      assertThat(disk.descriptorOf(bench.base).ddb()).doesNotContainKey("ddb.thinProvisioned");
    }
    bench.assertNothingWrong();
  }

  @Test
  void brokenChainsAreRefusedByName() throws Exception {
    DiskBench bench = new DiskBench(directory);
    RunningDisk disk = bench.create(SIZE);
    bench.fork(disk);
    Path leaf = disk.leaf();
    disk.close();
    String base = Files.readString(bench.base);
    Files.writeString(bench.base, base.replaceFirst("CID=[0-9a-f]{8}", "CID=01020304"));
    assertThatThrownBy(() -> bench.open(leaf))
        .isInstanceOf(BlockError.class)
        .hasMessageContaining("01020304");
    Files.delete(bench.base);
    assertRefused(BlockError.Kind.NOT_FOUND, () -> bench.open(leaf));
    Files.writeString(bench.base, base);
    bench.open(leaf).close();
    // A circle of parents ends at the depth limit.
    String text = Files.readString(leaf);
    Files.writeString(
        leaf,
        text.replaceFirst("parentFileNameHint=\".*\"", "parentFileNameHint=\"VM-000001.vmdk\""));
    assertRefused(BlockError.Kind.CORRUPT, () -> bench.open(leaf));
  }
}
