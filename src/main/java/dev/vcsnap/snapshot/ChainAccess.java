package dev.vcsnap.snapshot;

import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.ground.clock.Clock;

/**
 * What the operations on chains work with.
 *
 * @param factory makes, merges and deletes links
 * @param clock the time
 */
public record ChainAccess(DiskFactory factory, Clock clock) {}
