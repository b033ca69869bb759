package dev.vcsnap.disk.chain;

import dev.vcsnap.disk.block.BlockStatus;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Joins neighbouring pieces of one kind before it passes them on. */
final class StatusJoiner implements Consumer<BlockStatus> {

  private final Consumer<BlockStatus> sink;
  private @Nullable BlockStatus open;

  StatusJoiner(Consumer<BlockStatus> sink) {
    this.sink = sink;
  }

  @Override
  public void accept(BlockStatus piece) {
    BlockStatus last = open;
    if (last == null) {
      open = piece;
    } else if (last.kind() == piece.kind() && last.offset() + last.length() == piece.offset()) {
      open = new BlockStatus(last.offset(), last.length() + piece.length(), last.kind());
    } else {
      sink.accept(last);
      open = piece;
    }
  }

  /** Passes on the last piece. */
  void finish() {
    BlockStatus last = open;
    if (last != null) {
      sink.accept(last);
      open = null;
    }
  }
}
