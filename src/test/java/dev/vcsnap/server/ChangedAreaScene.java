package dev.vcsnap.server;

/** What happens to a disk between two backups. */
enum ChangedAreaScene {

  /** Single blocks, and some that lie together. */
  SCATTERED {
    @Override
    void between(ChangedAreaDisk disk) {
      for (int block : new int[] {1, 3, 5, 6, 7, 11, 20, 30, 31, 40}) {
        disk.write(block * BLOCK + 77, 100);
      }
    }
  },

  /** Nothing. */
  NO_CHANGE {
    @Override
    void between(ChangedAreaDisk disk) {}
  },

  /** The last sector alone, of a disk whose last block is cut. */
  END {
    @Override
    void between(ChangedAreaDisk disk) {
      disk.write(disk.capacity() - 512, 512);
    }
  },

  /** The first and the last sector. */
  BOTH_ENDS {
    @Override
    void between(ChangedAreaDisk disk) {
      disk.write(0, 1);
      disk.write(disk.capacity() - 1, 1);
    }
  },

  /** Every byte. */
  EVERYTHING {
    @Override
    void between(ChangedAreaDisk disk) {
      disk.write(0, (int) disk.capacity());
    }
  },

  /** What had content has none. */
  ZEROED {
    @Override
    void between(ChangedAreaDisk disk) {
      disk.zero(2 * BLOCK, 3 * BLOCK);
      disk.discard(10 * BLOCK, BLOCK);
    }
  },

  /** The snapshot that the change id came from is removed, as the order of the steps is. */
  FIRST_SNAPSHOT_REMOVED {
    @Override
    void between(ChangedAreaDisk disk) throws Exception {
      disk.write(4 * BLOCK, 10);
      disk.removeFirst();
      disk.write(40 * BLOCK, 10);
    }
  },

  /** The disk becomes larger, and the new end is written. */
  EXTENDED {
    @Override
    void between(ChangedAreaDisk disk) throws Exception {
      disk.write(5 * BLOCK, 10);
      disk.removeFirst();
      disk.extend(disk.capacity() + 3 * BLOCK + 512);
      disk.write(disk.capacity() - 700, 200);
    }
  },

  /** The disk becomes larger, and nobody writes. */
  EXTENDED_ONLY {
    @Override
    void between(ChangedAreaDisk disk) throws Exception {
      disk.removeFirst();
      disk.extend(disk.capacity() + BLOCK);
    }
  },

  /** The machine goes back, so that the change id means nothing any more. */
  REVERTED {
    @Override
    void between(ChangedAreaDisk disk) throws Exception {
      disk.write(6 * BLOCK, 10);
      disk.revertToFirst();
      disk.write(40 * BLOCK, 10);
    }

    @Override
    boolean beginsAnew() {
      return true;
    }
  },

  /** Tracking was off for a while. */
  TRACKING_OFF_AND_ON {
    @Override
    void between(ChangedAreaDisk disk) throws Exception {
      disk.removeFirst();
      disk.track(false);
      disk.write(8 * BLOCK, 10);
      disk.track(true);
    }

    @Override
    boolean beginsAnew() {
      return true;
    }
  };

  static final long BLOCK = 64 << 10;

  abstract void between(ChangedAreaDisk disk) throws Exception;

  /** True if the change id of before must be refused with a FileFault. */
  boolean beginsAnew() {
    return false;
  }
}
