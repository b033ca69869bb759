package dev.vcsnap.lease;

import dev.vcsnap.session.Session;
import dev.vcsnap.vim.HttpNfcLeaseDatastoreLeaseInfo;
import dev.vcsnap.vim.HttpNfcLeaseHostInfo;
import dev.vcsnap.vim.HttpNfcLeaseInfo;
import dev.vcsnap.vim.ManagedObjectReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What a lease is about and how its client reaches it; none of it changes.
 *
 * @param about what its privilege is asked on: the machine, or the pool that one is imported to
 * @param session whose it is; it ends with it
 * @param kind whether it gives or takes
 * @param ticket the secret in its addresses: who has one needs no other proof, as on real hosts
 * @param baseUrl what its addresses begin with, the ticket included
 * @param sslThumbprint of the certificate that the client meets there
 * @param timeout how long the client may be silent
 */
record LeaseTerms(
    ManagedObjectReference about,
    Session session,
    LeaseKind kind,
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
    if (kind == LeaseKind.IMPORT) {
      info.hostMap = hostMap(offer);
    }
    return info;
  }

  /** For each datastore the host that takes several of its disks in one body: this server. */
  private List<HttpNfcLeaseDatastoreLeaseInfo> hostMap(Offer offer) {
    List<HttpNfcLeaseDatastoreLeaseInfo> map = new ArrayList<>();
    offer.files().stream()
        .map(file -> file.address().datastoreKey())
        .distinct()
        .forEach(key -> {
          var host = new HttpNfcLeaseHostInfo();
          host.url = baseUrl;
          host.sslThumbprint = sslThumbprint;
          var entry = new HttpNfcLeaseDatastoreLeaseInfo();
          entry.datastoreKey = key;
          entry.hosts = List.of(host);
          map.add(entry);
        });
    return map;
  }
}
