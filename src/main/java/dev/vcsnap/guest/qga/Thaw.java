package dev.vcsnap.guest.qga;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thaw that a guest may still need: after a host that went while it was frozen, an agent that
 * died half way, or one that refused. QEMU's agent has no time limit, so nobody else thaws it.
 */
final class Thaw {

  private static final Logger LOG = LoggerFactory.getLogger(Thaw.class);

  private final QgaChannel channel;
  private final AtomicBoolean halfDone;
  private volatile Need need = Need.UNKNOWN;
  private volatile boolean told;

  private enum Need {
    /** Nobody has seen whether the guest is frozen. */
    UNKNOWN,
    /** It was asked for and refused. */
    REFUSED,
    NONE
  }

  /**
   * Makes it for a connection.
   *
   * @param halfDone whether one before it ended within a freeze or a thaw: whatever is frozen,
   *     applications wait to be told that it is over
   */
  Thaw(QgaChannel channel, AtomicBoolean halfDone) {
    this.channel = channel;
    this.halfDone = halfDone;
  }

  /** Whether the next agent has to be told to thaw when this one goes. */
  boolean isOwed() {
    return need == Need.REFUSED;
  }

  boolean isSettled() {
    return need == Need.NONE && !halfDone.get();
  }

  /**
   * Asks the guest to thaw; how many file systems did, 0 when the agent refuses.
   *
   * @throws IOException when the connection is lost
   */
  int ask() throws IOException {
    try {
      int thawed = channel.ask("guest-fsfreeze-thaw", Map.of()).asInt(0);
      need = Need.NONE;
      halfDone.set(false);
      told = false;
      return thawed;
    } catch (QgaException e) {
      need = Need.REFUSED;
      halfDone.set(false);
      tell("A guest could not be thawed, and is asked again until it is: {}", e);
      return 0;
    }
  }

  /**
   * Looks whether the guest is frozen, and asks it to thaw if so; to be tried again as long as it
   * is not settled.
   *
   * @throws IOException when the connection is lost
   */
  void settle() throws IOException {
    boolean unfinished = halfDone.get();
    try {
      boolean frozen = channel.ask("guest-fsfreeze-status", Map.of()).asString("").equals("frozen");
      if (!frozen && !unfinished) {
        // Where a thaw was refused its hooks failed, but nothing is frozen.
        need = Need.NONE;
        return;
      }
      if (need != Need.REFUSED) {
        LOG.warn("A guest was found {} and is thawed", frozen ? "frozen" : "half way to a freeze");
      }
    } catch (QgaException e) {
      tell("A QEMU guest agent does not say whether its guest is frozen: {}", e);
      if (need != Need.REFUSED && !unfinished) {
        return;
      }
    }
    ask();
  }

  /** Once: it is tried again and again. */
  private void tell(String what, QgaException refusal) {
    if (told) {
      LOG.debug(what, refusal.getMessage());
    } else {
      told = true;
      LOG.warn(what, refusal.getMessage());
    }
  }
}
