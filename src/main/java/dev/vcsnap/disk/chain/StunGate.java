package dev.vcsnap.disk.chain;

import dev.vcsnap.ground.clock.Clock;
import java.time.Duration;

/** The gate of a running disk's I/O, which knows whether it is closed and since when. */
final class StunGate {

  private final Gate gate = new Gate();
  private final Clock clock;
  private volatile boolean closed;
  private volatile long closedAtNanos;

  StunGate(Clock clock) {
    this.clock = clock;
  }

  void enter() {
    gate.enter();
  }

  void leave() {
    gate.leave();
  }

  /** Whether I/O is inside at this moment. */
  boolean isBusy() {
    return gate.isBusy();
  }

  boolean isClosed() {
    return closed;
  }

  /** Waits for the I/O inside; the stun counts from the moment at which no more enters. */
  void close() {
    long started = clock.nanoTime();
    gate.close();
    closedAtNanos = started;
    closed = true;
  }

  /**
   * Runs a switch while no I/O is inside, and returns how long that was stopped; zero if the gate
   * was closed already.
   */
  Duration whileClosed(Runnable change) {
    if (closed) {
      change.run();
      return Duration.ZERO;
    }
    close();
    boolean done = false;
    try {
      change.run();
      done = true;
    } finally {
      if (!done) {
        open();
      }
    }
    return open();
  }

  /** Lets I/O go on, and returns how long it was stopped. */
  Duration open() {
    closed = false;
    Duration stun = Duration.ofNanos(clock.nanoTime() - closedAtNanos);
    gate.open();
    return stun;
  }
}
