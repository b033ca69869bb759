package dev.vcsnap.guest.simulated;

import dev.vcsnap.ground.clock.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The writers of one Windows guest and what became of each in the last shadow copy. */
final class VssWriters {

  /** How long writers stay frozen at most (rule A38). */
  private static final Duration FROZEN_MAX = Duration.ofSeconds(60);

  private static final String NO_ERROR = "No error";
  private static final String TIMED_OUT = "Timed out";

  private final Timers timers;
  private final Freezable application;
  private final Map<VssWriter, Standing> standings = new LinkedHashMap<>();

  /**
   * What a writer says of itself.
   *
   * @param state where it is
   * @param lastError in {@code vssadmin}'s words
   */
  record Standing(WriterState state, String lastError) {}

  VssWriters(Timers timers, Freezable application) {
    this.timers = timers;
    this.application = application;
    put(WriterState.STABLE, NO_ERROR);
  }

  synchronized Map<VssWriter, Standing> standings() {
    return new LinkedHashMap<>(standings);
  }

  /** Freezes one after the other; the outcome is the failure, if there was one. */
  CompletableFuture<Optional<String>> freeze(Behaviour behaviour) {
    put(WriterState.WAITING_FOR_FREEZE, NO_ERROR);
    var outcome = new CompletableFuture<Optional<String>>();
    Duration needed = behaviour.time("writer-freeze");
    boolean tooLong = needed.compareTo(FROZEN_MAX) > 0;
    timers.after(tooLong ? FROZEN_MAX : needed, () -> outcome.complete(frozen(behaviour, tooLong)));
    return outcome;
  }

  private Optional<String> frozen(Behaviour behaviour, boolean tooLong) {
    Optional<String> broken = behaviour.value("writer-error");
    for (VssWriter writer : VssWriter.ALL) {
      String failure = "";
      if (broken.filter(writer.name()::equals).isPresent()) {
        failure = "Non-retryable error";
      } else if (writer.application() && tooLong) {
        failure = TIMED_OUT;
      } else if (writer.application()) {
        failure = freezeApplication();
      }
      if (!failure.isEmpty()) {
        put(writer, WriterState.FAILED_AT_FREEZE, failure);
        return Optional.of("The writer '" + writer.name() + "' failed to freeze: " + failure);
      }
      put(writer, WriterState.WAITING_FOR_THAW, NO_ERROR);
    }
    return Optional.empty();
  }

  private String freezeApplication() {
    try {
      application.freeze();
      return "";
    } catch (RuntimeException failure) {
      return "Retryable error";
    }
  }

  /** Lets those go on that are frozen, because it is over or because they were held too long. */
  void thaw(boolean inTime) {
    application.thaw();
    for (VssWriter writer : frozenOnes()) {
      put(
          writer,
          inTime ? WriterState.WAITING_FOR_COMPLETION : WriterState.FAILED_AT_THAW,
          inTime ? NO_ERROR : TIMED_OUT);
    }
  }

  /** What waits for the end of the backup is stable again. */
  synchronized void complete() {
    standings.replaceAll((_, standing) ->
        switch (standing.state()) {
          case WAITING_FOR_COMPLETION, WAITING_FOR_FREEZE ->
              new Standing(WriterState.STABLE, NO_ERROR);
          default -> standing;
        });
  }

  private synchronized List<VssWriter> frozenOnes() {
    List<VssWriter> frozen = new ArrayList<>();
    standings.forEach((writer, standing) -> {
      if (standing.state() == WriterState.WAITING_FOR_THAW) {
        frozen.add(writer);
      }
    });
    return frozen;
  }

  private void put(WriterState state, String lastError) {
    VssWriter.ALL.forEach(writer -> put(writer, state, lastError));
  }

  private synchronized void put(VssWriter writer, WriterState state, String lastError) {
    standings.put(writer, new Standing(state, lastError));
  }
}
