package dev.vcsnap.lease;

import dev.vcsnap.disk.block.BlockDevice;

/** One client's hold on an exported disk. */
public interface DiskExport extends AutoCloseable {

  /** The name it was opened by. */
  String name();

  /** The bytes. */
  BlockDevice device();

  /** True when writes are refused. */
  boolean readOnly();

  /** Gives the disk back; harmless when repeated. */
  @Override
  void close();
}
