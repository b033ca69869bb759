package dev.vcsnap.admin;

import dev.vcsnap.quiesce.PhaseTimes;
import dev.vcsnap.quiesce.Trace;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * One handshake with a guest.
 *
 * @param outcome {@code running}, {@code success}, {@code notBegun}, or how it failed: {@code
 *     guestError}, {@code notFrozen}, {@code heldTooLong}, {@code timedOut}, {@code lost}, {@code
 *     hostFailed}
 * @param phases {@code freeze}, {@code frozen} and {@code thaw}, as far as it came
 * @param steps who said what
 */
record QuiesceReport(String outcome, List<Phase> phases, List<Step> steps) {

  /** From when to when; milliseconds. */
  record Phase(String name, Instant from, Instant until, long milliseconds) {}

  /**
   * Something that was said.
   *
   * @param by {@code host} or {@code guest}
   * @param what the request or event
   * @param code 0 for success
   */
  record Step(Instant at, String by, String what, int code, String text) {}

  static QuiesceReport of(Trace trace) {
    return of(trace.outcome(), trace.steps());
  }

  static QuiesceReport of(String outcome, List<Trace.Step> steps) {
    return new QuiesceReport(
        outcome,
        PhaseTimes.of(steps).stream()
            .map(phase ->
                new Phase(phase.name(), phase.from(), phase.until(), phase.duration().toMillis()))
            .toList(),
        steps.stream()
            .map(step ->
                new Step(
                    step.at(),
                    step.by().name().toLowerCase(Locale.ROOT),
                    step.what(),
                    step.code(),
                    step.text()))
            .toList());
  }
}
