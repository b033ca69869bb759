package dev.vcsnap.guest.simulated;

import dev.vcsnap.ground.clock.Timers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.ToIntFunction;

/** A script that is a piece of this program: gets the verb, answers the exit status. */
record NamedScript(String name, Timers timers, ToIntFunction<String> body) implements Script {

  /** The status of one that never ends. */
  static final int HANGS = -1;

  private static final int KILLED = 137;
  private static final int FAILED = 1;

  @Override
  public Running run(String verb, String argument) {
    var status = new CompletableFuture<Integer>();
    timers.after(
        Duration.ZERO,
        () -> {
          if (!status.isDone()) {
            int result = statusOf(verb);
            if (result != HANGS) {
              status.complete(result);
            }
          }
        });
    return new Running() {
      @Override
      public CompletableFuture<Integer> status() {
        return status;
      }

      @Override
      public void kill() {
        status.complete(KILLED);
      }
    };
  }

  private int statusOf(String verb) {
    try {
      return body.applyAsInt(verb);
    } catch (RuntimeException failure) {
      return FAILED;
    }
  }
}
