package dev.vcsnap.snapshot;

import dev.vcsnap.changes.ChangeService;
import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.inventory.PowerService;
import dev.vcsnap.inventory.ReconfigureService;
import dev.vcsnap.inventory.VirtualMachines;
import dev.vcsnap.inventory.VmPublisher;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Wires the snapshot operations, and the reconfiguration that turns change tracking on for them.
 */
@Configuration(proxyBeanMethods = false)
class SnapshotConfiguration {

  @Bean
  ChainAccess chainAccess(DiskFactory factory, Clock clock) {
    return new ChainAccess(factory, clock);
  }

  @Bean
  SnapshotService snapshotService(
      ChainAccess chains,
      VmPublisher publisher,
      Clock clock,
      MeterRegistry meters,
      PowerService power,
      @Value("${vcsnap.snapshot-levels-max:32}") int levelsMax) {
    return new SnapshotService(
        chains, publisher, new SnapshotCreation(clock, meters, levelsMax), power);
  }

  @Bean
  Recovery recovery(ChainAccess chains) {
    return new Recovery(chains);
  }

  @Bean
  ReconfigureService reconfigureService(
      Clock clock, VmPublisher publisher, VirtualMachines machines) {
    return new ReconfigureService(clock, publisher, machines, ChangeTracking::apply);
  }

  @Bean
  ChangeService changeService(@Value("${vcsnap.change-extents-max:2000}") int extentsMax) {
    return new ChangeService(extentsMax);
  }
}
