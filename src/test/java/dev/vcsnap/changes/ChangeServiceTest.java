package dev.vcsnap.changes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.vcsnap.evidence.Rule;
import dev.vcsnap.evidence.Witness;
import dev.vcsnap.inventory.MachineLab;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.vim.DiskChangeExtent;
import dev.vcsnap.vim.DiskChangeInfo;
import dev.vcsnap.vim.FileFault;
import dev.vcsnap.vim.InvalidArgument;
import dev.vcsnap.vim.InvalidPowerState;
import dev.vcsnap.vim.ManagedObjectNotFound;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.MethodFault;
import dev.vcsnap.vim.VimException;
import dev.vcsnap.vim.VirtualDeviceConfigSpec;
import dev.vcsnap.vim.VirtualDeviceConfigSpecFileOperation;
import dev.vcsnap.vim.VirtualDeviceConfigSpecOperation;
import dev.vcsnap.vim.VirtualDisk;
import dev.vcsnap.vim.VirtualDiskFlatVer2BackingInfo;
import dev.vcsnap.vim.VirtualMachineConfigInfo;
import dev.vcsnap.vim.VirtualMachineConfigSpec;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChangeServiceTest {

  private static final int BLOCK = 64 << 10;

  @TempDir Path root;
  private MachineLab lab;
  private VirtualMachine machine;
  private ChangeService changes;

  @BeforeEach
  void open() {
    lab = new MachineLab(root);
    machine = lab.machine("VM");
    changes = new ChangeService(lab.factory, 2, 1L << 41);
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  @Rule(
      value = "C12",
      says =
          "A reply begins where it was asked to and says how far it reaches; the lengths add up to"
              + " the capacity.",
      by = Witness.CLIENT)
  @Rule(
      value = "C13",
      says =
          "A reply holds a limited number of areas, and none that is empty comes before the last.",
      by = Witness.OBSERVED)
  @Rule(
      value = "C17",
      says = "Areas ascend, do not overlap, and end with the disk.",
      by = Witness.OBSERVED)
  void replies_follow_on_each_other_end_at_the_capacity_and_are_never_empty_before_the_end() {
    track();
    int base = lab.snapshot(machine, "base");
    for (int block : new int[] {1, 3, 5, 7, 9}) {
      lab.write(machine, (long) block * BLOCK, 10, block);
    }
    int next = lab.snapshot(machine, "next");
    long offset = 0;
    int areas = 0;
    while (offset < MachineLab.DISK_BYTES) {
      DiskChangeInfo reply = query(next, offset, changeIdOf(base));
      assertThat(reply.startOffset).isEqualTo(offset);
      assertThat(reply.length).isPositive();
      assertThat(reply.changedArea).hasSizeLessThanOrEqualTo(2).isNotEmpty();
      for (DiskChangeExtent area : reply.changedArea) {
        assertThat(area.start).isBetween(offset, offset + reply.length - area.length);
        assertThat(area.length).isEqualTo(BLOCK);
      }
      areas += reply.changedArea.size();
      offset += reply.length;
    }
    assertThat(offset).isEqualTo(MachineLab.DISK_BYTES);
    assertThat(areas).isEqualTo(5);
  }

  @Test
  @Rule(value = "C13", says = "No change at all is one reply to the end.", by = Witness.CLIENT)
  void no_change_is_one_empty_reply_to_the_end() {
    track();
    int base = lab.snapshot(machine, "base");
    int next = lab.snapshot(machine, "next");
    DiskChangeInfo reply = query(next, 0, changeIdOf(base));
    assertThat(reply.changedArea).isEmpty();
    assertThat(reply.length).isEqualTo(MachineLab.DISK_BYTES);
  }

  @Test
  @Rule(
      value = "C9",
      says = "A change id stays usable when its snapshot is deleted.",
      by = Witness.KNOWLEDGE_BASE)
  void an_id_outlives_the_snapshot_it_came_from() {
    track();
    int base = lab.snapshot(machine, "base");
    String since = changeIdOf(base);
    lab.remove(machine, base);
    lab.write(machine, 0, 1, 1);
    int next = lab.snapshot(machine, "next");
    assertThat(query(next, 0, since).changedArea).hasSize(1);
  }

  @Test
  @Rule(
      value = "C16",
      says =
          "A change id of another epoch is a FileFault that names the file by its absolute path.",
      by = Witness.KNOWLEDGE_BASE)
  @Rule(
      value = "C20",
      says = "After a revert an id of the discarded branch is refused.",
      by = Witness.ASSUMED)
  void an_id_of_before_a_revert_is_refused_with_a_file_fault_that_names_the_file() {
    track();
    int base = lab.snapshot(machine, "base");
    lab.write(machine, 0, 1, 1);
    int branch = lab.snapshot(machine, "branch");
    String since = changeIdOf(branch);
    lab.snapshots.revert(machine, base, false, percent -> {});
    int after = lab.snapshot(machine, "after");
    FileFault fault = refused(FileFault.class, () -> query(after, 0, since));
    assertThat(fault.file).startsWith("/vmfs/volumes/").endsWith(".vmdk");
    assertThat(fault.faultMessage).isNotEmpty();
  }

  @Test
  @Rule(
      value = "C4",
      says = "A disk that was never tracked cannot be asked for changes.",
      by = Witness.ASSUMED)
  void an_untracked_disk_is_a_file_fault_also_for_everything_allocated() {
    int uid = lab.snapshot(machine, "untracked");
    refused(FileFault.class, () -> query(uid, 0, "*"));
  }

  @Test
  @Rule(
      value = "C14",
      says = "An offset at or past the end is InvalidArgument of startOffset.",
      by = Witness.DOCUMENT)
  @Rule(
      value = "C15",
      says = "An unknown device key and a malformed change id are named.",
      by = Witness.DOCUMENT)
  void arguments_that_are_wrong_are_named() {
    track();
    int uid = lab.snapshot(machine, "one");
    String id = changeIdOf(uid);
    assertThat(argument(() -> query(uid, MachineLab.DISK_BYTES, id))).isEqualTo("startOffset");
    assertThat(argument(() -> query(uid, -1, id))).isEqualTo("startOffset");
    for (String wrong : new String[] {"", "x", "/1", id + "x", "**"}) {
      assertThat(argument(() -> query(uid, 0, wrong))).as(wrong).isEqualTo("changeId");
    }
    assertThat(argument(() -> changes.query(machine, lab.reference(machine, uid), 2001, 0, id)))
        .isEqualTo("deviceKey");
    refused(
        ManagedObjectNotFound.class,
        () ->
            changes.query(
                machine,
                new ManagedObjectReference("VirtualMachineSnapshot", "snapshot-0-0"),
                MachineLab.DISK_KEY,
                0,
                id));
  }

  @Test
  @Rule(
      value = "C10",
      says = "Without a snapshot the present state is told of a machine that is off only.",
      by = Witness.DOCUMENT)
  void the_present_state_is_told_only_of_a_machine_that_is_off() {
    track();
    int uid = lab.snapshot(machine, "one");
    String since = changeIdOf(uid);
    lab.write(machine, 2L * BLOCK, 1, 1);
    refused(
        InvalidPowerState.class, () -> changes.query(machine, null, MachineLab.DISK_KEY, 0, since));
    lab.power.powerOff(machine);
    DiskChangeInfo reply = changes.query(machine, null, MachineLab.DISK_KEY, 0, since);
    assertThat(reply.changedArea).extracting(area -> area.start).containsExactly(2L * BLOCK);
  }

  @Test
  void queries_are_answered_while_an_older_snapshot_is_merged_under_the_asked_one()
      throws InterruptedException {
    track();
    for (int cycle = 0; cycle < 8; cycle++) {
      int older = lab.snapshot(machine, "older");
      String since = changeIdOf(older);
      lab.write(machine, 0, 1, cycle);
      int asked = lab.snapshot(machine, "asked");
      var stop = new AtomicBoolean();
      var failure = new AtomicReference<Throwable>();
      Thread client =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  do {
                    assertThat(query(asked, 0, since).changedArea).hasSize(1);
                  } while (!stop.get());
                } catch (RuntimeException | AssertionError e) {
                  failure.set(e);
                }
              });
      lab.remove(machine, older);
      stop.set(true);
      client.join();
      assertThat(failure.get()).isNull();
      lab.remove(machine, asked);
    }
  }

  @Test
  @Rule(
      value = "C13",
      says = "A reply about a very large disk speaks of a slice of it, and none is empty.",
      by = Witness.OBSERVED)
  void a_reply_ends_with_its_slice_where_more_follows() {
    track();
    var slices = new ChangeService(lab.factory, 2000, 1 << 20);
    int base = lab.snapshot(machine, "base");
    lab.write(machine, 3 << 20, 2 << 20, 1);
    lab.write(machine, 6 << 20, 1, 1);
    int next = lab.snapshot(machine, "next");
    List<Long> ends = new ArrayList<>();
    for (long offset = 0; offset < MachineLab.DISK_BYTES; ) {
      DiskChangeInfo reply =
          slices.query(
              machine, lab.reference(machine, next), MachineLab.DISK_KEY, offset, changeIdOf(base));
      assertThat(reply.changedArea).hasSize(1);
      offset += reply.length;
      ends.add(offset);
    }
    assertThat(ends).containsExactly(4L << 20, 5L << 20, 8L << 20);
  }

  @Test
  @Rule(
      value = "C15",
      says = "The key is looked up among the disks of the snapshot, which the machine may lack.",
      by = Witness.ASSUMED)
  void a_disk_that_the_machine_lacks_by_now_is_asked_for_by_its_snapshot() {
    track();
    int without = lab.snapshot(machine, "without");
    var second = new VirtualDisk();
    second.key = -1;
    second.controllerKey = 1000;
    second.unitNumber = 1;
    second.capacityInKB = 1024;
    var backing = new VirtualDiskFlatVer2BackingInfo();
    backing.fileName = "";
    backing.diskMode = "persistent";
    backing.thinProvisioned = true;
    second.backing = backing;
    var change = new VirtualDeviceConfigSpec();
    change.operation = VirtualDeviceConfigSpecOperation.add;
    change.fileOperation = VirtualDeviceConfigSpecFileOperation.create;
    change.device = second;
    var spec = new VirtualMachineConfigSpec();
    spec.deviceChange = List.of(change);
    lab.reconfigure.reconfigure(machine, spec);
    int with = lab.snapshot(machine, "with");
    machine.disks().get("scsi0:1").writeAt(0, ByteBuffer.wrap(new byte[] {1}));
    String since =
        machine
            .disks()
            .get("scsi0:1")
            .changeIdOf(machine.files().fileOf("VM_1.vmdk"))
            .orElseThrow()
            .toString();
    int later = lab.snapshot(machine, "later");
    lab.snapshots.revert(machine, without, false, percent -> {});
    assertThat(machine.disks()).containsOnlyKeys(MachineLab.NODE);
    var config =
        (VirtualMachineConfigInfo) lab.objects.find(machine.snapshotId(with)).get("config");
    assertThat(config.hardware.device)
        .filteredOn(device -> device.key == 2001)
        .singleElement()
        .satisfies(device ->
            assertThat(((VirtualDiskFlatVer2BackingInfo) device.backing).changeId)
                .isEqualTo(since));
    DiskChangeInfo reply = changes.query(machine, lab.reference(machine, later), 2001, 0, since);
    assertThat(reply.length).isEqualTo(1 << 20);
    assertThat(reply.changedArea).hasSize(1);
    assertThat(
            argument(
                () -> changes.query(machine, lab.reference(machine, later), 2001, 1 << 20, since)))
        .isEqualTo("startOffset");
    assertThat(changes.query(machine, lab.reference(machine, with), 2001, 0, "*").changedArea)
        .isEmpty();
    assertThat(
            argument(() -> changes.query(machine, lab.reference(machine, without), 2001, 0, "*")))
        .isEqualTo("deviceKey");
  }

  @Test
  void a_reply_must_hold_an_area() {
    assertThatThrownBy(() -> new ChangeService(lab.factory, 0, 1L << 41))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not 0");
    assertThatThrownBy(() -> new ChangeService(lab.factory, 1, 1000))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not 1000");
  }

  private void track() {
    var spec = new VirtualMachineConfigSpec();
    spec.changeTrackingEnabled = true;
    lab.reconfigure.reconfigure(machine, spec);
  }

  private String changeIdOf(int uid) {
    String file = machine.snapshots().find(uid).orElseThrow().disks().getFirst().fileName();
    return lab.disk(machine).changeIdOf(machine.files().fileOf(file)).orElseThrow().toString();
  }

  private DiskChangeInfo query(int uid, long offset, String changeId) {
    return changes.query(
        machine, lab.reference(machine, uid), MachineLab.DISK_KEY, offset, changeId);
  }

  private static String argument(ThrowingCallable query) {
    return refused(InvalidArgument.class, query).invalidProperty;
  }

  private static <T extends MethodFault> T refused(Class<T> type, ThrowingCallable query) {
    VimException thrown = catchThrowableOfType(VimException.class, query);
    assertThat(thrown).isNotNull();
    return type.cast(thrown.fault());
  }
}
