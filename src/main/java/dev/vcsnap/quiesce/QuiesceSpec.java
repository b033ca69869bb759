package dev.vcsnap.quiesce;

import java.time.Duration;
import java.util.Optional;

/**
 * How a client wants a guest to be quiesced: {@code VirtualMachineGuestQuiesceSpec}.
 *
 * @param timeout after which to give up, 5 to 240 minutes; empty for the default (rule A37)
 * @param vss what it wants of Windows
 */
public record QuiesceSpec(Optional<Duration> timeout, Optional<VssOptions> vss) {

  /** The default way. */
  public static final QuiesceSpec DEFAULT = new QuiesceSpec(Optional.empty(), Optional.empty());
}
