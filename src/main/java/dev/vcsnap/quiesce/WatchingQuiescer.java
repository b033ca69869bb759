package dev.vcsnap.quiesce;

import dev.vcsnap.inventory.VirtualMachine;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;

/** Has every guest that is made consistent watched while it is frozen. */
public final class WatchingQuiescer implements Quiescer {

  private final Quiescer quiescer;
  private final Counter writes;

  public WatchingQuiescer(Quiescer quiescer, MeterRegistry meters) {
    this.quiescer = quiescer;
    this.writes =
        Counter.builder("vcsnap.frozen.writes")
            .description("Writes that arrived from guests that said they were frozen")
            .register(meters);
  }

  @Override
  public Quiescing begin(VirtualMachine machine, QuiesceSpec spec) {
    Quiescing guest = quiescer.begin(machine, spec);
    return guest.isWanted()
        ? new WatchedQuiescing(guest, List.copyOf(machine.disks().values()), writes)
        : guest;
  }
}
