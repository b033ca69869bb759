package dev.vcsnap.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.evidence.Rule;
import dev.vcsnap.evidence.Witness;
import dev.vcsnap.vim.VirtualController;
import dev.vcsnap.vim.VirtualDevice;
import dev.vcsnap.vim.VirtualDisk;
import dev.vcsnap.vim.VirtualDiskFlatVer2BackingInfo;
import dev.vcsnap.vim.VirtualMachineConfigInfo;
import dev.vcsnap.vim.VirtualMachineConfigSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VmDevicesTest {

  @TempDir Path root;
  private MachineLab lab;
  private VirtualMachine machine;

  @BeforeEach
  void open() {
    lab = new MachineLab(root);
    machine = lab.machine("VM");
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void disk_keys_follow_bus_and_unit() {
    assertThat(VirtualMachine.deviceKeyOf("scsi0:0")).isEqualTo(2000);
    assertThat(VirtualMachine.deviceKeyOf("scsi0:15")).isEqualTo(2015);
    assertThat(VirtualMachine.deviceKeyOf("scsi3:2")).isEqualTo(2050);
  }

  @Test
  void every_device_hangs_on_a_controller_that_lists_it() {
    List<VirtualDevice> devices = MachineLab.config(machine).hardware.device;
    Map<Integer, VirtualDevice> byKey =
        devices.stream().collect(Collectors.toMap(device -> device.key, Function.identity()));
    for (VirtualDevice device : devices) {
      if (device.controllerKey != null) {
        assertThat(byKey.get(device.controllerKey))
            .as("the controller of %s", device.deviceInfo.label)
            .isInstanceOfSatisfying(
                VirtualController.class,
                controller -> assertThat(controller.device).contains(device.key));
      }
    }
  }

  @Test
  void no_two_devices_share_a_place() {
    List<String> places =
        MachineLab.config(machine).hardware.device.stream()
            .filter(device -> device.unitNumber != null)
            .map(device -> device.controllerKey + ":" + device.unitNumber)
            .toList();
    assertThat(places).doesNotHaveDuplicates();
  }

  @Test
  @Rule(
      value = "F2",
      says =
          "The delta of a flat disk is flat again, with its parent and a deltaDiskFormat; the base"
              + " has neither.",
      by = Witness.DOCUMENT)
  void machine_and_snapshot_show_the_same_key_and_object_id_and_each_its_own_file() {
    int uid = lab.snapshot(machine, "first");
    VirtualDisk running = disk(MachineLab.config(machine));
    VirtualDisk frozen =
        disk((VirtualMachineConfigInfo) lab.snapshotObject(machine, uid).get("config"));
    assertThat(frozen.key).isEqualTo(running.key).isEqualTo(MachineLab.DISK_KEY);
    assertThat(frozen.diskObjectId).isEqualTo(running.diskObjectId).matches("\\d+-2000");
    assertThat(frozen.capacityInBytes).isEqualTo(MachineLab.DISK_BYTES);
    assertThat(backing(frozen).fileName).isEqualTo("[ds] VM/VM.vmdk");
    assertThat(backing(frozen).parent).isNull();
    assertThat(backing(frozen).deltaDiskFormat).isNull();
    assertThat(backing(running).fileName).isEqualTo("[ds] VM/VM-000001.vmdk");
    assertThat(backing(running).deltaDiskFormat).isEqualTo("seSparseFormat");
    assertThat(backing(running).parent.uuid).isEqualTo(backing(running).uuid);
  }

  @Test
  @Rule(
      value = "C8",
      says =
          "The snapshot's disk and the running one each have a changeId, never null, while tracking"
              + " is on.",
      by = Witness.KNOWLEDGE_BASE)
  @Rule(
      value = "C7",
      says = "A changeId is 16 bytes in hex, a slash and a number; its first part tells the epoch.",
      by = Witness.CLIENT)
  void change_ids_are_there_exactly_while_tracking_is_on() {
    assertThat(backing(disk(MachineLab.config(machine))).changeId).isNull();
    var spec = new VirtualMachineConfigSpec();
    spec.changeTrackingEnabled = true;
    lab.reconfigure.reconfigure(machine, spec);
    int uid = lab.snapshot(machine, "tracked");
    String running = backing(disk(MachineLab.config(machine))).changeId;
    String frozen =
        backing(disk((VirtualMachineConfigInfo) lab.snapshotObject(machine, uid).get("config")))
            .changeId;
    String pattern = "([0-9a-f]{2} ){7}[0-9a-f]{2}-([0-9a-f]{2} ){7}[0-9a-f]{2}/\\d+";
    assertThat(running).matches(pattern);
    assertThat(frozen).matches(pattern);
    assertThat(running.split("/")[0]).isEqualTo(frozen.split("/")[0]);
  }

  private static VirtualDisk disk(VirtualMachineConfigInfo config) {
    return config.hardware.device.stream()
        .filter(VirtualDisk.class::isInstance)
        .map(VirtualDisk.class::cast)
        .findFirst()
        .orElseThrow();
  }

  private static VirtualDiskFlatVer2BackingInfo backing(VirtualDisk disk) {
    return (VirtualDiskFlatVer2BackingInfo) disk.backing;
  }
}
