package dev.vcsnap.quiesce;

import java.time.Instant;
import java.util.Optional;

/**
 * What came of a guest that was quiesced.
 *
 * @param consistency what the guest vouches for
 * @param frozen from when to when its disks stood still; empty if they never did
 * @param manifest what the guest wrote down of it
 */
public record QuiesceResult(
    Consistency consistency, Optional<Window> frozen, Optional<Manifest> manifest) {

  /** Of a guest that was left alone. */
  public static final QuiesceResult NOTHING =
      new QuiesceResult(Consistency.CRASH, Optional.empty(), Optional.empty());

  /** The time in which a guest writes nothing. */
  public record Window(Instant from, Instant until) {}

  /**
   * A guest's manifest.
   *
   * @param windows true for the archive that VSS makes, false for {@code quiesce_manifest.xml}
   * @param content the file
   */
  @SuppressWarnings("ArrayRecordComponent") // Written to a file once, never compared.
  public record Manifest(boolean windows, byte[] content) {}
}
