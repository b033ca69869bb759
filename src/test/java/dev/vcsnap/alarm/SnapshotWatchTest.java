package dev.vcsnap.alarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.event.EventLab;
import dev.vcsnap.history.Followers;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.vim.AlarmState;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.VirtualDisk;
import dev.vcsnap.vim.VirtualHardware;
import dev.vcsnap.vim.VirtualMachineConfigInfo;
import dev.vcsnap.vim.VirtualMachineFileLayoutEx;
import dev.vcsnap.vim.VirtualMachineFileLayoutExDiskLayout;
import dev.vcsnap.vim.VirtualMachineFileLayoutExDiskUnit;
import dev.vcsnap.vim.VirtualMachineFileLayoutExFileInfo;
import dev.vcsnap.vim.VirtualMachineSnapshotInfo;
import dev.vcsnap.vim.VirtualMachineSnapshotTree;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SnapshotWatchTest {

  private final EventLab lab = new EventLab();
  private final Followers<ManagedObject> changed = new Followers<>(Runnable::run);
  private final AlarmService alarms =
      new AlarmService(lab.objects, lab.clock, lab.events, lab.subjects, changed);
  private final SnapshotWatch watch =
      new SnapshotWatch(
          lab.clock,
          lab.events,
          lab.subjects,
          new SnapshotLimits(Duration.ofHours(24), 3, 50),
          Duration.ofMinutes(5),
          changed);

  SnapshotWatchTest() {
    DefaultAlarms.specs().forEach(spec -> alarms.create(lab.root.reference(), spec, ""));
    AlarmService.follow(lab.objects, changed);
  }

  @AfterEach
  void close() {
    watch.close();
    lab.close();
  }

  @Test
  void a_snapshot_that_becomes_a_day_old_triggers_an_alarm_until_it_is_removed() {
    chain(1);
    pass(Duration.ofHours(23));
    assertThat(triggered()).isEmpty();
    pass(Duration.ofHours(2));
    assertThat(triggered()).containsExactly("Virtual machine snapshot age");
    assertThat(lab.kinds()).containsOnlyOnce("dev.vcsnap.SnapshotOld");
    pass(Duration.ofHours(1));
    assertThat(lab.kinds()).containsOnlyOnce("dev.vcsnap.SnapshotOld");
    chain(0);
    assertThat(triggered()).isEmpty();
    assertThat(lab.kinds()).contains("dev.vcsnap.SnapshotNoOld");
  }

  @Test
  void a_chain_of_more_than_three_triggers_an_alarm() {
    chain(3);
    assertThat(triggered()).isEmpty();
    chain(4);
    assertThat(triggered()).containsExactly("Virtual machine snapshot chain length");
    chain(2);
    assertThat(triggered()).isEmpty();
  }

  @Test
  void a_delta_of_more_than_half_its_disk_is_noticed_at_the_next_check() {
    sizes(1_000, 400);
    chain(1);
    pass(Duration.ofMinutes(6));
    assertThat(triggered()).isEmpty();
    sizes(1_000, 600);
    assertThat(triggered()).isEmpty();
    pass(Duration.ofMinutes(6));
    assertThat(triggered()).containsExactly("Virtual machine snapshot size");
    chain(1);
    assertThat(triggered()).containsExactly("Virtual machine snapshot size");
    sizes(1_000, 10);
    pass(Duration.ofMinutes(6));
    assertThat(triggered()).isEmpty();
  }

  @Test
  void needed_consolidation_triggers_an_alarm() {
    lab.power(dev.vcsnap.vim.VirtualMachinePowerState.poweredOff, true);
    assertThat(triggered()).containsExactly("Virtual machine Consolidation Needed status");
  }

  @Test
  void a_machine_that_cannot_be_looked_at_stops_the_watch_on_nobody() {
    chain(1);
    lab.machine.computed(
        "layoutEx",
        session -> {
          throw new IllegalStateException("the folder is gone");
        });
    pass(Duration.ofHours(1));
    assertThat(triggered()).isEmpty();
    lab.machine.computed("layoutEx", session -> lab.machine.state().get("layoutEx"));
    sizes(1_000, 600);
    pass(Duration.ofMinutes(6));
    assertThat(triggered()).containsExactly("Virtual machine snapshot size");
  }

  /** Time passes a minute at a time, as the watch looks at it. */
  private void pass(Duration time) {
    for (long minute = 0; minute < time.toMinutes(); minute++) {
      lab.clock.advance(Duration.ofMinutes(1));
      watch.tick();
    }
  }

  private List<String> triggered() {
    List<?> states = lab.root.get("triggeredAlarmState") instanceof List<?> list ? list : List.of();
    return states.stream()
        .map(state -> ((AlarmState) state).alarm)
        .map(alarm -> lab.objects.find(alarm.value()).get("info"))
        .map(info -> ((dev.vcsnap.vim.AlarmInfo) info).name)
        .toList();
  }

  private void chain(int length) {
    List<VirtualMachineSnapshotTree> roots = List.of();
    for (int i = length; i > 0; i--) {
      var tree = new VirtualMachineSnapshotTree();
      tree.name = "s" + i;
      tree.createTime = lab.clock.now();
      tree.snapshot = new ManagedObjectReference("VirtualMachineSnapshot", "snapshot-" + i);
      tree.childSnapshotList = roots;
      roots = List.of(tree);
    }
    var info = new VirtualMachineSnapshotInfo();
    info.rootSnapshotList = roots;
    info.currentSnapshot =
        new ManagedObjectReference("VirtualMachineSnapshot", "snapshot-" + length);
    lab.objects.change(tx -> tx.set(lab.machine, "snapshot", length == 0 ? null : info));
  }

  private void sizes(long capacity, long delta) {
    var disk = new VirtualDisk();
    disk.key = 2000;
    disk.capacityInBytes = capacity;
    var config = new VirtualMachineConfigInfo();
    config.name = "VM";
    config.uuid = "4200-1";
    config.hardware = new VirtualHardware();
    config.hardware.device = List.of(disk);
    var layout = new VirtualMachineFileLayoutEx();
    layout.file = List.of(file(0, capacity), file(1, delta));
    var chain = new VirtualMachineFileLayoutExDiskLayout();
    chain.key = 2000;
    chain.chain = List.of(unit(0), unit(1));
    layout.disk = List.of(chain);
    lab.objects.change(
        tx -> tx.set(lab.machine, "config", config).set(lab.machine, "layoutEx", layout));
  }

  private static VirtualMachineFileLayoutExFileInfo file(int key, long size) {
    var file = new VirtualMachineFileLayoutExFileInfo();
    file.key = key;
    file.size = size;
    return file;
  }

  private static VirtualMachineFileLayoutExDiskUnit unit(int fileKey) {
    var unit = new VirtualMachineFileLayoutExDiskUnit();
    unit.fileKey = List.of(fileKey);
    return unit;
  }
}
