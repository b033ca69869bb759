package dev.vcsnap.guest.simulated;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The freeze scripts of one operation and how far they came: ascending with {@code freeze},
 * descending with {@code thaw} or {@code freezeFail}, and after a script that failed only those
 * before it hear {@code freezeFail} (rules A42, A43).
 */
final class ScriptList {

  private final List<Script> scripts;
  private final Optional<Script> first;
  private final Optional<Script> last;
  private final String argument;

  /** How many of the scripts, counted with the older ones, have frozen. */
  private volatile int frozen;

  private Script.@Nullable Running running;
  private boolean killed;

  /**
   * Makes the list.
   *
   * @param first the older script that runs before all others when freezing
   * @param last the older script that runs after all others when thawing
   */
  ScriptList(List<Script> scripts, Optional<Script> first, Optional<Script> last, String argument) {
    this.scripts = List.copyOf(scripts);
    this.first = first;
    this.last = last;
    this.argument = argument;
  }

  /** Runs them up to the first that fails. Answers whether all were well. */
  CompletableFuture<Boolean> freeze() {
    begin();
    frozen = 0;
    return freezeFrom(0);
  }

  private CompletableFuture<Boolean> freezeFrom(int index) {
    if (index > scripts.size()) {
      return CompletableFuture.completedFuture(true);
    }
    return run(index == 0 ? first : Optional.of(scripts.get(index - 1)), "freeze")
        .thenCompose(status -> {
          if (status != 0) {
            return CompletableFuture.completedFuture(false);
          }
          frozen = index + 1;
          return freezeFrom(index + 1);
        });
  }

  /** Tells those that had frozen that it came to nothing. */
  CompletableFuture<Boolean> freezeFail() {
    begin();
    int before = frozen;
    frozen = 0;
    return backwards(before - 1, "freezeFail", true);
  }

  /** Runs all; one that fails does not stop the others (rule A44). */
  CompletableFuture<Boolean> thaw() {
    begin();
    frozen = 0;
    return backwards(scripts.size(), "thaw", true);
  }

  private CompletableFuture<Boolean> backwards(int index, String verb, boolean well) {
    if (index < 0) {
      return CompletableFuture.completedFuture(well);
    }
    return run(index == 0 ? last : Optional.of(scripts.get(index - 1)), verb)
        .thenCompose(status -> backwards(index - 1, verb, well && status == 0));
  }

  private synchronized CompletableFuture<Integer> run(Optional<Script> script, String verb) {
    if (script.isEmpty()) {
      return CompletableFuture.completedFuture(0);
    }
    if (killed) {
      return CompletableFuture.completedFuture(1);
    }
    running = script.get().run(verb, argument);
    return running.status();
  }

  /** Kills the one that runs, which counts as failed, and begins no other in this direction. */
  void kill() {
    Script.Running victim;
    synchronized (this) {
      killed = true;
      victim = running;
    }
    if (victim != null) {
      victim.kill();
    }
  }

  private synchronized void begin() {
    killed = false;
    running = null;
  }
}
