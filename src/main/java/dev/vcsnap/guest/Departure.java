package dev.vcsnap.guest;

import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.inventory.GuestWish;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Notices that a guest goes after it was asked to. A guest says no farewell: what is seen is that
 * its connection ends. One that ends unasked may be a crash of the agent alone, so nothing is
 * concluded from it; nor from one that ends so late that the guest must have ignored the wish.
 */
public final class Departure {

  /** How long a guest may take to go (assumed). */
  static final Duration LIMIT = Duration.ofMinutes(10);

  private final Clock clock;
  private final Listener listener;
  private @Nullable GuestWish wish;
  private long since;

  /** Counts what makes an earlier departure a thing of the past. */
  private int turn;

  /** Hears of a departure. */
  @FunctionalInterface
  public interface Listener {

    /**
     * The guest went.
     *
     * @param still whether it has stayed away so far
     */
    void gone(GuestWish wish, BooleanSupplier still);
  }

  /**
   * Makes it for one guest.
   *
   * @param listener is told, once for each wish
   */
  public Departure(Clock clock, Listener listener) {
    this.clock = clock;
    this.listener = listener;
  }

  /** The guest was asked to go. A guest that starts again stays where it is. */
  public synchronized void expect(GuestWish asked) {
    turn++;
    wish = asked == GuestWish.REBOOT ? null : asked;
    since = clock.nanoTime();
  }

  /** The guest does not go: it refused, it is there anew, or nobody waits for it any more. */
  public synchronized void cancel() {
    turn++;
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
    int now;
    synchronized (this) {
      boolean late = clock.nanoTime() - since > LIMIT.toNanos();
      fulfilled = !late && (byGuest || wish == GuestWish.STANDBY) ? wish : null;
      if (late || fulfilled != null) {
        wish = null;
      }
      now = turn;
    }
    if (fulfilled != null) {
      listener.gone(fulfilled, () -> isStill(now));
    }
  }

  private synchronized boolean isStill(int then) {
    return turn == then;
  }
}
