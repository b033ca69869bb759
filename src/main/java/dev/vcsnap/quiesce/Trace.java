package dev.vcsnap.quiesce;

import dev.vcsnap.ground.clock.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The record of one handshake: who said what, and when. */
public final class Trace {

  /** The most that is kept; fifteen minutes of keep-alives are 360. */
  private static final int STEPS_MAX = 1000;

  private final Clock clock;
  private final List<Step> steps = new ArrayList<>();

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

  /** What was said up to now, in order. */
  public synchronized List<Step> steps() {
    return List.copyOf(steps);
  }
}
