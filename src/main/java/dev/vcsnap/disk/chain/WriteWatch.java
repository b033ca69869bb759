package dev.vcsnap.disk.chain;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * Counts what is written to a running disk from {@link RunningDisk#watchWrites} until it is closed:
 * a guest that is frozen writes nothing.
 *
 * <p>A write counts when it arrives, also while the disk is stunned.
 */
public final class WriteWatch implements AutoCloseable {

  private final LongAdder writes = new LongAdder();
  private final Consumer<WriteWatch> onClose;

  WriteWatch(Consumer<WriteWatch> onClose) {
    this.onClose = onClose;
  }

  void arrived() {
    writes.increment();
  }

  /** How many writes, zeroings and discards have arrived. */
  public long writes() {
    return writes.sum();
  }

  /** Counts no more; closing twice is harmless. */
  @Override
  public void close() {
    onClose.accept(this);
  }
}
