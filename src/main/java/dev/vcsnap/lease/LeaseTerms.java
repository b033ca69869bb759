package dev.vcsnap.lease;

import dev.vcsnap.session.Session;
import dev.vcsnap.vim.HttpNfcLeaseInfo;
import dev.vcsnap.vim.ManagedObjectReference;
import java.time.Duration;
import java.util.ArrayList;

/**
 * What a lease is about and how its client reaches it; none of it changes.
 *
 * @param about what its privilege is asked on: the machine, or the pool that one is imported to
 * @param session whose it is; it ends with it
 * @param privilegeId what working with it asks for
 * @param ticket the secret in its addresses: who has one needs no other proof, as on real hosts
 * @param baseUrl what its addresses begin with, the ticket included
 * @param sslThumbprint of the certificate that the client meets there
 * @param timeout how long the client may be silent
 */
record LeaseTerms(
    ManagedObjectReference about,
    Session session,
    String privilegeId,
    String ticket,
    String baseUrl,
    String sslThumbprint,
    Duration timeout) {

  /** What clients are told once the files are known. */
  HttpNfcLeaseInfo describe(ManagedObjectReference lease, Offer offer) {
    var info = new HttpNfcLeaseInfo();
    info.lease = lease;
    info.entity = offer.entity();
    info.deviceUrl = new ArrayList<>();
    long bytes = 0;
    for (LeasedFile file : offer.files()) {
      info.deviceUrl.add(file.deviceUrl(baseUrl, sslThumbprint));
      bytes += file.capacityBytes();
    }
    info.totalDiskCapacityInKB = Math.ceilDiv(bytes, 1024);
    info.leaseTimeout = Math.toIntExact(timeout.toSeconds());
    return info;
  }
}
