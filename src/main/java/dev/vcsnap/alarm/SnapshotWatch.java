package dev.vcsnap.alarm;

import dev.vcsnap.event.EventService;
import dev.vcsnap.event.EventSubjects;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.history.Followers;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.vim.EventEx;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the snapshots of machines, and tells as an event when one becomes too old, a chain too
 * long or a delta too large, and when that is over.
 *
 * <p>A machine is looked at when it changes and, as long as it has snapshots, when its time has
 * come: the machines wait in a queue by that time, so nothing is done for those that have none.
 */
public final class SnapshotWatch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SnapshotWatch.class);

  /** How late the passing of time is noticed. */
  private static final Duration TICK = Duration.ofSeconds(5);

  private record Due(Instant time, ManagedObject machine) {}

  private final Clock clock;
  private final EventService events;
  private final EventSubjects subjects;
  private final SnapshotLimits limits;
  private final Duration checkEvery;
  private final Map<ManagedObject, Set<SnapshotProblem>> problems = new HashMap<>();
  private final Map<ManagedObject, Instant> dueTimes = new HashMap<>();
  private final PriorityQueue<Due> due = new PriorityQueue<>(Comparator.comparing(Due::time));
  private final Thread ticker;

  SnapshotWatch(
      Clock clock,
      EventService events,
      EventSubjects subjects,
      SnapshotLimits limits,
      Duration checkEvery,
      Followers<ManagedObject> changed) {
    this.clock = clock;
    this.events = events;
    this.subjects = subjects;
    this.limits = limits;
    this.checkEvery = checkEvery;
    this.ticker = Thread.ofVirtual().name("snapshot-watch").unstarted(this::runTicks);
    changed.add(batch -> batch.stream().distinct().forEach(this::changed));
  }

  /** Begins to look at the time. */
  void start() {
    ticker.start();
  }

  @Override
  public void close() {
    ticker.interrupt();
  }

  private void runTicks() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        clock.sleep(TICK);
        tick();
      }
    } catch (InterruptedException e) {
      LOG.debug("The watch on snapshots ends");
    }
  }

  /** Looks at the machines whose time has come. */
  synchronized void tick() {
    Instant now = clock.now();
    while (!due.isEmpty() && !due.peek().time().isAfter(now)) {
      Due next = due.remove();
      if (next.time().equals(dueTimes.get(next.machine()))) {
        dueTimes.remove(next.machine());
        lookAgain(next.machine());
      }
    }
  }

  /** What cannot be looked at now, such as a folder that is gone, keeps nobody else from it. */
  private void lookAgain(ManagedObject machine) {
    try {
      look(machine, true);
    } catch (RuntimeException e) {
      LOG.warn("The snapshots of {} cannot be looked at: {}", machine, e.getMessage());
      LOG.debug("The snapshots of {} cannot be looked at", machine, e);
      await(machine);
    }
  }

  private void await(ManagedObject machine) {
    Instant time = clock.now().plus(checkEvery);
    dueTimes.put(machine, time);
    due.add(new Due(time, machine));
  }

  private synchronized void changed(ManagedObject machine) {
    if (!machine.type().isA("VirtualMachine")) {
      return;
    }
    if (machine.isRemoved()) {
      problems.remove(machine);
      dueTimes.remove(machine);
      return;
    }
    look(machine, false);
  }

  /** The size of deltas is in the datastore's folder, and is looked at only when it is time. */
  private void look(ManagedObject machine, boolean atSizes) {
    if (machine.isRemoved()) {
      return;
    }
    Set<SnapshotProblem> before = problems.getOrDefault(machine, Set.of());
    Set<SnapshotProblem> now = EnumSet.noneOf(SnapshotProblem.class);
    List<SnapshotProblem.Found> found = limits.problems(machine, clock.now(), atSizes);
    found.forEach(problem -> now.add(problem.problem()));
    boolean hasSnapshots = limits.hasSnapshots(machine);
    if (!atSizes && hasSnapshots && before.contains(SnapshotProblem.LARGE)) {
      now.add(SnapshotProblem.LARGE);
    }
    if (now.isEmpty()) {
      problems.remove(machine);
    } else {
      problems.put(machine, now);
    }
    for (SnapshotProblem.Found problem : found) {
      if (!before.contains(problem.problem())) {
        tell(machine, problem.problem().beginning(), "warning", problem.words());
      }
    }
    for (SnapshotProblem problem : before) {
      if (!now.contains(problem)) {
        tell(machine, problem.end(), "info", problem.endWords());
      }
    }
    if (hasSnapshots && !dueTimes.containsKey(machine)) {
      await(machine);
    }
  }

  private void tell(ManagedObject machine, String id, String severity, String words) {
    var event = new EventEx();
    event.eventTypeId = id;
    event.severity = severity;
    event.message = words;
    event.fullFormattedMessage = words;
    events.post(subjects.about(event, machine.reference()));
  }
}
