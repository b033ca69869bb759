package dev.vcsnap.schedule;

import java.time.Instant;
import java.util.Optional;

/** Calls back at a time, also when the server was restarted meanwhile. */
public interface WakeUps extends AutoCloseable {

  /** What is done when a time has come. */
  @FunctionalInterface
  interface Sleeper {

    /**
     * Does it.
     *
     * @param id of what was to be woken
     * @return when to wake it next; empty for never
     */
    Optional<Instant> wake(String id);
  }

  /** Begins to call back; what is overdue is called at once. */
  void start(Sleeper sleeper);

  /** Sets the time, in place of one that was set before. */
  void set(String id, Instant time);

  /** Forgets the time; nothing happens where none is set. */
  void cancel(String id);

  @Override
  void close();
}
