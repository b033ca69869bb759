package dev.vcsnap.snapshot;

import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.ground.clock.Clock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

/**
 * What the operations on chains work with.
 *
 * @param factory makes, merges and deletes links
 * @param clock the time
 * @param merges how merges treat readers and guests
 * @param metrics what they measure
 */
public record ChainAccess(
    DiskFactory factory, Clock clock, MergePolicy merges, SnapshotMetrics metrics) {

  /** As a real host treats them; nobody looks at what is measured. */
  public ChainAccess(DiskFactory factory, Clock clock) {
    this(factory, clock, MergePolicy.DEFAULT, new SnapshotMetrics(new SimpleMeterRegistry()));
  }
}
