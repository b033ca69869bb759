package dev.vcsnap.ground.dice;

import java.security.SecureRandom;
import java.util.OptionalLong;
import java.util.Random;

/**
 * The only source of chance: one seed gives every stream, and each use has a stream of its own.
 *
 * <p>Without a seed the streams are cryptographically strong, since session ids are drawn from one.
 */
public final class Dice {

  private final OptionalLong seed;

  /** Repeatable dice: the same seed gives the same numbers. */
  public Dice(long seed) {
    this(OptionalLong.of(seed));
  }

  private Dice(OptionalLong seed) {
    this.seed = seed;
  }

  /** Dice that nobody can foresee. */
  public static Dice unpredictable() {
    return new Dice(OptionalLong.empty());
  }

  /** The seed, to be printed so that a run can be repeated; empty for unpredictable dice. */
  public OptionalLong seed() {
    return seed;
  }

  /** A new stream for one use; the same seed and name give the same numbers. */
  public Random stream(String use) {
    return seed.isPresent()
        ? new Random(seed.getAsLong() * 0x9E3779B97F4A7C15L + use.hashCode())
        : new SecureRandom();
  }
}
