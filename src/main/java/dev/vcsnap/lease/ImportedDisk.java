package dev.vcsnap.lease;

import dev.vcsnap.datastore.Datastore;
import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.vim.HttpNfcLeaseDeviceUrl;
import dev.vcsnap.vim.HttpNfcLeaseManifestEntry;
import java.util.concurrent.atomic.AtomicBoolean;

/** A disk of an import, which its client fills. */
public final class ImportedDisk extends LeasedFile {

  private final BlockDevice device;
  private final Datastore datastore;
  private final AtomicBoolean busy = new AtomicBoolean();
  private volatile boolean touched;

  /**
   * Makes a disk.
   *
   * @param device empty, and the client's until the lease ends
   * @param datastore where it lies, and has room for what cannot be taken as it comes
   */
  ImportedDisk(FileAddress address, BlockDevice device, Datastore datastore) {
    super(address);
    this.device = device;
    this.datastore = datastore;
  }

  BlockDevice device() {
    return device;
  }

  Datastore datastore() {
    return datastore;
  }

  @Override
  long capacityBytes() {
    return device.sizeBytes();
  }

  @Override
  HttpNfcLeaseDeviceUrl deviceUrl(String baseUrl, String sslThumbprint) {
    HttpNfcLeaseDeviceUrl url = address().deviceUrl(baseUrl, sslThumbprint);
    url.disk = true;
    return url;
  }

  /**
   * Takes nothing more, as the disk is to be kept as it is; false if it cannot be, because a
   * transfer is under way or did not come to its end.
   */
  boolean seal() {
    if (!busy.compareAndSet(false, true)) {
      return false;
    }
    if (touched && transferred().isEmpty()) {
      busy.set(false);
      return false;
    }
    open(false);
    return true;
  }

  /** Can be filled again after all. */
  void unseal() {
    open(true);
    busy.set(false);
  }

  /**
   * Begins a transfer, which nobody else can until {@link #endTransfer}.
   *
   * @throws BlockError LOCKED while another transfer is under way, CLOSED once the lease ended
   */
  void beginTransfer() {
    if (!busy.compareAndSet(false, true)) {
      requireOpen();
      throw new BlockError(
          BlockError.Kind.LOCKED, "'%s' is being sent already".formatted(targetId()));
    }
    if (!isOpen()) {
      busy.set(false);
      requireOpen();
    }
  }

  /** Takes away what an earlier transfer brought; the one that was begun replaces it. */
  void empty() {
    noteTransfer(null);
    if (touched) {
      device.writeZeroesAt(0, device.sizeBytes());
    }
    touched = true;
  }

  /** Notes that all of it came, and keeps it. */
  void keep(Checksums.Sums sums) {
    device.flush();
    HttpNfcLeaseManifestEntry entry = sums.entry(key(), checksumType());
    entry.disk = true;
    entry.capacity = device.sizeBytes();
    noteTransfer(entry);
  }

  void endTransfer() {
    busy.set(false);
  }

  private void requireOpen() {
    if (!isOpen()) {
      throw new BlockError(
          BlockError.Kind.CLOSED, "the lease of '%s' has ended".formatted(targetId()));
    }
  }
}
