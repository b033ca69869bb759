package dev.vcsnap.quiesce;

import dev.vcsnap.inventory.VirtualMachine;

/** Begins to make guests consistent. */
@FunctionalInterface
public interface Quiescer {

  /** Leaves every guest alone. */
  Quiescer NONE = (machine, spec) -> Quiescing.NONE;

  /**
   * Prepares to freeze a machine's guest; nothing is said to it before {@link Quiescing#freeze}.
   */
  Quiescing begin(VirtualMachine machine, QuiesceSpec spec);
}
