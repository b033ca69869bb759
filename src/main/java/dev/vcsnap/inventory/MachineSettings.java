package dev.vcsnap.inventory;

import dev.vcsnap.datastore.Vmx;
import dev.vcsnap.inventory.MachineSetting.Flag;
import dev.vcsnap.inventory.MachineSetting.Kind;
import dev.vcsnap.inventory.MachineSetting.Text;
import dev.vcsnap.inventory.MachineSetting.Whole;
import dev.vcsnap.inventory.MachineSetting.Word;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.InvalidVmConfig;
import dev.vcsnap.vim.VimException;
import dev.vcsnap.vim.VirtualMachineConfigInfo;
import dev.vcsnap.vim.VirtualMachineConfigSpec;
import dev.vcsnap.vim.VirtualMachinePowerState;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The settings of machines that clients write and read back, though nothing here acts on them:
 * Ansible and Terraform send most of them with each machine that they make.
 *
 * <p>The keys are those of hosts, as far as they are publicly known; how {@code beforeGuestReboot}
 * and {@code vbsEnabled} are spelled is assumed.
 */
final class MachineSettings {

  private static final long BOOT_DELAY_MS_MAX = 10_000_000;

  private static final List<MachineSetting> ALL =
      List.of(
          always("alternateGuestName", "guestOSAltName", new Text()),
          // Nothing stands for bios: libvirt refuses a file with that word.
          off("firmware", "firmware", new Word("bios", Map.of("bios", "", "efi", "efi"))),
          off("memoryHotAddEnabled", "mem.hotadd", new Flag(false)),
          off("cpuHotAddEnabled", "vcpu.hotadd", new Flag(false)),
          off("cpuHotRemoveEnabled", "vcpu.hotremove", new Flag(false)),
          off("nestedHVEnabled", "vhv.enable", new Flag(false)),
          off("vPMCEnabled", "vpmc.enable", new Flag(false)),
          always("memoryReservationLockedToMax", "sched.mem.pin", new Flag(false)),
          always(
              "swapPlacement",
              "sched.swap.hostLocal",
              new Word(
                  "inherit",
                  Map.of("inherit", "", "hostLocal", "enabled", "vmDirectory", "disabled"))),
          always("bootOptions.bootDelay", "bios.bootDelay", new Whole(0, BOOT_DELAY_MS_MAX)),
          always("bootOptions.enterBIOSSetup", "bios.forceSetupOnce", new Flag(false)),
          always("bootOptions.bootRetryEnabled", "bios.bootRetry.enabled", new Flag(false)),
          always(
              "bootOptions.bootRetryDelay",
              "bios.bootRetry.delay",
              new Whole(10_000, BOOT_DELAY_MS_MAX)),
          off("bootOptions.efiSecureBootEnabled", "uefi.secureBoot.enabled", new Flag(false)),
          always("tools.afterPowerOn", "toolScripts.afterPowerOn", new Flag(true)),
          always("tools.afterResume", "toolScripts.afterResume", new Flag(true)),
          always("tools.beforeGuestStandby", "toolScripts.beforeSuspend", new Flag(true)),
          always("tools.beforeGuestShutdown", "toolScripts.beforePowerOff", new Flag(true)),
          always("tools.beforeGuestReboot", "toolScripts.beforeReboot", new Flag(false)),
          always("tools.syncTimeWithHost", "tools.syncTime", new Flag(false)),
          always("tools.syncTimeWithHostAllowed", "time.synchronize.allow", new Flag(true)),
          always(
              "tools.toolsUpgradePolicy",
              "tools.upgrade.policy",
              new Word("manual", same("manual", "upgradeAtPowerCycle"))),
          always("flags.enableLogging", "logging", new Flag(true)),
          always("flags.diskUuidEnabled", "disk.EnableUUID", new Flag(false)),
          off("flags.vvtdEnabled", "vvtd.enable", new Flag(false)),
          off("flags.vbsEnabled", "vbs.enable", new Flag(false)),
          off(
              "flags.virtualExecUsage",
              "monitor.virtual_exec",
              new Word(
                  "hvAuto",
                  Map.of("hvAuto", "automatic", "hvOn", "hardware", "hvOff", "software"))),
          off(
              "flags.virtualMmuUsage",
              "monitor.virtual_mmu",
              new Word(
                  "automatic",
                  Map.of("automatic", "automatic", "on", "hardware", "off", "software"))),
          always("defaultPowerOps.powerOffType", "powerType.powerOff", powerOperation("soft")),
          always("defaultPowerOps.suspendType", "powerType.suspend", powerOperation("hard")),
          always("defaultPowerOps.resetType", "powerType.reset", powerOperation("soft")));

  private MachineSettings() {}

  /** The members of a specification that have settings in them, as it names them. */
  static Set<String> members() {
    return ALL.stream()
        .map(MachineSetting::specPath)
        .map(path -> path.split("\\.", 2)[0])
        .collect(Collectors.toUnmodifiableSet());
  }

  /** True if the path of a specification is a setting. */
  static boolean has(String specPath) {
    return ALL.stream().anyMatch(setting -> setting.specPath().equals(specPath));
  }

  /** Shows all settings in a configuration, whose objects are there. */
  static void show(Vmx vmx, VirtualMachineConfigInfo config) {
    for (MachineSetting setting : ALL) {
      setting.show(config, setting.kind().read(vmx.get(setting.key())));
    }
  }

  /**
   * Notes what a specification wants.
   *
   * @throws VimException InvalidArgument for a value that there is not, InvalidPowerState where the
   *     machine must be off, InvalidVmConfig for secure boot without EFI
   */
  static void apply(Vmx vmx, VirtualMachineConfigSpec spec, VirtualMachinePowerState power) {
    for (MachineSetting setting : ALL) {
      Object wanted = setting.wantedIn(spec);
      if (wanted != null && !wanted.equals(setting.kind().read(vmx.get(setting.key())))) {
        if (setting.whileOff() && power != VirtualMachinePowerState.poweredOff) {
          throw Faults.invalidPowerState(VirtualMachinePowerState.poweredOff, power);
        }
        put(vmx, setting, wanted);
      }
    }
    if (vmx.flag("uefi.secureBoot.enabled") && !vmx.get("firmware").orElse("").equals("efi")) {
      var fault = new InvalidVmConfig();
      fault.property = "msg.hostd.configSpec.efi";
      throw new VimException(fault, "Secure boot needs the firmware efi.");
    }
  }

  private static void put(Vmx vmx, MachineSetting setting, Object wanted) {
    String text = setting.kind().write(wanted);
    if (text == null) {
      throw Faults.invalidArgument("configSpec." + setting.specPath());
    }
    if (text.isEmpty()) {
      vmx.remove(setting.key());
      return;
    }
    try {
      vmx.put(setting.key(), text);
    } catch (IllegalArgumentException e) {
      throw Faults.invalidArgument("configSpec." + setting.specPath());
    }
  }

  private static MachineSetting always(String path, String key, Kind kind) {
    return new MachineSetting(path, key, kind, false);
  }

  private static MachineSetting off(String path, String key, Kind kind) {
    return new MachineSetting(path, key, kind, true);
  }

  private static Kind powerOperation(String otherwise) {
    return new Word(otherwise, Map.of("soft", "soft", "hard", "hard", "preset", "default"));
  }

  private static Map<String, String> same(String... words) {
    return Set.of(words).stream().collect(Collectors.toUnmodifiableMap(word -> word, word -> word));
  }
}
