package dev.vcsnap.lease;

import dev.vcsnap.vim.HttpNfcLeaseDeviceUrl;

/**
 * Which file of a lease is meant, and where it is.
 *
 * @param key the device that it belongs to, e.g. {@code /vm-62/ParaVirtualSCSIController0:0}
 * @param importKey the same by the names that the specification of an import uses; empty for an
 *     export
 * @param targetId its name in the address, e.g. {@code disk-0.vmdk}
 * @param datastoreKey where it lies
 */
record FileAddress(String key, String importKey, String targetId, String datastoreKey) {

  /** What clients are told of it, to which a file adds what it is. */
  HttpNfcLeaseDeviceUrl deviceUrl(String baseUrl, String sslThumbprint) {
    var url = new HttpNfcLeaseDeviceUrl();
    url.key = key;
    url.importKey = importKey;
    url.url = baseUrl + targetId;
    url.sslThumbprint = sslThumbprint;
    url.targetId = targetId;
    url.datastoreKey = datastoreKey;
    return url;
  }
}
