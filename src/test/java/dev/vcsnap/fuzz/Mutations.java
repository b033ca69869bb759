package dev.vcsnap.fuzz;

import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;

/** Damages good bytes in the ways in which files are damaged, and shows each result to a target. */
final class Mutations {

  private static final long[] TELLING = {
    0, 1, -1, 0x7F, 0x7FFF_FFFF, 0x8000_0000L, 0xFFFF_FFFFL, Long.MAX_VALUE, Long.MIN_VALUE, 512
  };

  private final Random random;

  private Mutations(long seed) {
    this.random = new Random(seed);
  }

  /** Runs the target on that many damaged copies; a failure says the seed and the round. */
  static void each(byte[][] seeds, int rounds, long seed, Consumer<byte[]> target) {
    for (int round = 0; round < rounds; round++) {
      Mutations mutations = new Mutations(seed + round);
      byte[] bytes = mutations.of(seeds[round % seeds.length], seeds);
      try {
        target.accept(bytes);
      } catch (RuntimeException | Error failure) {
        throw new AssertionError("with seed " + (seed + round) + ": " + failure, failure);
      }
    }
  }

  private byte[] of(byte[] good, byte[][] others) {
    byte[] bytes = good.clone();
    for (int i = random.nextInt(4); i >= 0 && bytes.length > 16; i--) {
      // What stands in front decides most.
      int reach = random.nextBoolean() ? bytes.length : Math.min(bytes.length, 600);
      int at = random.nextInt(reach - 8);
      switch (random.nextInt(6)) {
        case 0 -> bytes[at] = (byte) random.nextInt();
        case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> {
          long value = TELLING[random.nextInt(TELLING.length)] + random.nextInt(3) - 1;
          int width = 1 << random.nextInt(4);
          for (int b = 0; b < width; b++) {
            bytes[at / 4 * 4 + b] = (byte) (value >>> (8 * b));
          }
        }
        case 3 -> bytes = Arrays.copyOf(bytes, at);
        case 4 -> {
          byte[] other = others[random.nextInt(others.length)];
          int count = Math.min(random.nextInt(700), Math.min(other.length, bytes.length) - at);
          if (count > 0) {
            System.arraycopy(other, random.nextInt(other.length - count + 1), bytes, at, count);
          }
        }
        default ->
            Arrays.fill(
                bytes,
                at,
                Math.min(bytes.length, at + random.nextInt(600)),
                (byte) random.nextInt());
      }
    }
    return bytes;
  }
}
