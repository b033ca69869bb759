package dev.vcsnap.lease;

import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.vim.HttpNfcLeaseDeviceUrl;
import dev.vcsnap.vim.HttpNfcLeaseManifestEntry;
import dev.vcsnap.vim.HttpNfcLeaseManifestEntryChecksumType;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A file that an export offers to be read. */
public final class ExportedFile implements LeasedFile {

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
   * @param datastoreKey where it lies
   */
  ExportedFile(String key, String targetId, String datastoreKey, FileContent content) {
    this.key = key;
    this.targetId = targetId;
    this.datastoreKey = datastoreKey;
    this.content = content;
  }

  @Override
  public String key() {
    return key;
  }

  @Override
  public String targetId() {
    return targetId;
  }

  /** The media type that clients ask for. */
  public String contentType() {
    return switch (content) {
      case FileContent.Disk _ -> "application/x-vnd.vmware-streamVmdk";
      case FileContent.Bytes _ -> "application/octet-stream";
    };
  }

  @Override
  public long capacityBytes() {
    return content instanceof FileContent.Disk disk ? disk.device().sizeBytes() : 0;
  }

  /** The bytes of the disk as long as the lease is held; empty for a file that is none. */
  Optional<BlockDevice> disk() {
    return content instanceof FileContent.Disk disk
        ? Optional.of(new LeasedDisk(disk.device(), () -> open))
        : Optional.empty();
  }

  /** The size is told only of what is no disk, and the import key only of imports. */
  @Override
  public HttpNfcLeaseDeviceUrl deviceUrl(String baseUrl, String sslThumbprint) {
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

  @Override
  public void checksumType(HttpNfcLeaseManifestEntryChecksumType type) {
    checksumType = type;
  }

  @Override
  public Optional<HttpNfcLeaseManifestEntry> transferred() {
    return Optional.ofNullable(transferred);
  }

  /**
   * Writes the whole file.
   *
   * @throws dev.vcsnap.disk.block.BlockError CLOSED once the lease ended
   */
  void sendTo(OutputStream out) throws IOException {
    var checksums = new Checksums(checksumType);
    var output = new TransferOutput(out, checksums, () -> open);
    long populated = content.writeTo(output);
    output.flush();
    HttpNfcLeaseManifestEntry entry = checksums.entry(key);
    entry.disk = content instanceof FileContent.Disk;
    if (entry.disk) {
      entry.capacity = capacityBytes();
      entry.populatedSize = populated;
    }
    transferred = entry;
  }

  /** What the file is read from is given back. */
  @Override
  public void close() {
    open = false;
    content.close();
  }
}
