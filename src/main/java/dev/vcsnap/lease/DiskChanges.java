package dev.vcsnap.lease;

import dev.vcsnap.disk.cbt.ChangeId;
import dev.vcsnap.disk.cbt.ChangeMap;
import dev.vcsnap.disk.cbt.Range;
import java.util.List;

/** Which areas of a frozen disk were written since a moment; the answer never changes. */
public final class DiskChanges {

  private final ChangeMap map;
  private final ChangeId since;

  DiskChanges(ChangeMap map, ChangeId since) {
    this.map = map;
    this.since = since;
  }

  /**
   * The changed areas of a range, ascending and apart from each other. The last one may reach past
   * the range's end.
   *
   * @param areasMax how many at most; there may be more behind the last one
   */
  public List<Range> in(long offset, long length, int areasMax) {
    return map.changedSince(since, offset, offset + length, areasMax);
  }
}
