package dev.vcsnap.inventory;

import dev.vcsnap.ground.ids.NumberSeries;

/**
 * Numbers the inventory's objects as a vCenter does: one counter for all types, so that no two ids
 * end alike, and none is given again after its object is gone.
 */
public final class MoIds {

  private final NumberSeries numbers;

  MoIds(NumberSeries numbers) {
    this.numbers = numbers;
  }

  /** The next id of a kind, e.g. {@code vm-62} for {@code vm}. */
  public String next(String kind) {
    return kind + "-" + numbers.next();
  }
}
