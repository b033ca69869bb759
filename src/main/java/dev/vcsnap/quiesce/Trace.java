package dev.vcsnap.quiesce;

import dev.vcsnap.ground.clock.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The record of one handshake: who said what, and when. */
public final class Trace {

  /** The outcome of a handshake that is not over. */
  public static final String RUNNING = "running";

  /** The outcome of one that made the guest consistent. */
  public static final String SUCCESS = "success";

  /** The outcome of one that the guest was never asked for, as the host failed before. */
  public static final String NOT_BEGUN = "notBegun";

  /** The most that is kept; fifteen minutes of keep-alives are 360. */
  private static final int STEPS_MAX = 1000;

  private final Clock clock;
  private final List<Step> steps = new ArrayList<>();
  private String outcome = RUNNING;

  /** Who spoke. */
  public enum Speaker {
    HOST,
    GUEST
  }

  /**
   * Something that was said.
   *
   * @param at when
   * @param by who
   * @param what the request or event
   * @param code of an event, 0 for success; of an answered request 0 for OK and 1 for an error
   * @param text of the event, or of the answer
   */
  public record Step(Instant at, Speaker by, String what, int code, String text) {}

  Trace(Clock clock) {
    this.clock = clock;
  }

  synchronized void add(Speaker by, String what, int code, String text) {
    if (steps.size() < STEPS_MAX) {
      steps.add(new Step(clock.now(), by, what, code, text));
    }
  }

  /** Notes how it ended: well, or by the failure that it had first. */
  synchronized void end(Optional<Failure> failure) {
    outcome = steps.isEmpty() ? NOT_BEGUN : failure.map(Failure::word).orElse(SUCCESS);
  }

  /**
   * How it ended: one of the words above, or {@code guestError}, {@code notFrozen}, {@code
   * heldTooLong}, {@code timedOut}, {@code lost}, {@code hostFailed}.
   */
  public synchronized String outcome() {
    return outcome;
  }

  /** What was said up to now, in order. */
  public synchronized List<Step> steps() {
    return List.copyOf(steps);
  }
}
