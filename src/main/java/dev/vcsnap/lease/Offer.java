package dev.vcsnap.lease;

import dev.vcsnap.vim.ManagedObjectReference;
import java.util.List;

/**
 * What a lease is about once it is ready.
 *
 * @param entity the machine
 * @param files what its client can transfer
 * @param outcome what the end of the lease means
 */
record Offer(ManagedObjectReference entity, List<? extends LeasedFile> files, Outcome outcome) {

  /** What becomes of the machine when the lease ends, one of the two. */
  interface Outcome {

    /** An export leaves its machine as it is. */
    Outcome NOTHING =
        new Outcome() {
          @Override
          public void kept() {}

          @Override
          public void undone() {}
        };

    /** The client is done. */
    void kept();

    /** The client gave up, or went away. */
    void undone();
  }
}
