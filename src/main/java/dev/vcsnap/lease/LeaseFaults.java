package dev.vcsnap.lease;

import dev.vcsnap.inventory.DiskFaults;
import dev.vcsnap.vim.RequestCanceled;
import dev.vcsnap.vim.Timedout;
import dev.vcsnap.vim.VimException;
import java.time.Duration;

/** The faults of leases. */
final class LeaseFaults {

  private LeaseFaults() {}

  static VimException timedOut(Duration timeout) {
    return new VimException(
        new Timedout(),
        "The lease timed out: its client was silent for more than "
            + timeout.toSeconds()
            + " seconds.");
  }

  static VimException canceled(String text) {
    return new VimException(new RequestCanceled(), text);
  }

  /** The fault for whatever went wrong below. */
  static VimException translate(RuntimeException failure) {
    return DiskFaults.translate(failure);
  }
}
