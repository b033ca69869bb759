package dev.vcsnap.guest;

import dev.vcsnap.inventory.GuestTools;
import dev.vcsnap.inventory.GuestWish;
import dev.vcsnap.quiesce.GuestAgent;
import java.io.IOException;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** The guest of one machine that runs elsewhere and may connect. */
public interface ConnectedGuest extends AutoCloseable {

  /** Hears what becomes of a guest. */
  @FunctionalInterface
  interface Listener {

    /** Clients should see something else. */
    void changed();

    /**
     * It went, as it was asked to.
     *
     * @param still whether it has stayed away so far
     */
    default void gone(GuestWish wish, BooleanSupplier still) {}
  }

  /** Lets the guest of a machine connect. */
  @FunctionalInterface
  interface Maker {

    /**
     * Listens from now on.
     *
     * @param configured what the machine's configuration says for the guest, by key
     * @param listener hears what becomes of it
     * @throws IOException when the place cannot be had
     */
    ConnectedGuest open(
        GuestPlace place, Function<String, Optional<String>> configured, Listener listener)
        throws IOException;
  }

  /** Where it connects. */
  GuestPlace place();

  /** Its agent, while it runs. */
  Optional<GuestAgent> agent();

  /** What it tells at this moment. */
  GuestTools tools();

  /** Asks its operating system to go, and returns when it has answered. */
  GuestWish.Answer ask(GuestWish wish);

  /** Ends its connections, and takes no new ones. */
  @Override
  void close() throws IOException;
}
