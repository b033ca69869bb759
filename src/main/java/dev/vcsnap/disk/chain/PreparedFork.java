package dev.vcsnap.disk.chain;

import dev.vcsnap.disk.block.BlockError;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A fork whose files exist and which is not in use yet: {@link #closeGate}, {@link #commit}, {@link
 * #openGate}, or {@link #abandon} at any point before the commit. Several disks of one machine are
 * stunned together by closing all gates, then committing all, then opening all.
 */
public final class PreparedFork {

  private final Forks forks;
  private final Link.Delta fork;
  private State state = State.PREPARED;
  private boolean named;

  private enum State {
    PREPARED,
    STUNNED,
    COMMITTED,
    DONE
  }

  PreparedFork(Forks forks, Link.Delta fork) {
    this.forks = forks;
    this.fork = fork;
  }

  /** The descriptor of the leaf to come. */
  public Path leaf() {
    return fork.path();
  }

  /**
   * Notes that the leaf's directory was synced after the preparation: what several forks and other
   * files of one directory need is one sync.
   */
  public synchronized void noteNamed() {
    named = true;
  }

  /**
   * Makes the fork's files durable and flushes, then starts the stun: no new I/O enters and what is
   * inside ends.
   */
  public synchronized void closeGate() {
    require(State.PREPARED);
    if (!named) {
      forks.syncNames(fork);
      named = true;
    }
    forks.stunFor(fork);
    state = State.STUNNED;
  }

  /** Switches to the new leaf; the old one is frozen from here on. */
  public synchronized void commit() {
    require(State.STUNNED);
    forks.switchTo(fork);
    state = State.COMMITTED;
  }

  /** True between the switch to the new leaf and the end of the stun. */
  public synchronized boolean isCommitted() {
    return state == State.COMMITTED;
  }

  /**
   * Ends the stun, makes the frozen link durable, and returns how long the stun was. Never throws
   * after a commit; a frozen link that could not be made durable is reported by the next {@link
   * RunningDisk#flush}.
   */
  public synchronized Duration openGate() {
    require(State.COMMITTED);
    state = State.DONE;
    Duration stun = forks.openGate();
    forks.end();
    return stun;
  }

  /** Removes the prepared files and lets I/O go on as before; nothing to do when it is over. */
  public synchronized void abandon() {
    if (state == State.COMMITTED) {
      throw new IllegalStateException("the fork to '" + leaf() + "' is committed");
    }
    abandonUnlessCommitted();
  }

  synchronized void abandonUnlessCommitted() {
    boolean stunned = state == State.STUNNED;
    if (stunned || state == State.PREPARED) {
      state = State.DONE;
      if (stunned) {
        forks.openGate();
      }
      forks.drop(fork);
    }
  }

  private void require(State expected) {
    if (state == State.DONE) {
      throw new BlockError(BlockError.Kind.CLOSED, "the fork to '%s' is over".formatted(leaf()));
    }
    if (state != expected) {
      throw new IllegalStateException(
          "the fork to '%s' is %s, not %s".formatted(leaf(), state, expected));
    }
  }
}
