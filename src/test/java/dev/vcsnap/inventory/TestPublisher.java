package dev.vcsnap.inventory;

import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.hardware.Networks;
import dev.vcsnap.objects.ObjectRegistry;
import java.util.Optional;

/** Lets tests of other packages make the publisher, whose parts are this package's own. */
public final class TestPublisher {

  private TestPublisher() {}

  public static VmPublisher of(ObjectRegistry objects, Clock clock, DiskFactory factory) {
    return of(objects, clock, factory, new NoNetworks());
  }

  /** An inventory in which no network can be found. */
  public static Networks noNetworks() {
    return new NoNetworks();
  }

  static VmPublisher of(
      ObjectRegistry objects, Clock clock, DiskFactory factory, Networks networks) {
    return new VmPublisher(objects, clock, new VmDisks(factory), networks, Guests.WITHOUT_TOOLS);
  }

  private static final class NoNetworks implements Networks {

    @Override
    public Optional<Network> byId(String id) {
      return Optional.empty();
    }

    @Override
    public Optional<Network> named(String name) {
      return Optional.empty();
    }
  }
}
