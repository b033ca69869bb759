package dev.vcsnap.lease;

import java.util.concurrent.CompletableFuture;

/**
 * What one request to another server waits for and reads from, so that anybody can hang up at any
 * moment. Interrupting would not do: it ends neither what always finds something to read nor the
 * search for a name.
 */
final class Line implements AutoCloseable {

  private final CompletableFuture<Void> hungUp = new CompletableFuture<>();

  /** Adds what is to be ended with the line: at once, if that was hung up already. */
  void onHangUp(Runnable end) {
    var _ = hungUp.thenRun(end);
  }

  /** Hangs up; harmless when that was done before. */
  @Override
  public void close() {
    hungUp.complete(null);
  }
}
