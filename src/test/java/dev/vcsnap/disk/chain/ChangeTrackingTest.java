package dev.vcsnap.disk.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.cbt.ChangeId;
import dev.vcsnap.disk.cbt.Range;
import dev.vcsnap.evidence.Rule;
import dev.vcsnap.evidence.Witness;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Change tracking through the life of a chain: forks, merges, reverts, ends. */
class ChangeTrackingTest {

  private static final long BLOCK = 64 << 10;
  private static final long SIZE = 100 * BLOCK;

  @TempDir Path directory;

  private static void touch(RunningDisk disk, int block) {
    disk.writeAt(block * BLOCK + 77, ByteBuffer.wrap(new byte[] {1}));
  }

  private static List<Integer> changed(RunningDisk disk, Path link, ChangeId since) {
    return blocks(disk.changes(link).changedSince(since, 0, 1000));
  }

  private static List<Integer> blocks(List<Range> areas) {
    return areas.stream()
        .flatMapToInt(area ->
            java.util.stream.IntStream.range(
                (int) (area.offset() / BLOCK), (int) Math.ceilDiv(area.end(), BLOCK)))
        .boxed()
        .toList();
  }

  @Test
  @Rule(
      value = "C3",
      says = "Switching tracking on counts what is allocated as changed.",
      by = Witness.KNOWLEDGE_BASE)
  @Rule(
      value = "C11",
      says = "The areas since * are the allocated ones of the disk.",
      by = Witness.KNOWLEDGE_BASE)
  void enablingCountsEverythingAllocatedAsChanged() {
    DiskBench bench = new DiskBench(directory);
    try (RunningDisk disk = bench.create(SIZE)) {
      assertThat(disk.tracked()).isFalse();
      assertThat(disk.changeIdOf(disk.leaf())).isEmpty();
      assertThatThrownBy(() -> disk.changes(disk.leaf())).isInstanceOf(BlockError.class);
      touch(disk, 3);
      touch(disk, 50);
      disk.enableTracking();
      assertThat(disk.tracked()).isTrue();
      assertThat(disk.descriptorOf(bench.base).text()).contains("version=3\n");
      assertThat(changed(disk, disk.leaf(), disk.changeId())).containsExactly(3, 50);
      assertThat(blocks(disk.allocated(disk.leaf(), 0, 1000))).containsExactly(3, 50);
      assertThat(disk.allocated(disk.leaf(), 4 * BLOCK, 1000)).hasSize(1);
      assertThat(disk.allocated(disk.leaf(), 0, 1)).hasSize(1);
      disk.disableTracking();
      assertThat(bench.fileNames()).containsExactly("VM-flat.vmdk", "VM.vmdk");
    }
    bench.assertNothingWrong();
  }

  @Test
  void anIdStaysGoodWhenItsSnapshotIsRemoved() {
    DiskBench bench = new DiskBench(directory);
    RunningDisk disk = bench.create(SIZE);
    disk.enableTracking();
    touch(disk, 1);
    ChangeId first = disk.changeIdOf(bench.fork(disk)).orElseThrow();
    touch(disk, 2);
    disk.commit(disk.leaf(), DiskBench.unwatched());
    touch(disk, 3);
    ChangeId second = disk.changeIdOf(bench.fork(disk)).orElseThrow();
    assertThat(second.epoch()).isEqualTo(first.epoch());
    assertThat(second.sequence()).isGreaterThan(first.sequence());
    assertThat(changed(disk, bench.base, first)).containsExactly(2, 3);
    touch(disk, 4);
    Path third = bench.fork(disk);
    touch(disk, 5);
    assertThat(changed(disk, third, second)).containsExactly(4);
    assertThat(changed(disk, third, first)).containsExactly(2, 3, 4);
    assertThat(changed(disk, disk.leaf(), first)).containsExactly(2, 3, 4, 5);
    // The removed link's map goes over to the file that takes its place.
    disk.commit(third, DiskBench.unwatched());
    assertThat(changed(disk, bench.base, second)).containsExactly(4);
    Path leaf = disk.leaf();
    disk.close();
    try (RunningDisk again = bench.open(leaf)) {
      assertThat(changed(again, bench.base, second)).containsExactly(4);
      assertThat(changed(again, leaf, second)).containsExactly(4, 5);
    }
    bench.assertNothingWrong();
  }

  @Test
  @Rule(
      value = "B14",
      says = "Writes that come while a disk is merged are kept and recorded.",
      by = Witness.KNOWLEDGE_BASE)
  void writesDuringAMergeAreRecorded() {
    DiskBench bench = new DiskBench(directory);
    RunningDisk disk = bench.create(SIZE);
    disk.enableTracking();
    ChangeId id = disk.changeIdOf(bench.fork(disk)).orElseThrow();
    touch(disk, 7);
    disk.commit(disk.leaf(), DiskBench.meanwhile(() -> touch(disk, 9)));
    assertThat(changed(disk, disk.leaf(), id)).containsExactly(7, 9);
    disk.close();
    try (RunningDisk again = bench.open(bench.base)) {
      assertThat(changed(again, bench.base, id)).containsExactly(7, 9);
    }
    bench.assertNothingWrong();
  }

  @Test
  void zeroingAndDiscardingAreChanges() {
    DiskBench bench = new DiskBench(directory);
    try (RunningDisk disk = bench.create(SIZE)) {
      disk.enableTracking();
      touch(disk, 1);
      touch(disk, 2);
      ChangeId id = disk.changeIdOf(bench.fork(disk)).orElseThrow();
      disk.writeZeroesAt(BLOCK, 10);
      disk.discardAt(2 * BLOCK, BLOCK);
      assertThat(changed(disk, disk.leaf(), id)).containsExactly(1, 2);
      assertThat(blocks(disk.allocated(disk.leaf(), 0, 100))).containsExactly(1);
    }
  }

  @Test
  @Rule(
      value = "C19",
      says = "A crash of the host may begin a new epoch; a clean end does not.",
      by = Witness.KNOWLEDGE_BASE)
  void aCleanEndKeepsTheEpochAndADirtyOneStartsANewOneInWhichAllIsChanged() {
    DiskBench bench = new DiskBench(directory);
    RunningDisk disk = bench.create(SIZE);
    disk.enableTracking();
    touch(disk, 1);
    ChangeId frozen = disk.changeIdOf(bench.fork(disk)).orElseThrow();
    touch(disk, 2);
    Path leaf = disk.leaf();
    disk.close();
    RunningDisk again = bench.open(leaf);
    assertThat(again.changeId().epoch()).isEqualTo(frozen.epoch());
    touch(again, 3);
    again.flush();
    Path killed = directory.resolve("killed");
    killed.toFile().mkdir();
    try (var entries = Files.newDirectoryStream(directory, "*.vmdk")) {
      for (Path file : entries) {
        Files.copy(file, killed.resolve(file.getFileName()));
      }
    } catch (java.io.IOException failure) {
      throw new java.io.UncheckedIOException(failure);
    }
    assertThat(changed(again, leaf, frozen)).containsExactly(2, 3);
    again.close();
    try (RunningDisk survivor = bench.open(killed.resolve(leaf.getFileName()))) {
      assertThat(survivor.changeId().epoch()).isNotEqualTo(frozen.epoch());
      // The copy has no holes, so more than these may count as allocated.
      assertThat(changed(survivor, survivor.leaf(), survivor.changeId())).contains(1, 2, 3);
      // The frozen link's map was stored when it froze.
      assertThat(survivor.changeIdOf(killed.resolve("VM.vmdk"))).contains(frozen);
    }
  }

  @Test
  @Rule(
      value = "C19",
      says = "Switching tracking off and on again begins a new epoch.",
      by = Witness.KNOWLEDGE_BASE)
  @Rule(
      value = "C6",
      says = "Each link of a tracked disk has a tracking file of its own, named after it.",
      by = Witness.SOURCE)
  void eachLinkHasItsMapAndSwitchingOffAndOnStartsANewEpoch() {
    DiskBench bench = new DiskBench(directory);
    try (RunningDisk disk = bench.create(SIZE)) {
      disk.enableTracking();
      ChangeId first = disk.changeId();
      bench.fork(disk);
      assertThat(disk.descriptorOf(bench.base).changeTrackPath()).contains("VM-ctk.vmdk");
      assertThat(disk.descriptorOf(disk.leaf()).changeTrackPath()).contains("VM-000001-ctk.vmdk");
      assertThat(bench.fileNames()).contains("VM-ctk.vmdk", "VM-000001-ctk.vmdk");
      disk.disableTracking();
      disk.enableTracking();
      assertThat(disk.changeId().epoch()).isNotEqualTo(first.epoch());
    }
    bench.assertNothingWrong();
  }

  @Test
  void aDamagedMapStartsANewEpochToo() throws Exception {
    DiskBench bench = new DiskBench(directory);
    RunningDisk disk = bench.create(SIZE);
    disk.enableTracking();
    touch(disk, 1);
    ChangeId before = disk.changeId();
    disk.close();
    Path map = directory.resolve("VM-ctk.vmdk");
    byte[] bytes = Files.readAllBytes(map);
    bytes[600] ^= 1;
    Files.write(map, bytes);
    try (RunningDisk again = bench.open(bench.base)) {
      assertThat(again.changeId().epoch()).isNotEqualTo(before.epoch());
      assertThat(changed(again, bench.base, again.changeId())).containsExactly(1);
    }
    Files.delete(map);
    bench.open(bench.base).close();
    bench.assertNothingWrong();
  }

  @Test
  @Rule(value = "C20", says = "A revert gives the running disk a new epoch.", by = Witness.ASSUMED)
  void aRevertStartsANewEpoch() {
    DiskBench bench = new DiskBench(directory);
    RunningDisk disk = bench.create(SIZE);
    disk.enableTracking();
    touch(disk, 1);
    Path first = bench.fork(disk);
    ChangeId id = disk.changeIdOf(first).orElseThrow();
    touch(disk, 2);
    bench.revert(disk, first);
    assertThat(disk.tracked()).isTrue();
    assertThat(disk.changeId().epoch()).isNotEqualTo(id.epoch());
    assertThat(disk.changeIdOf(first)).contains(id);
    assertThat(changed(disk, disk.leaf(), disk.changeId())).containsExactly(1);
    ChangeId epoch = disk.changeId();
    touch(disk, 3);
    Path leaf = disk.leaf();
    disk.close();
    try (RunningDisk again = bench.open(leaf)) {
      assertThat(again.changeId().epoch()).isEqualTo(epoch.epoch());
    }
    bench.assertNothingWrong();
  }

  @Test
  void aLinkKnowsNothingOfADeletedOneWhoseNameItHas() {
    DiskBench bench = new DiskBench(directory);
    try (RunningDisk disk = bench.create(SIZE)) {
      bench.fork(disk);
      disk.enableTracking();
      Path name = bench.fork(disk);
      assertThat(disk.changeIdOf(name)).isPresent();
      bench.revert(disk, bench.base);
      bench.factory.delete(name);
      assertThat(disk.tracked()).isFalse();

      forkOnto(disk, name);
      bench.fork(disk);
      assertThat(disk.changeIdOf(name)).isEmpty();

      disk.enableTracking();
      Path another = bench.fork(disk);
      assertThat(disk.changeIdOf(another)).isPresent();
      bench.revert(disk, bench.base);
      bench.factory.delete(another);
      Path abandoned = disk.leaf();
      bench.factory.createDelta(another, bench.base, bench.kind);
      disk.switchTo(another);
      bench.factory.delete(abandoned);
      bench.fork(disk);
      assertThat(disk.changeIdOf(another)).isEmpty();
    }
  }

  private static void forkOnto(RunningDisk disk, Path leaf) {
    PreparedFork fork = disk.prepareFork(leaf);
    fork.closeGate();
    fork.commit();
    fork.openGate();
  }

  @Test
  void aFrozenMapThatCannotBeStoredYetIsStoredLater() {
    RiggedFiles files = new RiggedFiles();
    DiskBench bench = new DiskBench(directory, files);
    RunningDisk disk = bench.create(SIZE);
    disk.enableTracking();
    touch(disk, 1);
    PreparedFork fork = disk.prepareFork(bench.nextName());
    fork.closeGate();
    fork.commit();
    files.fill(path -> path.toString().endsWith("VM-ctk.vmdk"));
    fork.openGate();
    ChangeId id = disk.changeIdOf(bench.base).orElseThrow();
    touch(disk, 2);
    files.fill(path -> false);
    Path leaf = disk.leaf();
    disk.close();
    try (RunningDisk again = bench.open(leaf)) {
      assertThat(again.changeIdOf(bench.base)).contains(id);
      assertThat(changed(again, leaf, id)).containsExactly(2);
    }
    bench.assertNothingWrong();
  }
}
