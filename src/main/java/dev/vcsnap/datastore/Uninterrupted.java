package dev.vcsnap.datastore;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;

/**
 * Lets file operations finish on a thread that is told to stop: a cancelled task must still be able
 * to write down in which state it leaves its machine. A channel is closed by an interrupt, so the
 * operation is done again from its start.
 */
final class Uninterrupted {

  private Uninterrupted() {}

  /** An operation that may be repeated. */
  interface Operation<T> {
    T run() throws IOException;
  }

  /** The operation's result; an interrupt that came meanwhile is pending again afterwards. */
  static <T> T call(Operation<T> operation) throws IOException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return operation.run();
        } catch (ClosedByInterruptException e) {
          interrupted = Thread.interrupted();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
