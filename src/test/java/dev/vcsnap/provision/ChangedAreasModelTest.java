package dev.vcsnap.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.vcsnap.changes.ChangeService;
import dev.vcsnap.datastore.SnapshotEntry;
import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.cbt.ChangeId;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.vim.DiskChangeExtent;
import dev.vcsnap.vim.DiskChangeInfo;
import dev.vcsnap.vim.FileFault;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.VimException;
import dev.vcsnap.vim.VirtualDeviceConfigSpec;
import dev.vcsnap.vim.VirtualDeviceConfigSpecOperation;
import dev.vcsnap.vim.VirtualDisk;
import dev.vcsnap.vim.VirtualMachineCloneSpec;
import dev.vcsnap.vim.VirtualMachineConfigSpec;
import dev.vcsnap.vim.VirtualMachinePowerState;
import dev.vcsnap.vim.VirtualMachineRelocateSpec;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random lives of a machine, in which every answer about changed areas is held against the bytes:
 * none is missing, and none is named that nobody wrote since.
 */
class ChangedAreasModelTest {

  private static final int BLOCK = 64 << 10;
  private static final int KEY = 2000;
  private static final int STEPS = 100;
  private static final int MOMENTS_MAX = 12;

  @TempDir Path root;

  private final List<Moment> moments = new ArrayList<>();
  private ProvisionLab lab;
  private VirtualMachine machine;
  private Random random;
  private int clones;

  /** A moment that somebody noted, what the disk held then, and which blocks were written since. */
  private record Moment(
      String changeId, byte[] content, boolean exact, BitSet touched, int newestSnapshot) {}

  @Test
  void no_change_is_missing_and_nothing_is_named_that_nobody_wrote() {
    for (int life = 0; life < 2; life++) {
      long seed = Long.getLong("vcsnap.seed", new Random().nextLong());
      System.out.println("ChangedAreasModelTest: seed " + seed);
      live(seed, root.resolve("life" + life));
    }
  }

  private void live(long seed, Path home) {
    assertThat(home.toFile().mkdir()).isTrue();
    random = new Random(seed);
    moments.clear();
    lab = new ProvisionLab(home);
    try {
      machine = lab.create("VM");
      track(true);
      lab.power.powerOn(machine);
      for (int step = 0; step < STEPS; step++) {
        String did = step();
        try {
          verify();
        } catch (AssertionError | VimException wrong) {
          throw new AssertionError("seed " + seed + ", step " + step + " (" + did + ")", wrong);
        }
      }
    } finally {
      lab.close();
    }
  }

  private String step() {
    int choice = random.nextInt(30);
    return switch (choice) {
      case 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 -> did("write", this::write);
      case 10 -> did("zero", this::zero);
      case 11, 12, 13, 14, 15 -> did("snapshot", this::snapshot);
      case 16, 17, 18 -> did("remove", this::remove);
      case 19 ->
          did(
              "remove all",
              () -> lab.snapshots.removeAll(machine, random.nextBoolean(), percent -> {}));
      case 20 -> did("consolidate", () -> lab.snapshots.consolidate(machine, percent -> {}));
      case 21, 22 -> did("revert", this::revert);
      case 23 -> did("power", this::power);
      case 24 -> did("grow", this::grow);
      case 25 -> did("track", () -> track(random.nextInt(3) != 0));
      case 26 -> did("template", this::template);
      case 27 -> did("clone", this::cloned);
      case 28 -> did("relocate", this::relocate);
      default -> did("note", this::noteRunning);
    };
  }

  private static String did(String name, Runnable step) {
    step.run();
    return name;
  }

  private RunningDisk disk() {
    return machine.disk(ProvisionLab.NODE);
  }

  private void write() {
    int length = 1 + random.nextInt(random.nextInt(8) == 0 ? 5 * BLOCK : 9000);
    long offset = random.nextLong(disk().sizeBytes() - length);
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    disk().writeAt(offset, ByteBuffer.wrap(bytes));
    touch(offset, length);
  }

  private void zero() {
    int length = 1 + random.nextInt(3 * BLOCK);
    long offset = random.nextLong(disk().sizeBytes() - length);
    if (random.nextBoolean()) {
      disk().writeZeroesAt(offset, length);
    } else {
      disk().discardAt(offset, length);
    }
    touch(offset, length);
  }

  private void touch(long offset, long length) {
    int first = (int) (offset / BLOCK);
    int end = (int) Math.ceilDiv(offset + length, BLOCK);
    moments.forEach(moment -> moment.touched().set(first, end));
  }

  private void snapshot() {
    if (machine.snapshots().snapshots().size() > 12
        || machine.power() == VirtualMachinePowerState.suspended) {
      return; // a suspended machine that did nothing since gets no second one
    }
    int uid = lab.snapshot(machine, "s");
    disk()
        .changeIdOf(link(machine.snapshots().find(uid).orElseThrow()))
        .ifPresent(id -> note(id, true));
  }

  /** Of a machine that is off the running moment can be kept too; it may tell more than changed. */
  private void noteRunning() {
    if (machine.power() == VirtualMachinePowerState.poweredOff && disk().tracked()) {
      note(disk().changeId(), false);
    }
  }

  private void note(ChangeId id, boolean exact) {
    int newest =
        machine.snapshots().snapshots().stream().mapToInt(SnapshotEntry::uid).max().orElse(0);
    moments.add(new Moment(id.toString(), content(disk()), exact, new BitSet(), newest));
    if (moments.size() > MOMENTS_MAX) {
      moments.remove(random.nextInt(moments.size()));
    }
  }

  private void remove() {
    SnapshotEntry chosen = anySnapshot();
    if (chosen != null) {
      lab.snapshots.remove(
          machine, chosen.uid(), random.nextInt(4) == 0, random.nextInt(4) != 0, percent -> {});
    }
  }

  private void revert() {
    SnapshotEntry chosen = anySnapshot();
    if (chosen != null) {
      lab.snapshots.revert(machine, chosen.uid(), false, percent -> {});
    }
  }

  private @Nullable SnapshotEntry anySnapshot() {
    List<SnapshotEntry> all = machine.snapshots().snapshots();
    return all.isEmpty() ? null : all.get(random.nextInt(all.size()));
  }

  private void power() {
    if (machine.power() == VirtualMachinePowerState.poweredOn) {
      switch (random.nextInt(3)) {
        case 0 -> lab.power.suspend(machine);
        case 1 -> lab.power.reset(machine);
        default -> lab.power.powerOff(machine);
      }
    } else {
      lab.power.powerOn(machine);
    }
  }

  private void grow() {
    if (disk().links().size() > 1
        || !machine.snapshots().snapshots().isEmpty()
        || machine.power() == VirtualMachinePowerState.suspended
        || disk().sizeBytes() > 16 << 20) {
      return;
    }
    long before = disk().sizeBytes();
    var larger = new VirtualDisk();
    larger.key = KEY;
    larger.controllerKey = 1000;
    larger.unitNumber = 0;
    larger.capacityInBytes = before + 512L * (1 + random.nextInt(400));
    larger.capacityInKB = larger.capacityInBytes / 1024;
    var change = new VirtualDeviceConfigSpec();
    change.operation = VirtualDeviceConfigSpecOperation.edit;
    change.device = larger;
    var spec = new VirtualMachineConfigSpec();
    spec.deviceChange = List.of(change);
    lab.reconfigure.reconfigure(machine, spec);
    touch(before, disk().sizeBytes() - before);
  }

  private void track(boolean on) {
    var spec = new VirtualMachineConfigSpec();
    spec.changeTrackingEnabled = on;
    lab.reconfigure.reconfigure(machine, spec);
  }

  private void template() {
    if (machine.power() == VirtualMachinePowerState.poweredOff) {
      lab.provision.markAsTemplate(machine);
      verify();
      lab.provision.markAsMachine(machine, lab.pool(), null);
    }
  }

  /** A clone has a history of its own, and the source keeps its. */
  private void cloned() {
    if (machine.power() != VirtualMachinePowerState.poweredOff || clones > 3) {
      return;
    }
    var spec = new VirtualMachineCloneSpec();
    spec.location = new VirtualMachineRelocateSpec();
    spec.location.pool = lab.pool();
    VirtualMachine clone =
        lab.machine(
            lab.provision
                .clone(machine, lab.folder().reference(), "clone" + clones++, spec)
                .run(percent -> {}));
    RunningDisk copy = clone.disk(ProvisionLab.NODE);
    assertThat(content(copy)).isEqualTo(content(disk()));
    for (Moment moment : moments) {
      VimException refused =
          catchThrowableOfType(
              VimException.class,
              () ->
                  new ChangeService(lab.factory, 5, 1L << 41)
                      .query(clone, null, KEY, 0, moment.changeId()));
      assertThat(refused.fault()).isInstanceOf(FileFault.class);
    }
  }

  private void relocate() {
    var spec = new VirtualMachineRelocateSpec();
    spec.host =
        lab.tree
            .hostNamed(random.nextBoolean() ? "DC0_C0_H0" : "DC0_C0_H1")
            .orElseThrow()
            .reference();
    lab.provision.relocate(machine, spec).run(percent -> {});
  }

  // ---- the answers

  private void verify() {
    SnapshotEntry snapshot = anySnapshot();
    if (snapshot != null) {
      var reference =
          new ManagedObjectReference("VirtualMachineSnapshot", machine.snapshotId(snapshot.uid()));
      byte[] content = frozen(snapshot);
      ChangeId upTo = disk().changeIdOf(link(snapshot)).orElse(null);
      verify(reference, content, upTo, snapshot.uid());
    }
    if (machine.power() == VirtualMachinePowerState.poweredOff) {
      ChangeId upTo = disk().tracked() ? disk().changeId() : null;
      verify(null, content(disk()), upTo, Integer.MAX_VALUE);
    }
  }

  private void verify(
      @Nullable ManagedObjectReference snapshot, byte[] content, @Nullable ChangeId upTo, int uid) {
    if (upTo == null) {
      assertRefused(snapshot, "*");
      return;
    }
    BitSet allocated = ask(snapshot, "*", content.length);
    covers(allocated, new byte[content.length], content, "*");
    for (Moment moment : moments) {
      ChangeId since = ChangeId.parse(moment.changeId());
      if (!since.epoch().equals(upTo.epoch()) || since.sequence() > upTo.sequence()) {
        assertRefused(snapshot, moment.changeId());
        continue;
      }
      if (!moment.exact() && uid <= moment.newestSnapshot()) {
        continue; // the question is from a later moment to an earlier one
      }
      BitSet told = ask(snapshot, moment.changeId(), content.length);
      covers(told, moment.content(), content, moment.changeId());
      if (moment.exact()) {
        BitSet superfluous = (BitSet) told.clone();
        superfluous.andNot(moment.touched());
        assertThat(superfluous.cardinality()).as("superfluous since " + since).isZero();
      }
    }
  }

  private void assertRefused(@Nullable ManagedObjectReference snapshot, String changeId) {
    VimException refused =
        catchThrowableOfType(
            VimException.class,
            () ->
                new ChangeService(lab.factory, 7, 1L << 41)
                    .query(machine, snapshot, KEY, 0, changeId));
    assertThat(refused).as("the answer since " + changeId).isNotNull();
    assertThat(refused.fault()).isInstanceOf(FileFault.class);
  }

  /** The changed blocks, reply by reply, as a client asks. */
  private BitSet ask(@Nullable ManagedObjectReference snapshot, String changeId, int capacity) {
    var service =
        new ChangeService(lab.factory, 1 + random.nextInt(6), (long) BLOCK << random.nextInt(12));
    BitSet blocks = new BitSet();
    long offset = 0;
    long end = 0;
    while (offset < capacity) {
      DiskChangeInfo reply = service.query(machine, snapshot, KEY, offset, changeId);
      assertThat(reply.startOffset).isEqualTo(offset);
      assertThat(reply.length).isBetween(1L, capacity - offset);
      offset += reply.length;
      assertThat(reply.changedArea.isEmpty() && offset < capacity)
          .as("empty to " + offset)
          .isFalse();
      for (DiskChangeExtent area : reply.changedArea) {
        assertThat(area.start % BLOCK).isZero();
        assertThat(area.start).isGreaterThanOrEqualTo(end);
        end = area.start + area.length;
        assertThat(end).isLessThanOrEqualTo(offset);
        blocks.set((int) (area.start / BLOCK), (int) Math.ceilDiv(end, BLOCK));
      }
    }
    assertThat(offset).isEqualTo(capacity);
    return blocks;
  }

  private static void covers(BitSet told, byte[] before, byte[] after, String since) {
    byte[] same = Arrays.copyOf(before, after.length);
    for (int block = 0; block * BLOCK < after.length; block++) {
      int from = block * BLOCK;
      int to = Math.min(from + BLOCK, after.length);
      if (!Arrays.equals(same, from, to, after, from, to)) {
        assertThat(told.get(block)).as("block " + block + " since " + since).isTrue();
      }
    }
  }

  private Path link(SnapshotEntry snapshot) {
    return machine.files().fileOf(snapshot.disks().getFirst().fileName());
  }

  private byte[] frozen(SnapshotEntry snapshot) {
    try (BlockDevice view = disk().openFrozen(link(snapshot))) {
      return content(view);
    }
  }

  private static byte[] content(BlockDevice device) {
    ByteBuffer bytes = ByteBuffer.allocate((int) device.sizeBytes());
    device.readAt(0, bytes);
    return bytes.array();
  }
}
