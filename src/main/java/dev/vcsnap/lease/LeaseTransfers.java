package dev.vcsnap.lease;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/** Moves the files of leases to and from clients, some at a time. */
public final class LeaseTransfers {

  /** Each takes about a MiB, and all of them share the processors. */
  private static final int TRANSFERS_MAX = 128;

  private final Leases leases;
  private final Semaphore transfers = new Semaphore(TRANSFERS_MAX);

  LeaseTransfers(Leases leases) {
    this.leases = leases;
  }

  /** The file behind an address; empty if there is none, or none any more. */
  public Optional<LeasedFile> file(String ticket, String name) {
    return leases.file(ticket, name);
  }

  /**
   * Sends a file to a client.
   *
   * @return false if nothing was sent, as too many are being sent already
   * @throws dev.vcsnap.disk.block.BlockError when it cannot be read, or the lease ended
   */
  public boolean send(ExportedFile file, OutputStream out) throws IOException {
    if (!transfers.tryAcquire()) {
      return false;
    }
    try {
      file.sendTo(out);
      return true;
    } finally {
      transfers.release();
    }
  }

  /**
   * Takes a disk from a client, or several that are to have the same bytes.
   *
   * @param announcedBytes how much will come, or -1
   * @return false if nothing was taken, as too many are being taken already
   * @throws dev.vcsnap.disk.block.BlockError for what is no disk or does not fit, or when the lease
   *     ended
   */
  public boolean receive(List<ImportedDisk> disks, InputStream body, long announcedBytes)
      throws IOException {
    if (!transfers.tryAcquire()) {
      return false;
    }
    try {
      new Reception(disks).take(body, announcedBytes);
      return true;
    } finally {
      transfers.release();
    }
  }
}
