package dev.vcsnap.quiesce;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What came of a guest that was quiesced.
 *
 * @param consistency what the guest vouches for
 * @param frozen from when to when its disks stood still; empty if they never did
 * @param manifest what the guest wrote down of it
 * @param steps who said what
 * @param frozenWrites how many writes arrived at its disks meanwhile; a guest that keeps its word
 *     makes none
 */
public record QuiesceResult(
    Consistency consistency,
    Optional<Window> frozen,
    Optional<Manifest> manifest,
    List<Trace.Step> steps,
    long frozenWrites) {

  /** Of a guest that was left alone. */
  public static final QuiesceResult NOTHING =
      new QuiesceResult(Consistency.CRASH, Optional.empty(), Optional.empty(), List.of(), 0);

  QuiesceResult withFrozenWrites(long writes) {
    return new QuiesceResult(consistency, frozen, manifest, steps, writes);
  }

  /** The handshake as text, for {@link TraceText#parse}. */
  public String trace() {
    return TraceText.of(steps);
  }

  /** The time in which a guest writes nothing. */
  public record Window(Instant from, Instant until) {

    Duration duration() {
      return Duration.between(from, until);
    }
  }

  /**
   * A guest's manifest.
   *
   * @param windows true for the archive that VSS makes, false for {@code quiesce_manifest.xml}
   * @param content the file
   */
  @SuppressWarnings("ArrayRecordComponent") // Written to a file once, never compared.
  public record Manifest(boolean windows, byte[] content) {}
}
