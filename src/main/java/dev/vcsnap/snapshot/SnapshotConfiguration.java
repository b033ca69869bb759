package dev.vcsnap.snapshot;

import dev.vcsnap.changes.ChangeService;
import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.hardware.DeviceChanges;
import dev.vcsnap.inventory.DeviceReconfiguration;
import dev.vcsnap.inventory.NameClaims;
import dev.vcsnap.inventory.PowerService;
import dev.vcsnap.inventory.ReconfigureService;
import dev.vcsnap.inventory.VmPublisher;
import dev.vcsnap.quiesce.Quiescer;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.unit.DataSize;

/**
 * Wires the snapshot operations, and the reconfiguration that turns change tracking on for them.
 */
@Configuration(proxyBeanMethods = false)
class SnapshotConfiguration {

  @Bean
  SnapshotMetrics snapshotMetrics(MeterRegistry meters) {
    return new SnapshotMetrics(meters);
  }

  @Bean
  ChainAccess chainAccess(
      DiskFactory factory,
      Clock clock,
      SnapshotMetrics metrics,
      @Value("${vcsnap.locked-disk:fail}") LockedDisk lockedDisk,
      @Value("${vcsnap.locked-disk-wait:5m}") Duration wait,
      @Value("${vcsnap.merge-rate:0}") DataSize bytesPerSecond) {
    Duration patience = lockedDisk == LockedDisk.WAIT ? wait : Duration.ZERO;
    var merges = new MergePolicy(patience, bytesPerSecond.toBytes());
    return new ChainAccess(factory, clock, merges, metrics);
  }

  @Bean
  SnapshotService snapshotService(
      ChainAccess chains,
      VmPublisher publisher,
      Clock clock,
      SnapshotMetrics metrics,
      PowerService power,
      Quiescer quiescer,
      @Value("${vcsnap.snapshot-levels-max:32}") int levelsMax) {
    return new SnapshotService(
        chains, publisher, new SnapshotCreation(clock, metrics, levelsMax), quiescer, power);
  }

  @Bean
  Recovery recovery(ChainAccess chains) {
    return new Recovery(chains);
  }

  @Bean
  ReconfigureService reconfigureService(
      Clock clock,
      VmPublisher publisher,
      NameClaims names,
      DeviceChanges devices,
      DiskFactory factory) {
    return new ReconfigureService(
        clock,
        publisher,
        names,
        new DeviceReconfiguration(devices, factory),
        ChangeTracking::apply);
  }

  @Bean
  ChangeService changeService(
      DiskFactory factory,
      @Value("${vcsnap.change-extents-max:2000}") int extentsMax,
      @Value("${vcsnap.change-slice:2TB}") DataSize slice) {
    return new ChangeService(factory, extentsMax, slice.toBytes());
  }
}
