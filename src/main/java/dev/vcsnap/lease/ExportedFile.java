package dev.vcsnap.lease;

import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.vim.HttpNfcLeaseDeviceUrl;
import dev.vcsnap.vim.HttpNfcLeaseManifestEntry;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.Set;

/** A file that an export offers to be read. */
public final class ExportedFile extends LeasedFile {

  private final FileContent content;

  ExportedFile(FileAddress address, FileContent content) {
    super(address);
    this.content = content;
  }

  /** The media type that clients ask for. */
  public String contentType() {
    return switch (content) {
      case FileContent.Disk _ -> "application/x-vnd.vmware-streamVmdk";
      case FileContent.Bytes _ -> "application/octet-stream";
    };
  }

  @Override
  long capacityBytes() {
    return content instanceof FileContent.Disk disk ? disk.device().sizeBytes() : 0;
  }

  /** The bytes of the disk as long as the lease is held; empty for a file that is none. */
  Optional<BlockDevice> disk() {
    return content instanceof FileContent.Disk disk
        ? Optional.of(new LeasedDisk(disk.device(), this::isOpen))
        : Optional.empty();
  }

  /** The size is told only of what is no disk. */
  @Override
  HttpNfcLeaseDeviceUrl deviceUrl(String baseUrl, String sslThumbprint) {
    HttpNfcLeaseDeviceUrl url = address().deviceUrl(baseUrl, sslThumbprint);
    switch (content) {
      case FileContent.Disk _ -> url.disk = true;
      case FileContent.Bytes bytes -> {
        url.disk = false;
        url.fileSize = bytes.size();
      }
    }
    return url;
  }

  /**
   * Writes the whole file.
   *
   * @throws dev.vcsnap.disk.block.BlockError CLOSED once the lease ended
   */
  void sendTo(OutputStream out) throws IOException {
    var type = checksumType();
    var checksums = new Checksums(Set.of(type));
    var output = new TransferOutput(out, checksums, this::isOpen);
    long populated = content.writeTo(output);
    output.flush();
    HttpNfcLeaseManifestEntry entry = checksums.end().entry(key(), type);
    entry.disk = content instanceof FileContent.Disk;
    if (entry.disk) {
      entry.capacity = capacityBytes();
      entry.populatedSize = populated;
    }
    noteTransfer(entry);
  }

  /** What the file is read from is given back. */
  @Override
  void close() {
    super.close();
    content.close();
  }
}
