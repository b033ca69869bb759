package dev.vcsnap.inventory;

import dev.vcsnap.ground.ids.NumberSeries;

/**
 * Numbers the inventory's objects as a vCenter does: one counter for all types, so that no two ids
 * end alike, and none is given again after its object is gone.
 */
public final class MoIds {

  private final NumberSeries numbers;

  private final boolean bare;

  MoIds(NumberSeries numbers, Product product) {
    this.numbers = numbers;
    this.bare = product == Product.ESXI;
  }

  /** The next id of a kind, e.g. {@code vm-62} for {@code vm}; a host gives the number alone. */
  public String next(String kind) {
    return bare ? String.valueOf(numbers.next()) : kind + "-" + numbers.next();
  }
}
