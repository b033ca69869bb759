package dev.vcsnap.guest;

import dev.vcsnap.inventory.GuestWish;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Notices that a guest goes after it was asked to. A guest says no farewell: what is seen is that
 * its connection ends. One that ends unasked may be a crash of the agent alone, so nothing is
 * concluded from it.
 */
public final class Departure {

  private final Consumer<GuestWish> gone;
  private @Nullable GuestWish wish;

  /**
   * Makes it for one guest.
   *
   * @param gone is told, once for each wish
   */
  public Departure(Consumer<GuestWish> gone) {
    this.gone = gone;
  }

  /** The guest was asked to go. A guest that starts again stays where it is. */
  public synchronized void expect(GuestWish asked) {
    wish = asked == GuestWish.REBOOT ? null : asked;
  }

  /** The guest does not go: it refused, or it is there anew. */
  public synchronized void cancel() {
    wish = null;
  }

  /**
   * The connection is at its end.
   *
   * @param byGuest whether the guest's side ended it; else it had fallen silent, which only one
   *     that was to sleep does when it has gone
   */
  public void ended(boolean byGuest) {
    GuestWish fulfilled;
    synchronized (this) {
      fulfilled = byGuest || wish == GuestWish.STANDBY ? wish : null;
      if (fulfilled != null) {
        wish = null;
      }
    }
    if (fulfilled != null) {
      gone.accept(fulfilled);
    }
  }
}
