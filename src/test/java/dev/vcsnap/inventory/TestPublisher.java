package dev.vcsnap.inventory;

import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.objects.ObjectRegistry;

/** Lets tests of other packages make the publisher, whose parts are this package's own. */
public final class TestPublisher {

  private TestPublisher() {}

  public static VmPublisher of(ObjectRegistry objects, Clock clock, DiskFactory factory) {
    return new VmPublisher(objects, clock, new VmDisks(factory));
  }
}
