package dev.vcsnap.nbd;

import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.ground.clock.Timers;
import dev.vcsnap.lease.DiskExports;
import java.nio.ByteBuffer;

/**
 * What all connections of a server share.
 *
 * @param exports what can be opened
 * @param tls whether and how connections are made private
 * @param clock tells a slow disk from a quick one
 * @param timers ends connections that come to no agreement
 * @param listener hears what happens
 * @param crew helps with slow disks
 * @param zeroes a run of zeros to write
 */
record ConnectionContext(
    DiskExports exports,
    NbdTls tls,
    Clock clock,
    Timers timers,
    NbdListener listener,
    Crew crew,
    ByteBuffer zeroes) {}
