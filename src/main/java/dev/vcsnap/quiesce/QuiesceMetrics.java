package dev.vcsnap.quiesce;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/** What handshakes measure, however they ended: how long guests stood still, and each phase. */
final class QuiesceMetrics {

  private final MeterRegistry meters;
  private final Timer frozen;

  QuiesceMetrics(MeterRegistry meters) {
    this.meters = meters;
    frozen =
        Timer.builder("vcsnap.frozen")
            .description("How long guests were frozen, from their word to the host's")
            .publishPercentileHistogram()
            .register(meters);
  }

  void ended(Trace trace) {
    for (PhaseTimes phase : PhaseTimes.of(trace.steps())) {
      if (phase.name().equals(PhaseTimes.FROZEN)) {
        frozen.record(phase.duration());
      }
      Timer.builder("vcsnap.quiesce.phase")
          .description("How long the phases of handshakes with guests took")
          .tag("phase", phase.name())
          .tag("outcome", trace.outcome())
          .register(meters)
          .record(phase.duration());
    }
  }
}
