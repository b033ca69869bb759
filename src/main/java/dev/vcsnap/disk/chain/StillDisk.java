package dev.vcsnap.disk.chain;

import java.util.function.Consumer;

/** A running disk that nobody writes to, from {@link RunningDisk#holdStill} until it is closed. */
public final class StillDisk implements AutoCloseable {

  private final String holder;
  private final Consumer<StillDisk> onClose;

  StillDisk(String holder, Consumer<StillDisk> onClose) {
    this.holder = holder;
    this.onClose = onClose;
  }

  String holder() {
    return holder;
  }

  /** Lets writers go on; closing twice is harmless. */
  @Override
  public void close() {
    onClose.accept(this);
  }
}
