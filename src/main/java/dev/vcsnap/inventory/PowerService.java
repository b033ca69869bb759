package dev.vcsnap.inventory;

import static dev.vcsnap.vim.VirtualMachinePowerState.poweredOff;
import static dev.vcsnap.vim.VirtualMachinePowerState.poweredOn;
import static dev.vcsnap.vim.VirtualMachinePowerState.suspended;

import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.ToolsUnavailable;
import dev.vcsnap.vim.VimException;
import dev.vcsnap.vim.VirtualMachinePowerState;
import java.util.function.Consumer;

/** Turns machines on and off, suspends and resets them. The caller has the machine to itself. */
public final class PowerService {

  private final Clock clock;
  private final VmPublisher publisher;
  private final Consumer<VirtualMachine> changed;

  /**
   * Makes the service.
   *
   * @param changed is told when a power state changed, before clients see it: to keep it, and to
   *     put into force what waited for it
   */
  public PowerService(Clock clock, VmPublisher publisher, Consumer<VirtualMachine> changed) {
    this.clock = clock;
    this.publisher = publisher;
    this.changed = changed;
  }

  public void powerOn(VirtualMachine machine) {
    if (machine.isTemplate()) {
      throw Faults.notSupported("PowerOnVM_Task on a template");
    }
    if (machine.power() == poweredOn) {
      throw Faults.invalidPowerState(poweredOff, machine.power());
    }
    become(machine, poweredOn);
  }

  public void powerOff(VirtualMachine machine) {
    if (machine.power() == poweredOff) {
      throw Faults.invalidPowerState(poweredOn, machine.power());
    }
    become(machine, poweredOff);
  }

  public void suspend(VirtualMachine machine) {
    requireOn(machine);
    become(machine, suspended);
  }

  /** A reset of a machine that keeps running: nothing changes but what waited for it. */
  public void reset(VirtualMachine machine) {
    requireOn(machine);
    become(machine, poweredOn);
  }

  /** Shutdown, reboot and standby go through Tools, which do not run. */
  public VimException toolsUnavailable(VirtualMachine machine) {
    if (machine.power() != poweredOn) {
      return Faults.invalidPowerState(poweredOn, machine.power());
    }
    return new VimException(
        new ToolsUnavailable(),
        "Cannot complete operation because VMware Tools is not running in this virtual machine.");
  }

  /**
   * Puts a machine into a power state and keeps it, without showing it yet: a revert shows all that
   * it changed in one step.
   */
  public void put(VirtualMachine machine, VirtualMachinePowerState state) {
    put(machine, state, Suspension.newId(clock.now()));
  }

  /**
   * As {@link #put(VirtualMachine, VirtualMachinePowerState)}; a machine that becomes suspended
   * goes back to a suspension that it was in before.
   */
  public void put(VirtualMachine machine, VirtualMachinePowerState state, String suspension) {
    if (state == suspended) {
      Suspension.enter(machine, suspension, clock.now());
    }
    machine.power(state, clock.now());
    changed.accept(machine);
    if (state != suspended) {
      Suspension.leave(machine, clock.now());
    }
  }

  private static void requireOn(VirtualMachine machine) {
    if (machine.power() != poweredOn) {
      throw Faults.invalidPowerState(poweredOn, machine.power());
    }
  }

  private void become(VirtualMachine machine, VirtualMachinePowerState state) {
    put(machine, state);
    publisher.publish(machine);
  }
}
