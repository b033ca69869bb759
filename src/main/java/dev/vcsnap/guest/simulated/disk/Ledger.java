package dev.vcsnap.guest.simulated.disk;

import dev.vcsnap.disk.block.BlockError;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What the application has written: it announces an entry ({@code intent = n}), writes it into both
 * books ({@code a = n}, {@code b = n}), and announces the next one; only where it was told to stop
 * is nothing announced. So the ledger is settled ({@code intent = 0}, {@code a = b}) exactly when
 * the application was at rest.
 *
 * <p>Each number has a block of its own, of which the first sector is written in place:
 *
 * <pre>
 *     0  8  magic "VCSNAPLR"
 *     8  4  which: 0 intent, 1 a, 2 b
 *    16  8  the number
 *   508  4  CRC-32C of bytes 0 to 507
 * </pre>
 */
record Ledger(long intent, long a, long b) {

  static final Ledger NEW = new Ledger(0, 0, 0);

  private static final byte[] MAGIC = "VCSNAPLR".getBytes(StandardCharsets.US_ASCII);

  /** The three numbers. */
  enum Cell {
    INTENT(0),
    A(1),
    B(2);

    /** Which of the ledger's blocks it has. */
    private final int place;

    Cell(int place) {
      this.place = place;
    }

    long blockIn(VolumeLayout layout) {
      return layout.ledgerFirst() + place;
    }
  }

  boolean isSettled() {
    return intent == 0 && a == b;
  }

  /** Whether an application that worked as described can have left it so at any moment. */
  boolean isPossible() {
    return intent == 0 ? a == b : b <= a && a <= intent && b >= intent - 1;
  }

  long get(Cell which) {
    return switch (which) {
      case INTENT -> intent;
      case A -> a;
      case B -> b;
    };
  }

  Ledger with(Cell which, long value) {
    return switch (which) {
      case INTENT -> new Ledger(value, a, b);
      case A -> new Ledger(intent, value, b);
      case B -> new Ledger(intent, a, value);
    };
  }

  /**
   * Reads the three sectors.
   *
   * @throws BlockError CORRUPT
   */
  static Ledger read(Blocks blocks, VolumeLayout layout) {
    Ledger ledger = NEW;
    for (Cell which : Cell.values()) {
      ByteBuffer sector = blocks.readSector(which.blockIn(layout));
      if (!sector.slice(0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC))
          || !Blocks.isSealed(sector)
          || sector.getInt(8) != which.place) {
        throw new BlockError(
            BlockError.Kind.CORRUPT,
            "the ledger's block " + which.place + " does not hold a number");
      }
      ledger = ledger.with(which, sector.getLong(16));
    }
    return ledger;
  }

  /** The sector of one number. */
  ByteBuffer sectorOf(Cell which) {
    ByteBuffer sector = Blocks.empty(Blocks.SECTOR_BYTES);
    sector.put(0, MAGIC).putInt(8, which.place).putLong(16, get(which));
    return Blocks.seal(sector);
  }
}
