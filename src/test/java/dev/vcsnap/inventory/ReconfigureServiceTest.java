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
import dev.vcsnap.vim.InvalidPowerState;
import dev.vcsnap.vim.InvalidVmConfig;
import dev.vcsnap.vim.LatencySensitivity;
import dev.vcsnap.vim.LatencySensitivitySensitivityLevel;
import dev.vcsnap.vim.ManagedByInfo;
import dev.vcsnap.vim.MemoryHotPlugNotSupported;
import dev.vcsnap.vim.MethodFault;
import dev.vcsnap.vim.NotSupported;
import dev.vcsnap.vim.OptionValue;
import dev.vcsnap.vim.ResourceAllocationInfo;
import dev.vcsnap.vim.SharesInfo;
import dev.vcsnap.vim.SharesLevel;
import dev.vcsnap.vim.ToolsConfigInfo;
import dev.vcsnap.vim.VimException;
import dev.vcsnap.vim.VirtualDeviceConfigSpec;
import dev.vcsnap.vim.VirtualDeviceConfigSpecOperation;
import dev.vcsnap.vim.VirtualMachineBootOptions;
import dev.vcsnap.vim.VirtualMachineBootOptionsBootableCdromDevice;
import dev.vcsnap.vim.VirtualMachineBootOptionsBootableDevice;
import dev.vcsnap.vim.VirtualMachineBootOptionsBootableDiskDevice;
import dev.vcsnap.vim.VirtualMachineBootOptionsBootableEthernetDevice;
import dev.vcsnap.vim.VirtualMachineCapability;
import dev.vcsnap.vim.VirtualMachineConfigInfo;
import dev.vcsnap.vim.VirtualMachineConfigSpec;
import dev.vcsnap.vim.VirtualMachineDefaultPowerOpInfo;
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
    spec.flags.runWithDebugInfo = true;
    assertThat(fault(spec)).isInstanceOf(NotSupported.class);
    spec.flags = new VirtualMachineFlagInfo();
    spec.flags.snapshotPowerOffBehavior = "explode";
    assertThat(fault(spec)).isInstanceOf(InvalidArgument.class);
  }

  @Test
  void settings_are_kept_and_shown_and_all_of_them_may_be_sent_back() {
    lab.power.powerOff(machine);
    var spec = new VirtualMachineConfigSpec();
    spec.firmware = "efi";
    spec.memoryHotAddEnabled = true;
    spec.nestedHVEnabled = true;
    spec.swapPlacement = "vmDirectory";
    spec.alternateGuestName = "my own system";
    spec.bootOptions = new VirtualMachineBootOptions();
    spec.bootOptions.bootDelay = 5_000L;
    spec.bootOptions.efiSecureBootEnabled = true;
    spec.tools = new ToolsConfigInfo();
    spec.tools.syncTimeWithHost = true;
    spec.tools.toolsUpgradePolicy = "upgradeAtPowerCycle";
    spec.flags = new VirtualMachineFlagInfo();
    spec.flags.virtualExecUsage = "hvOn";
    spec.powerOpInfo = new VirtualMachineDefaultPowerOpInfo();
    spec.powerOpInfo.powerOffType = "hard";
    spec.latencySensitivity = new LatencySensitivity();
    spec.latencySensitivity.level = LatencySensitivitySensitivityLevel.high;
    spec.managedBy = new ManagedByInfo();
    spec.managedBy.extensionKey = "org.openstack.compute";
    spec.managedBy.type = "instance";
    spec.uuid = "4f3e2d1c-0b0a-4988-8776-655443322110";
    lab.reconfigure.reconfigure(machine, spec);

    for (int round = 0; round < 2; round++) {
      VirtualMachineConfigInfo config = MachineLab.config(machine);
      assertThat(config.firmware).isEqualTo("efi");
      assertThat(config.memoryHotAddEnabled).isTrue();
      assertThat(config.cpuHotAddEnabled).isFalse();
      assertThat(config.nestedHVEnabled).isTrue();
      assertThat(config.swapPlacement).isEqualTo("vmDirectory");
      assertThat(config.alternateGuestName).isEqualTo("my own system");
      assertThat(config.bootOptions.bootDelay).isEqualTo(5_000);
      assertThat(config.bootOptions.efiSecureBootEnabled).isTrue();
      assertThat(config.tools.syncTimeWithHost).isTrue();
      assertThat(config.tools.afterPowerOn).isTrue();
      assertThat(config.tools.toolsUpgradePolicy).isEqualTo("upgradeAtPowerCycle");
      assertThat(config.flags.virtualExecUsage).isEqualTo("hvOn");
      assertThat(config.defaultPowerOps.powerOffType).isEqualTo("hard");
      assertThat(config.latencySensitivity.level)
          .isEqualTo(LatencySensitivitySensitivityLevel.high);
      assertThat(config.managedBy).isEqualTo(spec.managedBy);
      assertThat(config.uuid).isEqualTo(spec.uuid);
      var again = new VirtualMachineConfigSpec();
      again.tools = config.tools;
      again.flags = config.flags;
      again.bootOptions = config.bootOptions;
      again.powerOpInfo = config.defaultPowerOps;
      again.files = config.files;
      again.version = config.version;
      again.maxMksConnections = config.maxMksConnections;
      lab.reconfigure.reconfigure(machine, again);
    }
  }

  @Test
  void what_a_running_machine_cannot_take_up_is_refused_and_its_present_value_is_not() {
    var spec = new VirtualMachineConfigSpec();
    spec.firmware = "bios";
    spec.cpuHotAddEnabled = false;
    lab.reconfigure.reconfigure(machine, spec);
    spec.firmware = "efi";
    refused(spec, InvalidPowerState.class);
    var identity = new VirtualMachineConfigSpec();
    identity.instanceUuid = "4f3e2d1c-0b0a-4988-8776-655443322110";
    refused(identity, InvalidPowerState.class);
  }

  @Test
  void secure_boot_needs_efi() {
    lab.power.powerOff(machine);
    var spec = new VirtualMachineConfigSpec();
    spec.bootOptions = new VirtualMachineBootOptions();
    spec.bootOptions.efiSecureBootEnabled = true;
    refused(spec, InvalidVmConfig.class);
    assertThat(MachineLab.config(machine).bootOptions.efiSecureBootEnabled).isFalse();
  }

  @Test
  void a_setting_that_there_is_not_is_an_invalid_argument() {
    var policy = new VirtualMachineConfigSpec();
    policy.tools = new ToolsConfigInfo();
    policy.tools.toolsUpgradePolicy = "sometimes";
    assertThat(refused(policy, InvalidArgument.class).invalidProperty)
        .isEqualTo("configSpec.tools.toolsUpgradePolicy");
    var delay = new VirtualMachineConfigSpec();
    delay.bootOptions = new VirtualMachineBootOptions();
    delay.bootOptions.bootDelay = -1L;
    refused(delay, InvalidArgument.class);
  }

  @Test
  void processors_and_memory_are_reserved_limited_and_shared() {
    var spec = new VirtualMachineConfigSpec();
    spec.cpuAllocation = allocation(500, 2_000, SharesLevel.high, 0);
    spec.memoryAllocation = allocation(16, -1, SharesLevel.custom, 123);
    lab.reconfigure.reconfigure(machine, spec);
    VirtualMachineConfigInfo config = MachineLab.config(machine);
    assertThat(config.cpuAllocation.reservation).isEqualTo(500);
    assertThat(config.cpuAllocation.limit).isEqualTo(2_000);
    assertThat(config.cpuAllocation.shares.level).isEqualTo(SharesLevel.high);
    assertThat(config.cpuAllocation.shares.shares).isEqualTo(2_000);
    assertThat(config.memoryAllocation.limit).isEqualTo(-1);
    assertThat(config.memoryAllocation.shares.shares).isEqualTo(123);
    spec.cpuAllocation = allocation(3_000, 2_000, SharesLevel.normal, 0);
    refused(spec, InvalidArgument.class);
    assertThat(MachineLab.config(machine).cpuAllocation.reservation).isEqualTo(500);
  }

  @Test
  void the_boot_order_is_kept_until_a_device_of_no_kind_takes_it_away() {
    var spec = new VirtualMachineConfigSpec();
    spec.bootOptions = new VirtualMachineBootOptions();
    var disk = new VirtualMachineBootOptionsBootableDiskDevice();
    disk.deviceKey = MachineLab.DISK_KEY;
    var card = new VirtualMachineBootOptionsBootableEthernetDevice();
    card.deviceKey = 4_000;
    spec.bootOptions.bootOrder =
        List.of(card, new VirtualMachineBootOptionsBootableCdromDevice(), disk);
    lab.reconfigure.reconfigure(machine, spec);
    assertThat(MachineLab.config(machine).bootOptions.bootOrder)
        .isEqualTo(spec.bootOptions.bootOrder);
    card.deviceKey = 4_001;
    refused(spec, InvalidArgument.class);
    spec.bootOptions.bootOrder = List.of(new VirtualMachineBootOptionsBootableDevice());
    lab.reconfigure.reconfigure(machine, spec);
    assertThat(MachineLab.config(machine).bootOptions.bootOrder).isNull();
  }

  @Test
  void a_machine_that_was_prepared_for_it_gets_more_memory_while_it_runs() {
    lab.power.powerOff(machine);
    var spec = new VirtualMachineConfigSpec();
    spec.memoryHotAddEnabled = true;
    spec.cpuHotAddEnabled = true;
    lab.reconfigure.reconfigure(machine, spec);
    lab.power.powerOn(machine);
    var more = new VirtualMachineConfigSpec();
    more.memoryMB = 64L;
    more.numCPUs = 2;
    lab.reconfigure.reconfigure(machine, more);
    assertThat(MachineLab.config(machine).hardware.memoryMB).isEqualTo(64);
    more.memoryMB = 32L;
    refused(more, MemoryHotPlugNotSupported.class);
    more.memoryMB = null;
    more.numCPUs = 1;
    refused(more, CpuHotPlugNotSupported.class);
  }

  @Test
  void a_template_takes_another_name_and_annotation_only() {
    var spec = new VirtualMachineConfigSpec();
    spec.name = "Other";
    spec.annotation = "as it was made";
    ReconfigureService.requireForTemplate(spec);
    spec.extraConfig = List.of(option("guestinfo.a", "1"));
    var refused =
        catchThrowableOfType(VimException.class, () -> ReconfigureService.requireForTemplate(spec));
    assertThat(refused.fault()).isInstanceOf(NotSupported.class);
  }

  private static ResourceAllocationInfo allocation(
      long reservation, long limit, SharesLevel level, int shares) {
    var allocation = new ResourceAllocationInfo();
    allocation.reservation = reservation;
    allocation.limit = limit;
    allocation.shares = new SharesInfo();
    allocation.shares.level = level;
    allocation.shares.shares = shares;
    return allocation;
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

  @Test
  @Rule(
      value = "C1",
      says = "A disk whose own ctkEnabled says so is not tracked though its machine is.",
      by = Witness.KNOWLEDGE_BASE)
  void one_disk_can_be_left_untracked_by_its_key() {
    lab.power.powerOff(machine);
    tracking(true);
    extra("scsi0:0.ctkEnabled", "FALSE");
    assertThat(lab.disk(machine).tracked()).isFalse();
    assertThat(MachineLab.config(machine).changeTrackingEnabled).isTrue();
    tracking(true);
    assertThat(lab.disk(machine).tracked()).as("after what was read is sent back").isFalse();
    tracking(false);
    tracking(true);
    assertThat(lab.disk(machine).tracked()).isTrue();
  }

  @Test
  void one_disk_can_be_left_untracked_while_its_machine_is_switched_on() {
    lab.power.powerOff(machine);
    var spec = new VirtualMachineConfigSpec();
    spec.changeTrackingEnabled = true;
    spec.extraConfig = List.of(option("scsi0:0.ctkEnabled", "FALSE"));
    lab.reconfigure.reconfigure(machine, spec);
    assertThat(MachineLab.config(machine).changeTrackingEnabled).isTrue();
    assertThat(extraConfig()).containsEntry("scsi0:0.ctkEnabled", "FALSE");
    assertThat(lab.disk(machine).tracked()).isFalse();
  }

  @Test
  @Rule(
      value = "C1",
      says = "Hardware older than version 7 cannot track changes.",
      by = Witness.DOCUMENT)
  void old_hardware_says_that_it_tracks_no_changes() {
    Vmx vmx = machine.vmx();
    vmx.put("virtualHW.version", "4");
    machine.save(vmx, lab.clock.now());
    tracking(false);
    assertThat(
            ((VirtualMachineCapability) machine.object().get("capability")).changeTrackingSupported)
        .isFalse();
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
