package dev.vcsnap.ground.dice;

import java.util.Random;

/** The only source of chance: one seed gives every stream, and each use has a stream of its own. */
public final class Dice {

  private final long seed;

  public Dice(long seed) {
    this.seed = seed;
  }

  /** The seed, to be printed so that a run can be repeated. */
  public long seed() {
    return seed;
  }

  /** A new stream for one use; the same seed and name give the same numbers. */
  public Random stream(String use) {
    return new Random(seed * 0x9E3779B97F4A7C15L + use.hashCode());
  }
}
