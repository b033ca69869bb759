package dev.vcsnap.guest;

import dev.vcsnap.inventory.GuestTools;
import dev.vcsnap.quiesce.GuestAgent;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Function;

/** The guest of one machine that runs elsewhere and may connect. */
public interface ConnectedGuest extends AutoCloseable {

  /** Lets the guest of a machine connect. */
  @FunctionalInterface
  interface Maker {

    /**
     * Listens from now on.
     *
     * @param configured what the machine's configuration says for the guest, by key
     * @param changed shows clients what is new
     * @throws IOException when the place cannot be had
     */
    ConnectedGuest open(
        GuestPlace place, Function<String, Optional<String>> configured, Runnable changed)
        throws IOException;
  }

  /** Where it connects. */
  GuestPlace place();

  /** Its agent, while it runs. */
  Optional<GuestAgent> agent();

  /** What it tells at this moment. */
  GuestTools tools();

  /** Ends its connections, and takes no new ones. */
  @Override
  void close() throws IOException;
}
