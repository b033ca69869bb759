package dev.vcsnap.disk.chain;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockError.Kind;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Lets one operation at a time change a chain, and none once the disk is being closed. */
final class Operations {

  private @Nullable String running;
  private volatile boolean closing;

  /** Whether an operation that takes long should end early. */
  boolean closing() {
    return closing;
  }

  /** Starts an operation, or refuses it with LOCKED or CLOSED. */
  synchronized void begin(String name, Path leaf) {
    if (closing) {
      throw new BlockError(Kind.CLOSED, "'%s' is closed".formatted(leaf));
    }
    if (running != null) {
      throw new BlockError(Kind.LOCKED, "'%s' is busy with a %s".formatted(leaf, running));
    }
    running = name;
  }

  synchronized void end() {
    running = null;
    notifyAll();
  }

  /** Lets nothing new begin. */
  void startClosing() {
    closing = true;
  }

  /** Waits for the end of what runs; an interrupt is kept for later. */
  synchronized void awaitIdle() {
    boolean interrupted = false;
    while (running != null) {
      try {
        wait();
      } catch (InterruptedException later) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
