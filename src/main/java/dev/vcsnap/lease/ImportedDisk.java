package dev.vcsnap.lease;

import dev.vcsnap.datastore.Datastore;
import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.vim.HttpNfcLeaseDeviceUrl;
import dev.vcsnap.vim.HttpNfcLeaseManifestEntry;
import dev.vcsnap.vim.HttpNfcLeaseManifestEntryChecksumType;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A disk of an import, which its client fills. */
public final class ImportedDisk implements LeasedFile {

  private final String key;
  private final String importKey;
  private final String targetId;
  private final String datastoreKey;
  private final BlockDevice device;
  private final Datastore datastore;
  private final AtomicBoolean busy = new AtomicBoolean();
  private volatile boolean open = true;
  private volatile boolean touched;
  private volatile HttpNfcLeaseManifestEntryChecksumType checksumType =
      HttpNfcLeaseManifestEntryChecksumType.sha256;
  private volatile @Nullable HttpNfcLeaseManifestEntry transferred;

  /**
   * Makes a disk.
   *
   * @param importKey the device by the names that the specification of the import uses
   * @param device empty, and the client's until the lease ends
   * @param datastore where it lies, and has room for what cannot be taken as it comes
   */
  ImportedDisk(
      String key,
      String importKey,
      String targetId,
      String datastoreKey,
      BlockDevice device,
      Datastore datastore) {
    this.key = key;
    this.importKey = importKey;
    this.targetId = targetId;
    this.datastoreKey = datastoreKey;
    this.device = device;
    this.datastore = datastore;
  }

  @Override
  public String key() {
    return key;
  }

  @Override
  public String targetId() {
    return targetId;
  }

  @Override
  public long capacityBytes() {
    return device.sizeBytes();
  }

  @Override
  public HttpNfcLeaseDeviceUrl deviceUrl(String baseUrl, String sslThumbprint) {
    var url = new HttpNfcLeaseDeviceUrl();
    url.key = key;
    url.importKey = importKey;
    url.url = baseUrl + targetId;
    url.sslThumbprint = sslThumbprint;
    url.disk = true;
    url.targetId = targetId;
    url.datastoreKey = datastoreKey;
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
   * Takes nothing more, as the disk is to be kept as it is; false if it cannot be, because a
   * transfer is under way or did not come to its end.
   */
  boolean seal() {
    if (!busy.compareAndSet(false, true)) {
      return false;
    }
    if (touched && transferred == null) {
      busy.set(false);
      return false;
    }
    open = false;
    return true;
  }

  /** Can be filled again after all. */
  void unseal() {
    open = true;
    busy.set(false);
  }

  /**
   * Fills the disk; what an earlier transfer brought is gone first.
   *
   * @param announcedBytes how much will come, or -1
   * @throws BlockError LOCKED while another transfer is under way, CLOSED once the lease ended,
   *     otherwise what is wrong with what came
   */
  void receive(InputStream body, long announcedBytes) throws IOException {
    if (!busy.compareAndSet(false, true)) {
      requireOpen();
      throw new BlockError(
          BlockError.Kind.LOCKED, "'%s' is being sent already".formatted(targetId));
    }
    try {
      requireOpen();
      transferred = null;
      if (touched) {
        device.writeZeroesAt(0, device.sizeBytes());
      }
      touched = true;
      var checksums = new Checksums(checksumType);
      var input = new TransferInput(body, checksums, () -> open);
      new DiskIntake(device, datastore, targetId).fill(input, announcedBytes);
      device.flush();
      HttpNfcLeaseManifestEntry entry = checksums.entry(key);
      entry.disk = true;
      entry.capacity = device.sizeBytes();
      transferred = entry;
    } finally {
      busy.set(false);
    }
  }

  private void requireOpen() {
    if (!open) {
      throw new BlockError(
          BlockError.Kind.CLOSED, "the lease of '%s' has ended".formatted(targetId));
    }
  }

  @Override
  public void close() {
    open = false;
  }
}
