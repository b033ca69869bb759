package dev.vcsnap.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.vcsnap.datastore.Vmx;
import dev.vcsnap.evidence.Rule;
import dev.vcsnap.evidence.Witness;
import dev.vcsnap.vim.CannotDisableSnapshot;
import dev.vcsnap.vim.ConcurrentAccess;
import dev.vcsnap.vim.CpuHotPlugNotSupported;
import dev.vcsnap.vim.DuplicateName;
import dev.vcsnap.vim.InvalidArgument;
import dev.vcsnap.vim.InvalidName;
import dev.vcsnap.vim.MemoryHotPlugNotSupported;
import dev.vcsnap.vim.MethodFault;
import dev.vcsnap.vim.NotSupported;
import dev.vcsnap.vim.OptionValue;
import dev.vcsnap.vim.VimException;
import dev.vcsnap.vim.VirtualDeviceConfigSpec;
import dev.vcsnap.vim.VirtualDeviceConfigSpecOperation;
import dev.vcsnap.vim.VirtualMachineConfigInfo;
import dev.vcsnap.vim.VirtualMachineConfigSpec;
import dev.vcsnap.vim.VirtualMachineFlagInfo;
import dev.vcsnap.vim.VirtualSoundCard;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReconfigureServiceTest {

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
  void what_is_given_changes_and_the_rest_stays() {
    var spec = new VirtualMachineConfigSpec();
    spec.annotation = "two\nlines \"quoted\"";
    spec.numCPUs = 4;
    spec.memoryMB = 2048L;
    spec.guestId = "debian12_64Guest";
    lab.power.powerOff(machine);
    lab.reconfigure.reconfigure(machine, spec);
    VirtualMachineConfigInfo config = MachineLab.config(machine);
    assertThat(config.annotation).isEqualTo("two\nlines \"quoted\"");
    assertThat(config.hardware.numCPU).isEqualTo(4);
    assertThat(config.hardware.memoryMB).isEqualTo(2048);
    assertThat(config.guestId).isEqualTo("debian12_64Guest");
    assertThat(config.name).isEqualTo("VM");
  }

  @Test
  void processors_and_memory_of_a_running_machine_stay() {
    var processors = new VirtualMachineConfigSpec();
    processors.numCPUs = 4;
    refused(processors, CpuHotPlugNotSupported.class);
    var memory = new VirtualMachineConfigSpec();
    memory.memoryMB = 2048L;
    refused(memory, MemoryHotPlugNotSupported.class);
  }

  @Test
  void the_other_64_bit_guest_has_the_id_of_the_interface() {
    assertThat(MachineLab.config(machine).guestId).isEqualTo("otherGuest64");
    for (String id : List.of("otherGuest64", "otherGuest", "otherLinux64Guest", "rhel9_64Guest")) {
      var spec = new VirtualMachineConfigSpec();
      spec.guestId = id;
      lab.reconfigure.reconfigure(machine, spec);
      assertThat(MachineLab.config(machine).guestId).isEqualTo(id);
    }
  }

  @Test
  void an_unknown_guest_is_an_invalid_argument() {
    var spec = new VirtualMachineConfigSpec();
    spec.guestId = "toasterGuest";
    assertThat(refused(spec, InvalidArgument.class).invalidProperty)
        .isEqualTo("configSpec.guestId");
  }

  @Test
  void an_old_change_version_is_refused_and_the_present_one_is_not() {
    var spec = new VirtualMachineConfigSpec();
    spec.changeVersion = "2001-01-01T00:00:00Z";
    refused(spec, ConcurrentAccess.class);
    spec.changeVersion = MachineLab.config(machine).changeVersion;
    spec.annotation = "now";
    lab.reconfigure.reconfigure(machine, spec);
    assertThat(MachineLab.config(machine).annotation).isEqualTo("now");
  }

  @Test
  void a_device_that_is_not_served_is_refused_by_name_and_nothing_changes() {
    var device = new VirtualDeviceConfigSpec();
    device.operation = VirtualDeviceConfigSpecOperation.add;
    device.device = new VirtualSoundCard();
    var spec = new VirtualMachineConfigSpec();
    spec.annotation = "must not come";
    spec.deviceChange = List.of(device);
    assertThat(fault(spec)).isInstanceOf(NotSupported.class);
    assertThat(MachineLab.config(machine).annotation).isEmpty();
  }

  @Test
  void extra_config_is_added_replaced_and_with_an_empty_value_removed() {
    extra("guestinfo.a", "1");
    extra("guestinfo.a", "2");
    extra("guestinfo.b", "x = \"y\"");
    assertThat(extraConfig()).containsEntry("guestinfo.a", "2");
    assertThat(extraConfig()).containsEntry("guestinfo.b", "x = \"y\"");
    extra("guestinfo.a", "");
    assertThat(extraConfig()).doesNotContainKey("guestinfo.a");
  }

  @Test
  void keys_that_no_file_can_hold_and_keys_of_the_machine_are_invalid_arguments() {
    for (String key :
        List.of(
            "",
            " ",
            "a=b",
            "#a",
            "a\"b",
            "a\nb",
            " a",
            "displayName",
            "scsi0:0.fileName",
            "\uD800",
            "k".repeat(2000))) {
      var spec = new VirtualMachineConfigSpec();
      spec.extraConfig = List.of(option(key, "v"));
      assertThat(fault(spec)).as("key '%s'", key).isInstanceOf(InvalidArgument.class);
    }
  }

  @Test
  void a_text_that_the_file_cannot_hold_is_an_invalid_argument() {
    var spec = new VirtualMachineConfigSpec();
    spec.annotation = "x".repeat(2 << 20);
    assertThat(refused(spec, InvalidArgument.class).invalidProperty).isEqualTo("spec.annotation");
  }

  @Test
  void an_empty_a_long_and_a_taken_name_are_refused() {
    VirtualMachine other = lab.machine("Other");
    for (String name : List.of("", "  ", "n".repeat(81))) {
      var spec = new VirtualMachineConfigSpec();
      spec.name = name;
      refused(spec, InvalidName.class);
    }
    var spec = new VirtualMachineConfigSpec();
    spec.name = "Other";
    assertThat(refused(spec, DuplicateName.class).object).isEqualTo(other.reference());
    spec.name = "VM";
    lab.reconfigure.reconfigure(machine, spec);
    assertThat(machine.name()).isEqualTo("VM");
  }

  @Test
  void numbers_out_of_range_are_invalid_arguments() {
    for (int count : new int[] {0, -1, 769}) {
      var spec = new VirtualMachineConfigSpec();
      spec.numCPUs = count;
      assertThat(refused(spec, InvalidArgument.class).invalidProperty).isEqualTo("spec.numCPUs");
    }
  }

  @Test
  void snapshots_cannot_be_disabled_while_there_are_some() {
    lab.snapshot(machine, "one");
    var spec = new VirtualMachineConfigSpec();
    spec.flags = new VirtualMachineFlagInfo();
    spec.flags.snapshotDisabled = true;
    refused(spec, CannotDisableSnapshot.class);
  }

  @Test
  void all_flags_may_be_sent_back_and_a_changed_one_that_is_not_served_is_refused() {
    var spec = new VirtualMachineConfigSpec();
    spec.flags = MachineLab.config(machine).flags;
    lab.reconfigure.reconfigure(machine, spec);
    spec.flags = new VirtualMachineFlagInfo();
    spec.flags.enableLogging = false;
    assertThat(fault(spec)).isInstanceOf(NotSupported.class);
    spec.flags = new VirtualMachineFlagInfo();
    spec.flags.snapshotPowerOffBehavior = "explode";
    assertThat(fault(spec)).isInstanceOf(InvalidArgument.class);
  }

  @Test
  @Rule(
      value = "C1",
      says =
          "changeTrackingEnabled is what was asked for, and extraConfig says ctkEnabled for the"
              + " machine and each disk.",
      by = Witness.DOCUMENT)
  @Rule(
      value = "C2",
      says = "On a running machine tracking begins at the next stun, such as that of a snapshot.",
      by = Witness.DOCUMENT)
  void change_tracking_waits_for_the_next_stun_of_a_running_machine() {
    assertThat(lab.disk(machine).tracked()).isFalse();
    tracking(true);
    assertThat(MachineLab.config(machine).changeTrackingEnabled).isTrue();
    assertThat(extraConfig()).containsEntry("ctkEnabled", "TRUE");
    assertThat(extraConfig()).containsEntry("scsi0:0.ctkEnabled", "TRUE");
    assertThat(lab.disk(machine).tracked()).isFalse();
    lab.remove(machine, lab.snapshot(machine, "stun"));
    assertThat(lab.disk(machine).tracked()).isTrue();
  }

  @Test
  @Rule(
      value = "C2",
      says = "On a machine that is off tracking begins at once, without a snapshot.",
      by = Witness.DOCUMENT)
  void change_tracking_starts_at_once_on_a_machine_that_is_off() {
    lab.power.powerOff(machine);
    tracking(true);
    assertThat(lab.disk(machine).tracked()).isTrue();
    tracking(false);
    assertThat(lab.disk(machine).tracked()).isFalse();
  }

  @Test
  @Rule(value = "C5", says = "Independent disks are not tracked.", by = Witness.KNOWLEDGE_BASE)
  void an_independent_disk_is_not_tracked() {
    lab.power.powerOff(machine);
    Vmx vmx = machine.vmx();
    vmx.put("scsi0:0.mode", "independent-persistent");
    machine.save(vmx, lab.clock.now());
    tracking(true);
    assertThat(lab.disk(machine).tracked()).isFalse();
  }

  private void tracking(boolean enabled) {
    var spec = new VirtualMachineConfigSpec();
    spec.changeTrackingEnabled = enabled;
    lab.reconfigure.reconfigure(machine, spec);
  }

  private void extra(String key, String value) {
    var spec = new VirtualMachineConfigSpec();
    spec.extraConfig = List.of(option(key, value));
    lab.reconfigure.reconfigure(machine, spec);
  }

  private Map<String, Object> extraConfig() {
    return MachineLab.config(machine).extraConfig.stream()
        .collect(Collectors.toMap(option -> option.key, option -> option.value));
  }

  private static OptionValue option(String key, String value) {
    var option = new OptionValue();
    option.key = key;
    option.value = value;
    return option;
  }

  private MethodFault fault(VirtualMachineConfigSpec spec) {
    var thrown =
        catchThrowableOfType(VimException.class, () -> lab.reconfigure.reconfigure(machine, spec));
    assertThat(thrown).isNotNull();
    return thrown.fault();
  }

  private <T extends MethodFault> T refused(VirtualMachineConfigSpec spec, Class<T> type) {
    return type.cast(fault(spec));
  }

  @Test
  void a_name_is_taken_by_whatever_else_is_in_the_folder() {
    lab.tree.restructure(tx -> lab.tree.addVmFolder(tx, lab.tree.vmFolder(), "taken"));
    var spec = new VirtualMachineConfigSpec();
    spec.name = "taken";
    var refused =
        catchThrowableOfType(VimException.class, () -> lab.reconfigure.reconfigure(machine, spec));
    assertThat(refused.fault()).isInstanceOf(DuplicateName.class);
    assertThat(machine.name()).isEqualTo("VM");
    spec.name = "VM";
    lab.reconfigure.reconfigure(machine, spec);
  }
}
