package dev.vcsnap.lease;

import dev.vcsnap.disk.block.BlockDevice;
import java.util.Optional;

/** One client's hold on an exported disk. */
public interface DiskExport extends AutoCloseable {

  /** The name it was opened by. */
  String name();

  /** The bytes. */
  BlockDevice device();

  /** True when writes are refused. */
  boolean readOnly();

  /** The moment that the name asks for, from which on changes are to be told. */
  default Optional<String> since() {
    return Optional.empty();
  }

  /**
   * What changed on the disk since a moment.
   *
   * @param moment a change id, or the id of an earlier snapshot of the same disk
   * @return empty when that cannot be told: nothing tracked the changes, the moment belongs to
   *     another history or is no moment, or the disk is one that is still being written
   */
  default Optional<DiskChanges> changesSince(String moment) {
    return Optional.empty();
  }

  /** Gives the disk back; harmless when repeated. */
  @Override
  void close();
}
