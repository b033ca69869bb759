package dev.vcsnap.admin;

import dev.vcsnap.inventory.SnapshotDetails;
import dev.vcsnap.quiesce.Consistency;
import dev.vcsnap.quiesce.Trace;
import dev.vcsnap.quiesce.TraceText;
import java.util.Map;
import java.util.Optional;

/**
 * How a snapshot's guest was made consistent.
 *
 * @param snapshot its id
 * @param consistency what was reached
 * @param frozenWrites how many writes arrived while the guest was frozen
 * @param handshake what was said
 */
record SnapshotQuiesceReport(
    String snapshot, String consistency, long frozenWrites, QuiesceReport handshake) {

  /** What is kept with the snapshot; empty if no guest was asked for it. */
  static Optional<SnapshotQuiesceReport> of(String id, Map<String, String> details) {
    return Optional.ofNullable(details.get(SnapshotDetails.HANDSHAKE))
        .map(handshake ->
            new SnapshotQuiesceReport(
                id,
                details.getOrDefault(SnapshotDetails.CONSISTENCY, Consistency.CRASH.word()),
                Long.parseLong(details.getOrDefault(SnapshotDetails.FROZEN_WRITES, "0")),
                QuiesceReport.of(Trace.SUCCESS, TraceText.parse(handshake))));
  }
}
