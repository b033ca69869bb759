package dev.vcsnap.quiesce;

import java.time.Duration;

/**
 * How long a host waits for a guest.
 *
 * @param silence after which a guest that reports nothing is lost (rule A35; the length is assumed)
 * @param total for a whole quiescing whose client named no limit (rule A37)
 * @param vssHold how long Windows holds off I/O between flush and release (rule A38)
 * @param cleanUp for the guest's last word after a failure, however lively it is; assumed
 */
public record QuiesceLimits(Duration silence, Duration total, Duration vssHold, Duration cleanUp) {

  /** Those of vSphere. */
  public static final QuiesceLimits DEFAULT =
      new QuiesceLimits(
          Duration.ofSeconds(10),
          Duration.ofMinutes(15),
          Duration.ofSeconds(10),
          Duration.ofSeconds(30));
}
