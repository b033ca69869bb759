package dev.vcsnap.lease;

import dev.vcsnap.vim.HttpNfcLeaseDeviceUrl;
import dev.vcsnap.vim.HttpNfcLeaseManifestEntry;
import dev.vcsnap.vim.HttpNfcLeaseManifestEntryChecksumType;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A file that an export offers under an address, and what is known of its last whole transfer. */
public final class LeasedFile {

  private final String key;
  private final String targetId;
  private final String datastoreKey;
  private final FileContent content;
  private volatile boolean open = true;

  /** Clients that choose nothing compare with SHA-1, or with SHA-256 as newer servers have it. */
  private volatile HttpNfcLeaseManifestEntryChecksumType checksumType =
      HttpNfcLeaseManifestEntryChecksumType.sha256;

  private volatile @Nullable HttpNfcLeaseManifestEntry transferred;

  /**
   * Makes a file.
   *
   * @param key the device that it belongs to, e.g. {@code /vm-62/ParaVirtualSCSIController0:0}
   * @param targetId its name, e.g. {@code disk-0.vmdk}
   * @param datastoreKey where it lies
   */
  LeasedFile(String key, String targetId, String datastoreKey, FileContent content) {
    this.key = key;
    this.targetId = targetId;
    this.datastoreKey = datastoreKey;
    this.content = content;
  }

  String key() {
    return key;
  }

  String targetId() {
    return targetId;
  }

  /** The media type that clients ask for. */
  public String contentType() {
    return switch (content) {
      case FileContent.Disk _ -> "application/x-vnd.vmware-streamVmdk";
      case FileContent.Bytes _ -> "application/octet-stream";
    };
  }

  /** How large the disk is; 0 for a file that is none. */
  long capacityBytes() {
    return content instanceof FileContent.Disk disk ? disk.device().sizeBytes() : 0;
  }

  /** What clients are told of it; the size only of what is no disk, as the interface has it. */
  HttpNfcLeaseDeviceUrl deviceUrl(String baseUrl, String sslThumbprint) {
    var url = new HttpNfcLeaseDeviceUrl();
    url.key = key;
    url.importKey = "";
    url.url = baseUrl + targetId;
    url.sslThumbprint = sslThumbprint;
    url.targetId = targetId;
    url.datastoreKey = datastoreKey;
    switch (content) {
      case FileContent.Disk _ -> url.disk = true;
      case FileContent.Bytes bytes -> {
        url.disk = false;
        url.fileSize = bytes.size();
      }
    }
    return url;
  }

  /** Which checksum the transfers from now on are given beside SHA-1. */
  void checksumType(HttpNfcLeaseManifestEntryChecksumType type) {
    checksumType = type;
  }

  /** The last transfer that came to its end; empty if there was none. */
  Optional<HttpNfcLeaseManifestEntry> transferred() {
    return Optional.ofNullable(transferred);
  }

  /**
   * Writes the whole file.
   *
   * @throws dev.vcsnap.disk.block.BlockError CLOSED once the lease ended
   */
  void sendTo(OutputStream out) throws IOException {
    HttpNfcLeaseManifestEntryChecksumType type = checksumType;
    MessageDigest sha1 = digest("SHA-1");
    MessageDigest chosen =
        switch (type) {
          case sha1 -> sha1;
          case sha256 -> digest("SHA-256");
        };
    List<MessageDigest> digests =
        type == HttpNfcLeaseManifestEntryChecksumType.sha1 ? List.of(sha1) : List.of(sha1, chosen);
    var output = new TransferOutput(out, digests, () -> open);
    long populated = content.writeTo(output);
    output.flush();
    var entry = new HttpNfcLeaseManifestEntry();
    entry.key = key;
    entry.sha1 = HexFormat.of().formatHex(sha1.digest());
    entry.checksum = digests.size() == 1 ? entry.sha1 : HexFormat.of().formatHex(chosen.digest());
    entry.checksumType = type.name();
    entry.size = output.count();
    entry.disk = content instanceof FileContent.Disk;
    if (entry.disk) {
      entry.capacity = capacityBytes();
      entry.populatedSize = populated;
    }
    transferred = entry;
  }

  private static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has it", e);
    }
  }

  /** Nothing more is sent; what the file is read from is given back. */
  void close() {
    open = false;
    content.close();
  }
}
