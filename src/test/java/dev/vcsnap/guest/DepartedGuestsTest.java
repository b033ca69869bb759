package dev.vcsnap.guest;

import static dev.vcsnap.vim.VirtualMachinePowerState.poweredOff;
import static dev.vcsnap.vim.VirtualMachinePowerState.poweredOn;
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
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DepartedGuestsTest {

  /** What keeps a machine busy. */
  private static final String OTHER = "CreateSnapshot_Task";

  @TempDir private Path root;
  private MachineLab lab;
  private VirtualMachine machine;

  /** The tasks that ended, but for the other one. */
  private final BlockingQueue<TaskInfo> ended = new LinkedBlockingQueue<>();

  private final BlockingQueue<TaskInfo> otherEnded = new LinkedBlockingQueue<>();

  @BeforeEach
  void open() {
    lab = new MachineLab(root);
    machine = lab.machine("VM");
    lab.tasks.listen(
        new TaskListener() {
          @Override
          public void shown(TaskInfo info) {
            if (info.completeTime != null) {
              (info.name.equals(OTHER) ? otherEnded : ended).add(info);
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
    new DepartedGuests(lab.tasks, lab.power, new SystemClock())
        .gone(machine, GuestWish.SHUTDOWN, () -> true);
    TaskInfo task = next();
    assertThat(task.name).isEqualTo("PowerOffVM_Task");
    assertThat(task.reason).isInstanceOf(TaskReasonSystem.class);
    assertThat(machine.power()).isEqualTo(poweredOff);
  }

  @Test
  void a_machine_is_suspended_when_its_guest_sleeps() throws Exception {
    new DepartedGuests(lab.tasks, lab.power, new SystemClock())
        .gone(machine, GuestWish.STANDBY, () -> true);
    assertThat(next().name).isEqualTo("SuspendVM_Task");
    assertThat(machine.power()).isEqualTo(suspended);
  }

  @Test
  void a_machine_that_is_busy_follows_its_guest_afterwards() throws Exception {
    new DepartedGuests(lab.tasks, lab.power, busyUntilAsleep())
        .gone(machine, GuestWish.SHUTDOWN, () -> true);
    assertThat(next().name).isEqualTo("PowerOffVM_Task");
    assertThat(machine.power()).isEqualTo(poweredOff);
  }

  @Test
  void a_machine_whose_guest_is_back_when_it_is_no_longer_busy_stays_on() throws Exception {
    var looks = new LinkedBlockingQueue<Boolean>();
    Iterator<Boolean> away = List.of(true, false).iterator();
    new DepartedGuests(lab.tasks, lab.power, busyUntilAsleep())
        .gone(
            machine,
            GuestWish.SHUTDOWN,
            () -> {
              boolean still = away.next();
              looks.add(still);
              return still;
            });
    assertThat(looks.poll(10, TimeUnit.SECONDS)).isTrue();
    assertThat(looks.poll(10, TimeUnit.SECONDS)).isFalse();
    assertThat(machine.power()).isEqualTo(poweredOn);
    assertThat(ended).isEmpty();
  }

  /** Keeps the machine busy; whoever sleeps by the clock ends that first. */
  private Clock busyUntilAsleep() {
    var otherMayEnd = new CountDownLatch(1);
    lab.tasks.start(
        new TaskRequest(machine.object(), OTHER, "VirtualMachine.createSnapshot", ""),
        progress -> {
          await(otherMayEnd);
          return null;
        });
    return new Clock() {
      @Override
      public Instant now() {
        return Instant.EPOCH;
      }

      @Override
      public long nanoTime() {
        return 0;
      }

      @Override
      public void sleep(Duration duration) throws InterruptedException {
        otherMayEnd.countDown();
        assertThat(otherEnded.poll(10, TimeUnit.SECONDS)).isNotNull();
      }
    };
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
