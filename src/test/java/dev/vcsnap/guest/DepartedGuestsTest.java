package dev.vcsnap.guest;

import static dev.vcsnap.vim.VirtualMachinePowerState.poweredOff;
import static dev.vcsnap.vim.VirtualMachinePowerState.suspended;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.ground.clock.SystemClock;
import dev.vcsnap.inventory.GuestWish;
import dev.vcsnap.inventory.MachineLab;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.task.TaskListener;
import dev.vcsnap.task.TaskRequest;
import dev.vcsnap.vim.TaskInfo;
import dev.vcsnap.vim.TaskReasonSystem;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DepartedGuestsTest {

  @TempDir private Path root;
  private MachineLab lab;
  private VirtualMachine machine;

  /** The tasks that ended. */
  private final BlockingQueue<TaskInfo> ended = new LinkedBlockingQueue<>();

  @BeforeEach
  void open() {
    lab = new MachineLab(root);
    machine = lab.machine("VM");
    lab.tasks.listen(
        new TaskListener() {
          @Override
          public void shown(TaskInfo info) {
            if (info.completeTime != null) {
              ended.add(info);
            }
          }
        });
  }

  @AfterEach
  void close() {
    lab.close();
  }

  private TaskInfo next() throws InterruptedException {
    TaskInfo info = ended.poll(10, TimeUnit.SECONDS);
    assertThat(info).isNotNull();
    return info;
  }

  @Test
  void a_machine_is_off_when_its_guest_has_shut_down() throws Exception {
    new DepartedGuests(lab.tasks, lab.power, new SystemClock()).gone(machine, GuestWish.SHUTDOWN);
    TaskInfo task = next();
    assertThat(task.name).isEqualTo("PowerOffVM_Task");
    assertThat(task.reason).isInstanceOf(TaskReasonSystem.class);
    assertThat(machine.power()).isEqualTo(poweredOff);
  }

  @Test
  void a_machine_is_suspended_when_its_guest_sleeps() throws Exception {
    new DepartedGuests(lab.tasks, lab.power, new SystemClock()).gone(machine, GuestWish.STANDBY);
    assertThat(next().name).isEqualTo("SuspendVM_Task");
    assertThat(machine.power()).isEqualTo(suspended);
  }

  @Test
  void a_machine_that_is_busy_follows_its_guest_afterwards() throws Exception {
    var otherMayEnd = new CountDownLatch(1);
    lab.tasks.start(
        new TaskRequest(
            machine.object(), "CreateSnapshot_Task", "VirtualMachine.createSnapshot", ""),
        progress -> {
          await(otherMayEnd);
          return null;
        });
    Clock patient =
        new Clock() {
          @Override
          public Instant now() {
            return Instant.EPOCH;
          }

          @Override
          public long nanoTime() {
            return 0;
          }

          /** The first time it ends what the machine is busy with. */
          @Override
          public void sleep(Duration duration) throws InterruptedException {
            otherMayEnd.countDown();
            assertThat(next().name).isEqualTo("CreateSnapshot_Task");
          }
        };
    new DepartedGuests(lab.tasks, lab.power, patient).gone(machine, GuestWish.SHUTDOWN);
    assertThat(next().name).isEqualTo("PowerOffVM_Task");
    assertThat(machine.power()).isEqualTo(poweredOff);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
