package dev.vcsnap.quiesce;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/** What handshakes measure: how long guests stood still, and whether they wrote meanwhile. */
final class QuiesceMetrics {

  private final MeterRegistry meters;
  private final Timer frozen;
  private final Counter writes;

  QuiesceMetrics(MeterRegistry meters) {
    this.meters = meters;
    frozen =
        Timer.builder("vcsnap.frozen")
            .description("How long guests were frozen, from their word to the host's")
            .publishPercentileHistogram()
            .register(meters);
    writes =
        Counter.builder("vcsnap.frozen.writes")
            .description("Writes that arrived from guests that said they were frozen")
            .register(meters);
  }

  void finished(QuiesceResult result) {
    result.frozen().ifPresent(window -> frozen.record(window.duration()));
    writes.increment((double) result.frozenWrites());
    for (PhaseTimes phase : PhaseTimes.of(result.steps())) {
      Timer.builder("vcsnap.quiesce.phase")
          .description("How long the phases of handshakes with guests took")
          .tag("phase", phase.name())
          .register(meters)
          .record(phase.duration());
    }
  }
}
