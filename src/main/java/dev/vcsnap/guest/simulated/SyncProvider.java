package dev.vcsnap.guest.simulated;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** How an operating system holds its file systems still. */
interface SyncProvider {

  /** Begins to freeze; the outcome is false when that is not possible. */
  CompletableFuture<Boolean> freeze();

  /** False once it let go of them by a limit of its own. */
  default boolean isHeld() {
    return true;
  }

  /** The backup is over, well or not. */
  default void complete() {}

  /** Why it could not freeze, in the words for the host; empty for the usual ones. */
  default Optional<String> failure() {
    return Optional.empty();
  }

  /** Lets them go on; nothing to do when they are not frozen. */
  void thaw();

  /** Where the agent writes down what was frozen; empty when it does not. */
  Optional<Document> manifest();

  /**
   * A file of the guest's.
   *
   * @param path where it lies there
   * @param content what is in it
   */
  @SuppressWarnings("ArrayRecordComponent") // Handed on once, never compared.
  record Document(String path, byte[] content) {}
}
