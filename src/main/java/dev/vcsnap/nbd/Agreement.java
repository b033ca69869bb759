package dev.vcsnap.nbd;

import dev.vcsnap.lease.DiskExport;

/**
 * What a handshake ended with.
 *
 * @param export the disk, open; whoever has the agreement closes it
 * @param structured whether reads are answered in chunks
 * @param allocation whether {@code base:allocation} may be asked for
 */
record Agreement(DiskExport export, boolean structured, boolean allocation) {}
