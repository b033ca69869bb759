package dev.vcsnap.disk.cbt;

import dev.vcsnap.ground.ids.Ids;
import java.util.HexFormat;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * A moment in the history of a disk, as backup software stores it: {@code 52 de c0 d9 b9 43 9d
 * 10-61 d5 4c 1b e9 7b 65 63/81}.
 *
 * @param epoch the same as long as the history is unbroken
 * @param sequence grows with every moment that was named
 */
public record ChangeId(UUID epoch, long sequence) {

  private static final Pattern SPACED = Pattern.compile("(?:[0-9a-fA-F]{2}[ -]){15}[0-9a-fA-F]{2}");
  private static final Pattern PLAIN =
      Pattern.compile("[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
  private static final Pattern SEQUENCE = Pattern.compile("\\d{1,18}");

  /**
   * Reads both the form with pairs of digits and the plain form of a UUID.
   *
   * @throws IllegalArgumentException that names the value
   */
  public static ChangeId parse(String text) {
    int slash = text.indexOf('/');
    if (slash > 0) {
      String epoch = text.substring(0, slash);
      String sequence = text.substring(slash + 1);
      boolean known = SPACED.matcher(epoch).matches() || PLAIN.matcher(epoch).matches();
      if (known && SEQUENCE.matcher(sequence).matches()) {
        String digits = epoch.replace(" ", "").replace("-", "");
        return new ChangeId(
            new UUID(
                HexFormat.fromHexDigitsToLong(digits, 0, 16),
                HexFormat.fromHexDigitsToLong(digits, 16, 32)),
            Long.parseLong(sequence));
      }
    }
    throw new IllegalArgumentException("'" + text + "' is not a change id");
  }

  @Override
  public String toString() {
    return Ids.spaced(epoch) + "/" + sequence;
  }
}
