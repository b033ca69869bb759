package dev.vcsnap.guest.workload;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.guest.simulated.disk.SimulatedDisk;
import dev.vcsnap.guest.workload.WorkloadState.Activity;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.vim.VirtualMachinePowerState;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One guest at work on one disk of one machine: boots from it when the machine runs, writes at a
 * bounded rate, and boots anew after a revert or a power cycle, as a guest must whose memory is
 * gone.
 */
final class DiskWorkload {

  private static final Logger LOG = LoggerFactory.getLogger(DiskWorkload.class);
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Clock clock;
  private final VirtualMachine machine;
  private final Surroundings surroundings;
  private final String node;
  private final int stepsPerSecond;
  private final Random chance;
  private @Nullable SimulatedDisk guest;
  private @Nullable RunningDisk disk;
  private Optional<Object> booted = Optional.empty();
  private Activity activity = Activity.WAITING;
  private String problem = "";
  private long steps;
  private @Nullable Thread thread;
  private volatile boolean abandoned;

  /** What a workload cannot see of its machine. */
  interface Surroundings {

    /** Whether the machine is in the inventory. */
    boolean registered();

    /** The simulated guest of the machine: another one after each time that it had none. */
    Optional<Object> simulated();

    /** Whether a part of the guest is frozen: none boots meanwhile. */
    boolean frozen();
  }

  DiskWorkload(
      Clock clock,
      VirtualMachine machine,
      Surroundings surroundings,
      String node,
      int stepsPerSecond,
      Random chance) {
    this.clock = clock;
    this.machine = machine;
    this.surroundings = surroundings;
    this.node = node;
    this.stepsPerSecond = stepsPerSecond;
    this.chance = chance;
  }

  synchronized WorkloadState state() {
    return new WorkloadState(node, stepsPerSecond, activity, steps, problem);
  }

  /**
   * Freezes a part of the guest.
   *
   * @param boots whether it boots first if it is about to: who is asked to freeze is up
   * @throws BlockError if it cannot be brought to the disk
   */
  synchronized void freeze(Consumer<SimulatedDisk> part, boolean boots) {
    leaveIfGone();
    if (boots && guest == null) {
      boot();
    }
    if (guest != null) {
      part.accept(guest);
    }
  }

  private void boot() {
    RunningDisk present = presentDisk();
    if (activity != Activity.ENDED && present != null) {
      try {
        running(present);
      } catch (BlockError failure) {
        failed(failure);
        if (activity != Activity.ENDED) {
          throw failure;
        }
      }
    }
  }

  /** Thaws a part of the guest; one that cannot write on is no more, as when it writes. */
  synchronized void thaw(Consumer<SimulatedDisk> part) {
    if (guest != null) {
      try {
        part.accept(guest);
      } catch (BlockError failure) {
        failed(failure);
      }
    }
  }

  synchronized boolean isEnded() {
    return activity == Activity.ENDED;
  }

  /** Goes to work on a thread of its own. */
  synchronized void start() {
    thread = Thread.ofVirtual().name("workload-" + machine.object().id()).start(this::run);
  }

  private void run() {
    Duration pause = Duration.ofSeconds(1).dividedBy(stepsPerSecond);
    try {
      while (!isEnded()) {
        clock.sleep(advance() ? pause : RETRY);
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  /** Does the next thing; false if that was nothing. */
  synchronized boolean advance() {
    if (activity == Activity.ENDED) {
      return false;
    }
    if (abandoned || !surroundings.registered()) {
      end(abandoned ? "the guest is gone" : "the machine is gone");
      return false;
    }
    leaveIfGone();
    RunningDisk present = presentDisk();
    if (present == null || (guest == null && surroundings.frozen())) {
      activity = Activity.WAITING;
      return false;
    }
    try {
      return write(present);
    } catch (BlockError failure) {
      failed(failure);
      return false;
    } catch (RuntimeException failure) {
      LOG.error("The workload of {} failed", machine.reference().value(), failure);
      end(String.valueOf(failure.getMessage()));
      return false;
    }
  }

  /** Also where its machine was off, or had another guest, between two looks at it. */
  private void leaveIfGone() {
    if (guest != null
        && (machine.disks().get(node) != disk
            || machine.power() == VirtualMachinePowerState.poweredOff
            || !surroundings.simulated().equals(booted))) {
      leave();
    }
  }

  /** The disk if the guest may write it now. */
  private @Nullable RunningDisk presentDisk() {
    return machine.power() == VirtualMachinePowerState.poweredOn
            && surroundings.simulated().isPresent()
        ? machine.disks().get(node)
        : null;
  }

  private boolean write(RunningDisk present) {
    SimulatedDisk running = running(present);
    activity = Activity.RUNNING;
    problem = "";
    if (running.step()) {
      steps++;
    }
    return true;
  }

  private SimulatedDisk running(RunningDisk present) {
    SimulatedDisk running = guest;
    if (running == null) {
      booted = surroundings.simulated();
      running = SimulatedDisk.boot(present.presentContent(), chance);
      guest = running;
      disk = present;
    }
    return running;
  }

  private void failed(BlockError failure) {
    leave();
    String sentence = String.valueOf(failure.getMessage());
    switch (failure.kind()) {
      case NOT_THIS_FORMAT, CORRUPT, TOO_NEW -> end(sentence);
      // A revert: the guest boots from what the disk has now.
      case CLOSED -> activity = Activity.WAITING;
      default -> {
        // A full datastore has room again one day; the guest boots then, as after a crash.
        activity = Activity.WAITING;
        problem = sentence;
      }
    }
  }

  private void end(String reason) {
    LOG.info("The workload of {} ends: {}", machine.reference().value(), reason);
    leave();
    activity = Activity.ENDED;
    problem = reason;
  }

  /** Forgets the guest's memory; its disk stays as it is. */
  private void leave() {
    guest = null;
    disk = null;
  }

  /** Ends without a word to the guest, which is not there any more. Returns at once. */
  void abandon() {
    abandoned = true;
  }

  /** Shuts the guest down if it is still there, so that its disk is at rest, and ends. */
  void stop() {
    Thread worker;
    synchronized (this) {
      worker = thread;
      leaveIfGone();
      if (guest != null && !abandoned && presentDisk() == disk) {
        try {
          guest.shutDown();
        } catch (BlockError unwritten) {
          LOG.warn("The guest of {} was not shut down: {}", machine.name(), unwritten.getMessage());
        }
      }
      leave();
      activity = Activity.ENDED;
    }
    if (worker != null) {
      worker.interrupt();
    }
  }
}
