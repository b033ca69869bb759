package dev.vcsnap.nbd;

import dev.vcsnap.disk.cbt.Range;
import dev.vcsnap.lease.DiskChanges;

/** {@code qemu:dirty-bitmap:<moment>}: whether a block was written since a moment. */
record Dirty(String name, DiskChanges changes) implements MetaContext {

  @Override
  public Extents of(long offset, long length, boolean onlyFirst) {
    Extents found = new Extents();
    long end = offset + length;
    long told = offset;
    // Each area takes two extents at most, the clean one before it and its own.
    int areasMax = onlyFirst ? 1 : Extents.MAX / 2;
    int areas = 0;
    for (Range area : changes.in(offset, length, areasMax)) {
      found.add(area.offset() - told, 0);
      told = Math.min(area.end(), end);
      found.add(told - area.offset(), Protocol.STATE_DIRTY);
      areas++;
    }
    if (areas < areasMax) {
      found.add(end - told, 0);
    }
    return onlyFirst ? found.first() : found;
  }
}
