package dev.vcsnap.lease;

import dev.vcsnap.vim.HttpNfcLeaseDeviceUrl;
import dev.vcsnap.vim.HttpNfcLeaseManifestEntry;
import dev.vcsnap.vim.HttpNfcLeaseManifestEntryChecksumType;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A file behind an address of a lease, and what is known of its last whole transfer. */
public abstract sealed class LeasedFile permits ExportedFile, ImportedDisk {

  private final FileAddress address;
  private volatile boolean open = true;

  /** Clients that choose nothing compare with SHA-1, or with SHA-256 as newer servers have it. */
  private volatile HttpNfcLeaseManifestEntryChecksumType checksumType =
      HttpNfcLeaseManifestEntryChecksumType.sha256;

  private volatile @Nullable HttpNfcLeaseManifestEntry transferred;

  LeasedFile(FileAddress address) {
    this.address = address;
  }

  final FileAddress address() {
    return address;
  }

  /** The device that it belongs to, e.g. {@code /vm-62/ParaVirtualSCSIController0:0}. */
  final String key() {
    return address.key();
  }

  /** Its name in the address, e.g. {@code disk-0.vmdk}. */
  final String targetId() {
    return address.targetId();
  }

  /** How large the disk is; 0 for a file that is none. */
  abstract long capacityBytes();

  /** What clients are told of it. */
  abstract HttpNfcLeaseDeviceUrl deviceUrl(String baseUrl, String sslThumbprint);

  /** Which checksum the transfers from now on are given beside SHA-1. */
  final void checksumType(HttpNfcLeaseManifestEntryChecksumType type) {
    checksumType = type;
  }

  final HttpNfcLeaseManifestEntryChecksumType checksumType() {
    return checksumType;
  }

  /** The last transfer that came to its end; empty if there was none. */
  final Optional<HttpNfcLeaseManifestEntry> transferred() {
    return Optional.ofNullable(transferred);
  }

  final void noteTransfer(@Nullable HttpNfcLeaseManifestEntry entry) {
    transferred = entry;
  }

  /** Whether anything may be sent or taken. */
  final boolean isOpen() {
    return open;
  }

  final void open(boolean now) {
    open = now;
  }

  /** Nothing more is sent or taken. */
  void close() {
    open = false;
  }
}
