package dev.vcsnap.ground.ids;

import dev.vcsnap.ground.dice.Dice;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Makes the identifiers that real servers draw at random; the same seed gives the same ones in the
 * same order.
 */
public final class Ids {

  private static final Pattern UUID_FORM =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  private final Random random;

  public Ids(Dice dice) {
    this.random = dice.stream("ids");
  }

  /** A version 4 UUID. */
  public synchronized UUID uuid() {
    long high = (random.nextLong() & ~0xF000L) | 0x4000L;
    long low = (random.nextLong() & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L;
    return new UUID(high, low);
  }

  /**
   * A content id of a disk: never the two values that mean "none" ({@code ffffffff}) and "ask the
   * long id".
   */
  public synchronized int contentId() {
    while (true) {
      int candidate = random.nextInt();
      if (candidate != -1 && candidate != -2) {
        return candidate;
      }
    }
  }

  /** {@code count} random bytes as lower-case hexadecimal digits. */
  public synchronized String hex(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /** The UUID that a text is, in its usual form of 36 characters; empty if it is none. */
  public static Optional<UUID> parse(String text) {
    return UUID_FORM.matcher(text).matches()
        ? Optional.of(UUID.fromString(text))
        : Optional.empty();
  }

  /** VMware's way to print 16 bytes: {@code 52 de c0 d9 b9 43 9d 10-61 d5 4c 1b e9 7b 65 63}. */
  public static String spaced(UUID uuid) {
    byte[] bytes =
        ByteBuffer.allocate(16)
            .putLong(uuid.getMostSignificantBits())
            .putLong(uuid.getLeastSignificantBits())
            .array();
    HexFormat hex = HexFormat.ofDelimiter(" ");
    return hex.formatHex(bytes, 0, 8) + "-" + hex.formatHex(bytes, 8, 16);
  }
}
