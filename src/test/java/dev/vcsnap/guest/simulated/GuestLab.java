package dev.vcsnap.guest.simulated;

import dev.vcsnap.ground.clock.SteppedTimers;
import dev.vcsnap.inventory.GuestTools.Family;
import dev.vcsnap.quiesce.Consistency;
import dev.vcsnap.quiesce.QuiesceLimits;
import dev.vcsnap.quiesce.QuiesceRecords;
import dev.vcsnap.quiesce.QuiesceService;
import dev.vcsnap.quiesce.Trace;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Simulated guests and a host that quiesces them, on a clock that steps. */
public final class GuestLab {

  public final SteppedTimers timers = new SteppedTimers();
  public final QuiesceRecords records = new QuiesceRecords();

  /** The handshakes that are over. */
  public final List<Trace> ended = new ArrayList<>();

  /** What was frozen and thawed, in order. */
  public final List<String> work = new ArrayList<>();

  public final SimulatedGuests guests;

  public GuestLab() {
    this("", Family.LINUX);
  }

  public GuestLab(String behaviour, Family family) {
    var workload =
        new Workload() {
          @Override
          public Freezable fileSystems() {
            return part("file systems");
          }

          @Override
          public Freezable application() {
            return part("application");
          }
        };
    guests = guests(machine -> workload, behaviour, family);
  }

  /** With guests that do something on their disks. */
  public GuestLab(Workloads workloads) {
    guests = guests(workloads, "", Family.LINUX);
  }

  private SimulatedGuests guests(Workloads workloads, String behaviour, Family family) {
    return new SimulatedGuests(
        timers,
        AgentTimes.DEFAULT,
        workloads,
        family,
        Behaviour.parse(behaviour),
        Optional.empty(),
        QuiesceLimits.DEFAULT.vssHold());
  }

  private Freezable part(String name) {
    return new Freezable() {
      @Override
      public void freeze() {
        work.add(name + " frozen");
      }

      @Override
      public void thaw() {
        work.add(name + " thawed");
      }
    };
  }

  /** True if what was frozen last has thawed. */
  public boolean isThawed() {
    return isThawed("file systems") && isThawed("application");
  }

  private boolean isThawed(String part) {
    return work.lastIndexOf(part + " frozen") <= work.lastIndexOf(part + " thawed");
  }

  public QuiesceService service() {
    return service(Consistency.APPLICATION);
  }

  /** A host that asks for that kind. */
  public QuiesceService service(Consistency level) {
    return new QuiesceService(
        guests::agentOf,
        guests::toolsOf,
        QuiesceLimits.DEFAULT,
        true,
        level,
        timers,
        timers,
        records,
        ended::add);
  }

  /** The last handshake with a machine, a step a line: time since its start, speaker, what. */
  public List<String> lines(String machine) {
    var steps = records.of(machine).getFirst().steps();
    return steps.stream()
        .map(step ->
            "%.1f %s %s %d %s"
                .formatted(
                    java.time.Duration.between(steps.getFirst().at(), step.at()).toMillis()
                        / 1000.0,
                    step.by(),
                    step.what(),
                    step.code(),
                    step.text())
                .strip())
        .toList();
  }
}
