package dev.vcsnap.guest;

import static dev.vcsnap.vim.VirtualMachinePowerState.poweredOn;

import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.inventory.GuestWish;
import dev.vcsnap.inventory.PowerService;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.task.TaskCause;
import dev.vcsnap.task.TaskRequest;
import dev.vcsnap.task.TaskService;
import dev.vcsnap.vim.TaskInProgress;
import dev.vcsnap.vim.TaskReasonSystem;
import dev.vcsnap.vim.VimException;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts machines into the power state that their guests left them in. */
public final class DepartedGuests {

  private static final Logger LOG = LoggerFactory.getLogger(DepartedGuests.class);

  private static final Duration AGAIN = Duration.ofSeconds(1);

  /** A machine that is busy for longer keeps its state: by then somebody may have turned it on. */
  private static final int ATTEMPTS_MAX = 600;

  private final TaskService tasks;
  private final PowerService power;
  private final Clock clock;

  /** Makes it. */
  public DepartedGuests(TaskService tasks, PowerService power, Clock clock) {
    this.tasks = tasks;
    this.power = power;
    this.clock = clock;
  }

  /**
   * A guest has gone as it was asked to. Returns at once.
   *
   * @param still whether it has stayed away so far
   */
  public void gone(VirtualMachine machine, GuestWish wish, BooleanSupplier still) {
    Thread.ofVirtual().name("guest-gone").start(() -> follow(machine, wish, still));
  }

  private void follow(VirtualMachine machine, GuestWish wish, BooleanSupplier still) {
    boolean off = wish == GuestWish.SHUTDOWN;
    var request =
        new TaskRequest(
            machine.object(),
            off ? "PowerOffVM_Task" : "SuspendVM_Task",
            off ? "VirtualMachine.powerOff" : "VirtualMachine.suspend",
            "");
    try {
      for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
        if (change(machine, off, request, still)) {
          return;
        }
        clock.sleep(AGAIN);
      }
      LOG.warn("The guest of {} has gone, its machine is busy and stays", machine.name());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.warn("The guest of {} has gone, its machine stays: {}", machine.name(), e.toString());
    }
  }

  /**
   * Changes the power of a machine that is still on and whose guest is still away; false while
   * another operation has it.
   */
  private boolean change(
      VirtualMachine machine, boolean off, TaskRequest request, BooleanSupplier still) {
    if (machine.power() != poweredOn || !still.getAsBoolean()) {
      return true;
    }
    try {
      TaskCause.because(
          new TaskReasonSystem(),
          () ->
              tasks.runNow(
                  request,
                  progress -> {
                    if (machine.power() == poweredOn && still.getAsBoolean()) {
                      apply(machine, off);
                    }
                    return null;
                  }));
      return true;
    } catch (VimException e) {
      if (e.fault() instanceof TaskInProgress) {
        return false;
      }
      throw e;
    }
  }

  private void apply(VirtualMachine machine, boolean off) {
    if (off) {
      power.powerOff(machine);
    } else {
      power.suspend(machine);
    }
  }
}
