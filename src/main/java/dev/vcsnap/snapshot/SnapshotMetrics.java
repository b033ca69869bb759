package dev.vcsnap.snapshot;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** What the operations measure about themselves. */
public final class SnapshotMetrics {

  /** The switches for which guests stand still. */
  enum Switch {
    CREATE,
    REVERT,
    MERGE
  }

  private final Map<Switch, Timer> stuns = new EnumMap<>(Switch.class);
  private final Counter mergedBytes;

  public SnapshotMetrics(MeterRegistry meters) {
    for (Switch kind : Switch.values()) {
      stuns.put(
          kind,
          Timer.builder("vcsnap.stun")
              .description("How long a machine's disks stood still for a switch")
              .tag("operation", kind.name().toLowerCase(Locale.ROOT))
              .publishPercentileHistogram()
              .register(meters));
    }
    mergedBytes =
        Counter.builder("vcsnap.merge")
            .baseUnit("bytes")
            .description("What merges copied from deltas into the links below them")
            .register(meters);
  }

  void stunned(Switch kind, Duration stun) {
    Objects.requireNonNull(stuns.get(kind)).record(stun);
  }

  void merged(long bytes) {
    mergedBytes.increment((double) bytes);
  }
}
