/**
 * Disks over the NBD protocol: what {@link dev.vcsnap.lease.DiskExports} offers, to any client that
 * speaks fixed newstyle NBD. The faces are {@link NbdServer} and {@link NbdListener}.
 *
 * <p>The reading order is {@code Connection}, {@code Handshake}, {@code Transmission}. Words and
 * numbers are those of the protocol document (doc/proto.md of the NetworkBlockDevice project).
 */
@NullMarked
package dev.vcsnap.nbd;

import org.jspecify.annotations.NullMarked;
