package dev.vcsnap.verify;

import dev.vcsnap.quiesce.Consistency;
import java.util.List;

/**
 * What one place of a disk says.
 *
 * @param place which part of which disk
 * @param content what was recognised there
 * @param weight what that is worth
 * @param least the kind that its bytes prove; CRASH if they prove nothing
 * @param most the best kind that its bytes allow; APPLICATION if they exclude nothing
 * @param reasons sentences
 */
public record Finding(
    String place,
    String content,
    Weight weight,
    Consistency least,
    Consistency most,
    List<String> reasons) {

  /** Whether a place counts. */
  public enum Weight {
    /** It holds nothing that could be consistent or not: zeros, swap, a file system without log. */
    SILENT,
    /** It holds something of which the bytes do not tell. */
    UNDECIDED,
    /** Its bytes tell. */
    DECIDED
  }

  /** Nothing to be consistent. */
  static Finding silent(String place, String content, String reason) {
    return new Finding(
        place, content, Weight.SILENT, Consistency.CRASH, Consistency.APPLICATION, List.of(reason));
  }

  /** Something that could be of any kind. */
  public static Finding undecided(String place, String content, String reason) {
    return new Finding(
        place,
        content,
        Weight.UNDECIDED,
        Consistency.CRASH,
        Consistency.APPLICATION,
        List.of(reason));
  }

  /** Something that is of a kind between two. */
  static Finding decided(
      String place, String content, Consistency least, Consistency most, List<String> reasons) {
    return new Finding(place, content, Weight.DECIDED, least, most, reasons);
  }
}
