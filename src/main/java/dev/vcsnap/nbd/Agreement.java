package dev.vcsnap.nbd;

import dev.vcsnap.lease.DiskExport;
import java.util.List;

/**
 * What a handshake ended with.
 *
 * @param export the disk, open; whoever has the agreement closes it
 * @param headers the form of requests and answers
 * @param contexts what may be asked of its blocks; the id of each on the wire is its place, from 1
 */
record Agreement(DiskExport export, Headers headers, List<MetaContext> contexts) {

  Agreement {
    contexts = List.copyOf(contexts);
  }
}
