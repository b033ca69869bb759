package dev.vcsnap.call;

import static dev.vcsnap.inventory.GuestWish.REBOOT;
import static dev.vcsnap.inventory.GuestWish.SHUTDOWN;
import static dev.vcsnap.inventory.GuestWish.STANDBY;

import dev.vcsnap.changes.ChangeService;
import dev.vcsnap.inventory.GuestWish;
import dev.vcsnap.inventory.Guests;
import dev.vcsnap.inventory.HardwareVersion;
import dev.vcsnap.inventory.PowerService;
import dev.vcsnap.inventory.ReconfigureService;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.inventory.VirtualMachines;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.task.TaskBody;
import dev.vcsnap.task.TaskRequest;
import dev.vcsnap.task.TaskService;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.GuestInfo;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.VirtualMachineConfigSpec;
import java.util.function.Consumer;

/** Power, configuration and changed areas of a virtual machine. */
public final class VirtualMachineMethods implements MethodTable.Contributor {

  private static final String TYPE = "VirtualMachine";

  private final VirtualMachines machines;
  private final TaskService tasks;
  private final PowerService power;
  private final ReconfigureService reconfigure;
  private final HardwareVersion hardware;
  private final ChangeService changes;
  private final Guests guests;

  public VirtualMachineMethods(
      VirtualMachines machines,
      TaskService tasks,
      PowerService power,
      ReconfigureService reconfigure,
      HardwareVersion hardware,
      ChangeService changes,
      Guests guests) {
    this.machines = machines;
    this.tasks = tasks;
    this.power = power;
    this.reconfigure = reconfigure;
    this.hardware = hardware;
    this.changes = changes;
    this.guests = guests;
  }

  @Override
  public void contribute(MethodTable table) {
    task(table, "PowerOnVM_Task", "powerOn", power::powerOn);
    task(table, "SuspendVM_Task", "suspend", power::suspend);
    task(table, "ResetVM_Task", "reset", power::reset);
    guest(table, "ShutdownGuest", "shutdownGuest", SHUTDOWN, power::powerOff);
    guest(table, "RebootGuest", "rebootGuest", REBOOT, power::reset);
    guest(table, "StandbyGuest", "standbyGuest", STANDBY, power::suspend);
    table
        .on(TYPE, "ReconfigVM_Task", this::reconfigure)
        .on(TYPE, "UpgradeVM_Task", this::upgrade)
        .on(TYPE, "RefreshStorageInfo", (context, self, arguments) -> null)
        .on(TYPE, "QueryChangedDiskAreas", this::changedAreas);
  }

  /**
   * A guest that runs elsewhere is asked, and does it a moment later; a simulated one has done it
   * when the call returns.
   */
  private void guest(
      MethodTable table,
      String method,
      String label,
      GuestWish wish,
      Consumer<VirtualMachine> instead) {
    table.on(
        TYPE,
        method,
        (context, self, arguments) -> {
          VirtualMachine machine = machines.of(self);
          boolean running =
              self.get("guest") instanceof GuestInfo guest
                  && "guestToolsRunning".equals(guest.toolsRunningStatus);
          if (!running) {
            throw power.toolsUnavailable(machine);
          }
          return tasks.runNow(
              new TaskRequest(
                  self, method, "VirtualMachine." + label, context.requireSession().userName()),
              progress -> {
                switch (guests.ask(machine, wish)) {
                  case NOBODY -> instead.accept(machine);
                  case TAKEN -> {
                    // What comes of it is seen when it has gone.
                  }
                  case REFUSED -> throw Faults.notSupported(method);
                  case LOST -> throw power.toolsUnavailable(machine);
                }
                return null;
              });
        });
  }

  private void task(MethodTable table, String method, String label, Consumer<VirtualMachine> work) {
    table.on(
        TYPE,
        method,
        (context, self, arguments) ->
            start(
                context,
                self,
                method,
                label,
                progress -> {
                  work.accept(machines.of(self));
                  return null;
                }));
  }

  private ManagedObjectReference reconfigure(
      CallContext context, ManagedObject self, Arguments arguments) {
    VirtualMachineConfigSpec spec = arguments.data("spec", VirtualMachineConfigSpec.class);
    return start(
        context,
        self,
        "ReconfigVM_Task",
        "reconfigure",
        progress -> {
          VirtualMachine machine = machines.of(self);
          if (machine.isTemplate()) {
            ReconfigureService.requireForTemplate(spec);
          }
          reconfigure.reconfigure(machine, spec);
          return null;
        });
  }

  private ManagedObjectReference upgrade(
      CallContext context, ManagedObject self, Arguments arguments) {
    String version = arguments.optionalString("version");
    return start(
        context,
        self,
        "UpgradeVM_Task",
        "upgradeVirtualHardware",
        progress -> {
          hardware.upgrade(machines.of(self), version);
          return null;
        });
  }

  private Object changedAreas(CallContext context, ManagedObject self, Arguments arguments) {
    return changes.query(
        machines.of(self),
        arguments.optionalReference("snapshot"),
        arguments.integer("deviceKey"),
        arguments.longInteger("startOffset"),
        arguments.string("changeId"));
  }

  private ManagedObjectReference start(
      CallContext context, ManagedObject self, String method, String label, TaskBody body) {
    return tasks.start(
        new TaskRequest(
            self, method, "VirtualMachine." + label, context.requireSession().userName()),
        body);
  }
}
