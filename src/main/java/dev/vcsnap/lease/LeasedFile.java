package dev.vcsnap.lease;

import dev.vcsnap.vim.HttpNfcLeaseDeviceUrl;
import dev.vcsnap.vim.HttpNfcLeaseManifestEntry;
import dev.vcsnap.vim.HttpNfcLeaseManifestEntryChecksumType;
import java.util.Optional;

/** A file behind an address of a lease, and what is known of its last whole transfer. */
public sealed interface LeasedFile permits ExportedFile, ImportedDisk {

  /** The device that it belongs to, e.g. {@code /vm-62/ParaVirtualSCSIController0:0}. */
  String key();

  /** Its name in the address, e.g. {@code disk-0.vmdk}. */
  String targetId();

  /** How large the disk is; 0 for a file that is none. */
  long capacityBytes();

  /** What clients are told of it. */
  HttpNfcLeaseDeviceUrl deviceUrl(String baseUrl, String sslThumbprint);

  /** Which checksum the transfers from now on are given beside SHA-1. */
  void checksumType(HttpNfcLeaseManifestEntryChecksumType type);

  /** The last transfer that came to its end; empty if there was none. */
  Optional<HttpNfcLeaseManifestEntry> transferred();

  /** Nothing more is sent or taken. */
  void close();
}
