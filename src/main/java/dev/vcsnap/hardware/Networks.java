package dev.vcsnap.hardware;

import dev.vcsnap.vim.ManagedObjectReference;
import java.util.Optional;

/** The networks that an adapter can be put on. */
public interface Networks {

  /**
   * A network.
   *
   * @param reference the managed object
   * @param name what users call it
   * @param switchUuid of the distributed switch whose portgroup it is; null for a standard network
   */
  record Network(
      ManagedObjectReference reference,
      String name,
      @org.jspecify.annotations.Nullable String switchUuid) {}

  /** The network with that managed object id. */
  Optional<Network> byId(String id);

  /** The network of that name. */
  Optional<Network> named(String name);
}
