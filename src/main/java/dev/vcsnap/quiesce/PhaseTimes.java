package dev.vcsnap.quiesce;

import dev.vcsnap.quiesce.Trace.Speaker;
import dev.vcsnap.quiesce.Trace.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * One phase of a handshake.
 *
 * @param name {@code freeze}: until the guest says that it is frozen; {@code frozen}: until it is
 *     told to thaw or to give up, or says that it does so itself; {@code thaw}: until the last word
 */
public record PhaseTimes(String name, Instant from, Instant until) {

  static final String FROZEN = "frozen";

  private static final Set<String> THAWING =
      Set.of(
          "vmbackup.snapshotDone",
          "vmbackup.abort",
          BackupEvent.ABORTED,
          BackupEvent.ERROR,
          BackupEvent.DONE);

  /** The phases that there were, in order; one that was cut ends with the last step. */
  public static List<PhaseTimes> of(List<Step> steps) {
    List<PhaseTimes> phases = new ArrayList<>();
    if (steps.isEmpty()) {
      return phases;
    }
    Instant start = steps.getFirst().at();
    Instant end = steps.getLast().at();
    Optional<Instant> frozen =
        first(
            steps,
            step ->
                step.by() == Speaker.GUEST
                    && step.what().equals(BackupEvent.COMMIT)
                    && step.code() == BackupEvent.SUCCESS);
    Optional<Instant> told =
        frozen.flatMap(from ->
            first(steps, step -> !step.at().isBefore(from) && THAWING.contains(step.what())));
    phases.add(new PhaseTimes("freeze", start, frozen.orElse(end)));
    frozen.ifPresent(from -> phases.add(new PhaseTimes(FROZEN, from, told.orElse(end))));
    told.ifPresent(from -> phases.add(new PhaseTimes("thaw", from, end)));
    return phases;
  }

  private static Optional<Instant> first(List<Step> steps, Predicate<Step> wanted) {
    return steps.stream().filter(wanted).findFirst().map(Step::at);
  }

  public Duration duration() {
    return Duration.between(from, until);
  }
}
