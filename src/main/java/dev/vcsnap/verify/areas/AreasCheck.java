package dev.vcsnap.verify.areas;

import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.cbt.ChangeMap;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Compares a base copy with a snapshot and holds what differs against the areas that were said to
 * have changed. Reads each disk once, in pieces, and nothing where both are known to be zeros.
 */
public final class AreasCheck {

  private static final int PIECE_BYTES = 1 << 20;
  private static final int SECTOR_BYTES = 512;

  private final int listed;
  private final Runnable goOn;
  private final ByteBuffer ofBase = ByteBuffer.allocateDirect(PIECE_BYTES);
  private final ByteBuffer ofSnapshot = ByteBuffer.allocateDirect(PIECE_BYTES);

  /**
   * Makes a check, for one thread, that goes on to the disks' ends.
   *
   * @param listed how many ranges of each kind a report names
   */
  public AreasCheck(int listed) {
    this(listed, () -> {});
  }

  /**
   * Makes a check, for one thread.
   *
   * @param listed how many ranges of each kind a report names
   * @param goOn is run before each piece that is read; what it throws ends the check
   */
  public AreasCheck(int listed, Runnable goOn) {
    this.listed = listed;
    this.goOn = goOn;
  }

  /**
   * Reads both disks to their ends; they stay open.
   *
   * @param base what the copy has; null for nothing, as before a first full copy. Where it ends
   *     before the snapshot's disk, it counts as zeros
   * @throws IllegalArgumentException for a base that is larger than the disk
   */
  public AreasReport run(@Nullable BlockDevice base, BlockDevice snapshot, AreaList.Builder told) {
    long size = snapshot.sizeBytes();
    if (base != null && base.sizeBytes() > size) {
      throw new IllegalArgumentException(
          "The base has %d bytes and the snapshot's disk %d: disks only grow, so the base is of another disk or its format was not recognised"
              .formatted(base.sizeBytes(), size));
    }
    AreaList areas = told.build(size);
    long blockBytes = ChangeMap.blockSizeFor(size);
    var ledger = new Ledger(areas.areas(), blockBytes, listed);
    compare(base, snapshot, ledger);
    ledger.end();
    return AreasReport.of(size, base == null ? 0 : base.sizeBytes(), blockBytes, areas, ledger);
  }

  private void compare(@Nullable BlockDevice base, BlockDevice snapshot, Ledger ledger) {
    long size = snapshot.sizeBytes();
    Zeros snapshotZeros = new Zeros(snapshot);
    Zeros baseZeros = base == null ? null : new Zeros(base);
    long at = 0;
    while (at < size) {
      goOn.run();
      long dataOfSnapshot = snapshotZeros.end(at, size);
      long dataOfBase = baseZeros == null ? size : baseZeros.end(at, size);
      at = Math.min(dataOfSnapshot, dataOfBase) / SECTOR_BYTES * SECTOR_BYTES;
      if (at < size) {
        int length = (int) Math.min(PIECE_BYTES - at % PIECE_BYTES, size - at);
        read(snapshot, at, ofSnapshot, length);
        read(base, at, ofBase, length);
        compare(at, ledger);
        at += length;
      }
    }
  }

  /** Fills the buffer; behind the end of a disk are zeros. */
  private static void read(@Nullable BlockDevice disk, long offset, ByteBuffer into, int length) {
    long there = disk == null ? 0 : Math.clamp(disk.sizeBytes() - offset, 0L, length);
    into.clear().limit((int) there);
    if (disk != null && there > 0) {
      disk.readAt(offset, into);
    }
    into.limit(length);
    while (into.hasRemaining()) {
      into.put((byte) 0);
    }
    into.flip();
  }

  private void compare(long offset, Ledger ledger) {
    int length = ofSnapshot.limit();
    int at = 0;
    while (at < length) {
      int same = ofSnapshot.slice(at, length - at).mismatch(ofBase.slice(at, length - at));
      if (same < 0) {
        return;
      }
      int from = (at + same) / SECTOR_BYTES * SECTOR_BYTES;
      at = from;
      do {
        at = Math.min(at + SECTOR_BYTES, length);
      } while (at < length && sectorDiffers(at, length));
      ledger.differs(offset + from, offset + at);
    }
  }

  private boolean sectorDiffers(int at, int length) {
    int bytes = Math.min(SECTOR_BYTES, length - at);
    return ofSnapshot.slice(at, bytes).mismatch(ofBase.slice(at, bytes)) >= 0;
  }
}
