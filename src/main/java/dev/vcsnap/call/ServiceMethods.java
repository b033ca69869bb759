package dev.vcsnap.call;

import dev.vcsnap.ground.clock.Clock;

/** What the service instance answers. */
public final class ServiceMethods implements MethodTable.Contributor {

  private static final String TYPE = "ServiceInstance";

  private final Clock clock;

  public ServiceMethods(Clock clock) {
    this.clock = clock;
  }

  @Override
  public void contribute(MethodTable table) {
    table
        .on(TYPE, "RetrieveServiceContent", (context, self, arguments) -> self.get("content"))
        .on(TYPE, "CurrentTime", (context, self, arguments) -> clock.now());
  }
}
