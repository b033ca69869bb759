package dev.vcsnap.guest.workload;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockError.Kind;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.guest.simulated.Freezable;
import dev.vcsnap.guest.simulated.Workload;
import dev.vcsnap.guest.simulated.Workloads;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.objects.ObjectRegistry;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The guests that write: only those of machines for which it was asked for, and only on a disk that
 * is empty or already holds a simulated guest's volume.
 */
public final class DiskWorkloads implements Workloads, AutoCloseable {

  /** As much as one guest may be asked for. */
  public static final int STEPS_PER_SECOND_MAX = 1000;

  /** How many steps a second a machine's configuration asks for, and on which disk. */
  static final String RATE = "vcsnap.guest.workload.rate";

  static final String DISK = "vcsnap.guest.workload.disk";

  private static final Logger LOG = LoggerFactory.getLogger(DiskWorkloads.class);

  private final Clock clock;
  private final Dice dice;
  private final ObjectRegistry objects;
  private final Map<String, DiskWorkload> byMachine = new ConcurrentHashMap<>();

  /** What the machines that are on and have a simulated guest ask for; "" for nothing. */
  private final Map<String, String> wishes = new ConcurrentHashMap<>();

  /** The machines whose wish changed and was not looked at yet. */
  private final Set<String> unobeyed = ConcurrentHashMap.newKeySet();

  /** Those of the workloads that were started because of a wish. */
  private final Map<String, DiskWorkload> wished = new ConcurrentHashMap<>();

  /** By which freeze the parts of the machines are held. */
  private final Map<GuestPart, Map<String, Freezable>> frozen =
      Map.of(
          GuestPart.APPLICATION, new ConcurrentHashMap<>(),
          GuestPart.FILE_SYSTEMS, new ConcurrentHashMap<>());

  /**
   * The simulated guests that are there: another one of each machine after each time it was not.
   */
  private final Map<String, Object> present = new ConcurrentHashMap<>();

  public DiskWorkloads(Clock clock, Dice dice, ObjectRegistry objects) {
    this.clock = clock;
    this.dice = dice;
    this.objects = objects;
  }

  /**
   * Puts the machine's guest to work, from now on whenever the machine runs; another workload of it
   * ends before.
   *
   * @param node the disk to write
   * @param stepsPerSecond 1 to {@value #STEPS_PER_SECOND_MAX}
   * @throws BlockError NOT_FOUND if the machine has no such disk
   */
  public synchronized WorkloadState start(VirtualMachine machine, String node, int stepsPerSecond) {
    if (stepsPerSecond < 1 || stepsPerSecond > STEPS_PER_SECOND_MAX) {
      throw new IllegalArgumentException(
          stepsPerSecond + " steps a second: expected 1 to " + STEPS_PER_SECOND_MAX);
    }
    if (!machine.disks().containsKey(node)) {
      throw new BlockError(
          Kind.NOT_FOUND,
          "'%s' has no disk at '%s'; it has %s"
              .formatted(machine.name(), node, machine.disks().keySet()));
    }
    stop(machine);
    String id = machine.object().id();
    var workload =
        new DiskWorkload(
            clock,
            machine,
            surroundings(machine),
            node,
            stepsPerSecond,
            dice.stream("workload of " + id));
    byMachine.put(id, workload);
    workload.start();
    return workload.state();
  }

  private DiskWorkload.Surroundings surroundings(VirtualMachine machine) {
    String id = machine.object().id();
    return new DiskWorkload.Surroundings() {
      @Override
      public boolean registered() {
        return objects.find(id) == machine.object();
      }

      @Override
      public Optional<Object> simulated() {
        return Optional.ofNullable(present.get(id));
      }

      @Override
      public boolean frozen() {
        return isFrozen(id);
      }
    };
  }

  /**
   * Puts the guest to work that the machine's configuration asks for. What was started or stopped
   * otherwise stays so until the configuration asks for something else, or the machine was off or
   * had another guest; meanwhile it waits.
   */
  @Override
  public void follow(VirtualMachine machine, boolean here) {
    String id = machine.object().id();
    if (!here) {
      leave(id);
      return;
    }
    present.computeIfAbsent(id, machineId -> new Object());
    String wish =
        machine.setting(RATE).map(rate -> rate + " on " + machine.setting(DISK)).orElse("");
    String before = wishes.put(id, wish);
    if (!wish.equals(Objects.requireNonNullElse(before, ""))) {
      unobeyed.add(id);
      // The caller shows the machine to clients at this moment.
      Thread.ofVirtual().name("workload-wish-" + id).start(() -> obey(machine));
    }
  }

  /** The simulated guest is no more, and its disk may be another guest's: nothing is written. */
  private void leave(String id) {
    present.remove(id);
    wishes.remove(id);
    unobeyed.remove(id);
    frozen.values().forEach(held -> held.remove(id));
    DiskWorkload obedient = wished.remove(id);
    if (obedient != null) {
      obedient.abandon();
      byMachine.remove(id, obedient);
    }
  }

  @Override
  public void withdrawn(VirtualMachine machine) {
    String id = machine.object().id();
    leave(id);
    DiskWorkload left = byMachine.remove(id);
    if (left != null) {
      left.abandon();
    }
  }

  /** Does what the configuration asks for, unless that is done or the guest is no more. */
  private synchronized void obey(VirtualMachine machine) {
    String id = machine.object().id();
    if (!unobeyed.remove(id)) {
      return;
    }
    Optional<String> rate = machine.setting(RATE);
    if (rate.isEmpty()) {
      stop(machine);
      return;
    }
    try {
      String first = machine.disks().keySet().stream().findFirst().orElse("");
      start(machine, machine.setting(DISK).orElse(first), Integer.parseInt(rate.get().strip()));
      wished.put(id, Objects.requireNonNull(byMachine.get(id)));
      if (!present.containsKey(id)) {
        leave(id);
      }
    } catch (IllegalArgumentException | BlockError unusable) {
      LOG.warn(
          "The guest of {} is not put to work as '{}' asks: {}",
          machine.name(),
          RATE,
          unusable.getMessage());
    }
  }

  /** Shuts the machine's guest down and puts it to work no more. */
  public synchronized void stop(VirtualMachine machine) {
    String id = machine.object().id();
    wished.remove(id);
    DiskWorkload workload = byMachine.remove(id);
    if (workload != null) {
      workload.stop();
    }
  }

  /** What the machine's workload does; empty if there is none. */
  public Optional<WorkloadState> stateOf(VirtualMachine machine) {
    return workload(machine.object().id()).map(DiskWorkload::state);
  }

  /** What a freeze and a thaw of the machine's guest do, whatever it is at when they come. */
  @Override
  public Workload of(VirtualMachine machine) {
    return new Workload() {
      @Override
      public Freezable fileSystems() {
        return part(machine, GuestPart.FILE_SYSTEMS);
      }

      @Override
      public Freezable application() {
        return part(machine, GuestPart.APPLICATION);
      }
    };
  }

  private Freezable part(VirtualMachine machine, GuestPart part) {
    String id = machine.object().id();
    return new Freezable() {
      @Override
      public void freeze() {
        obey(machine);
        boolean first = !isFrozen(id);
        // Before the guest is looked for, lest one boots in between.
        held(part).put(id, this);
        try {
          workload(id).ifPresent(workload -> workload.freeze(part::freeze, first));
        } catch (RuntimeException unfrozen) {
          held(part).remove(id, this);
          throw unfrozen;
        }
      }

      @Override
      public void thaw() {
        // Another one by now where the machine was off meanwhile.
        if (held(part).get(id) == this) {
          workload(id).ifPresent(workload -> workload.thaw(part::thaw));
          held(part).remove(id, this);
        }
      }
    };
  }

  private Map<String, Freezable> held(GuestPart part) {
    return Objects.requireNonNull(frozen.get(part));
  }

  private boolean isFrozen(String id) {
    return frozen.values().stream().anyMatch(held -> held.containsKey(id));
  }

  private Optional<DiskWorkload> workload(String id) {
    return Optional.ofNullable(byMachine.get(id));
  }

  /** Shuts all guests down, while their disks are open. */
  @Override
  public synchronized void close() {
    byMachine.values().forEach(DiskWorkload::stop);
    byMachine.clear();
  }
}
