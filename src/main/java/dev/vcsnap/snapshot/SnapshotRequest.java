package dev.vcsnap.snapshot;

import dev.vcsnap.quiesce.QuiesceSpec;
import java.util.Optional;

/**
 * What a client asks for when it creates a snapshot.
 *
 * @param name not empty; need not be unique
 * @param description may be empty
 * @param memory whether the machine's memory is wanted too
 * @param quiesce how the guest should be made consistent first; empty for not at all
 */
public record SnapshotRequest(
    String name, String description, boolean memory, Optional<QuiesceSpec> quiesce) {

  /** With the default way to make the guest consistent, if any. */
  public SnapshotRequest(String name, String description, boolean memory, boolean quiesce) {
    this(name, description, memory, quiesce ? Optional.of(QuiesceSpec.DEFAULT) : Optional.empty());
  }
}
