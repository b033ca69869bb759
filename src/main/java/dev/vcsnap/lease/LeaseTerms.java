package dev.vcsnap.lease;

import dev.vcsnap.session.Session;
import dev.vcsnap.vim.HttpNfcLeaseInfo;
import dev.vcsnap.vim.ManagedObjectReference;
import java.time.Duration;
import java.util.List;

/**
 * What a lease is about and how its client reaches it; none of it changes.
 *
 * @param entity the machine
 * @param session whose it is; it ends with it
 * @param privilegeId what working with it asks for
 * @param ticket the secret in its addresses: who has one needs no other proof, as on real hosts
 * @param baseUrl what its addresses begin with, the ticket included
 * @param sslThumbprint of the certificate that the client meets there
 * @param timeout how long the client may be silent
 */
record LeaseTerms(
    ManagedObjectReference entity,
    Session session,
    String privilegeId,
    String ticket,
    String baseUrl,
    String sslThumbprint,
    Duration timeout) {

  /** What clients are told once the files are known. */
  HttpNfcLeaseInfo describe(ManagedObjectReference lease, List<LeasedFile> files) {
    var info = new HttpNfcLeaseInfo();
    info.lease = lease;
    info.entity = entity;
    info.deviceUrl = files.stream().map(file -> file.deviceUrl(baseUrl, sslThumbprint)).toList();
    info.totalDiskCapacityInKB =
        Math.ceilDiv(files.stream().mapToLong(LeasedFile::capacityBytes).sum(), 1024);
    info.leaseTimeout = Math.toIntExact(timeout.toSeconds());
    return info;
  }
}
