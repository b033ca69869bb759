package dev.vcsnap.inventory;

import dev.vcsnap.datastore.Vmx;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.vim.AlreadyUpgraded;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.VimException;
import dev.vcsnap.vim.VirtualMachinePowerState;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The version of a machine's virtual hardware, which can be raised and not lowered. */
public final class HardwareVersion {

  /** The newest that the emulated hosts have. */
  public static final int NEWEST = 21;

  /** What machines have that are made without a word of it. */
  public static final int USUAL = 19;

  static final int OLDEST = 3;
  private static final Pattern NAME = Pattern.compile("vmx-(\\d{1,2})");

  private final Clock clock;
  private final VmPublisher publisher;

  public HardwareVersion(Clock clock, VmPublisher publisher) {
    this.clock = clock;
    this.publisher = publisher;
  }

  /** The name of a version, such as {@code vmx-19}. */
  public static String name(int version) {
    return String.format(Locale.ROOT, "vmx-%02d", version);
  }

  /** The number of a version such as {@code vmx-19}; empty if there is none of that name. */
  public static OptionalInt parse(String name) {
    Matcher match = NAME.matcher(name);
    if (match.matches()) {
      int number = Integer.parseInt(match.group(1));
      if (number >= OLDEST && number <= NEWEST) {
        return OptionalInt.of(number);
      }
    }
    return OptionalInt.empty();
  }

  /**
   * Gives a machine that is off newer hardware.
   *
   * @param name the version; null for the newest
   * @throws VimException InvalidPowerState, AlreadyUpgraded if the machine has it, InvalidArgument
   *     for a version that there is not
   */
  public void upgrade(VirtualMachine machine, @Nullable String name) {
    if (machine.power() != VirtualMachinePowerState.poweredOff) {
      throw Faults.invalidPowerState(VirtualMachinePowerState.poweredOff, machine.power());
    }
    int wanted = NEWEST;
    if (name != null && !name.isEmpty()) {
      wanted = parse(name).orElseThrow(() -> Faults.invalidArgument("version"));
    }
    Vmx vmx = machine.vmx();
    if (VmxKeys.integer(vmx, VmxKeys.VERSION, VmxKeys.HARDWARE_VERSION) >= wanted) {
      throw new VimException(
          new AlreadyUpgraded(), "The virtual machine is already up-to-date: vmx-" + wanted);
    }
    vmx.putNumber(VmxKeys.VERSION, wanted);
    machine.save(vmx, clock.now());
    publisher.publish(machine);
  }
}
