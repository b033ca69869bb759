package dev.vcsnap.admin;

import dev.vcsnap.verify.Finding;
import java.util.List;
import java.util.Locale;

/**
 * What is recorded of a snapshot beside what its bytes say.
 *
 * @param snapshot its id
 * @param recorded the kind that the server recorded when it took the snapshot
 * @param quiesced what clients are told
 * @param bytes the kind that the bytes prove, or {@code unknown}
 * @param agreement {@code confirmed}, {@code possible} or {@code refuted}: what the bytes say to
 *     the recorded kind
 * @param findings what each disk and partition says
 */
record ConsistencyReport(
    String snapshot,
    String recorded,
    boolean quiesced,
    String bytes,
    String agreement,
    List<Place> findings) {

  /** What one place of a disk says. */
  record Place(
      String place,
      String content,
      String weight,
      String least,
      String most,
      List<String> reasons) {

    static Place of(Finding finding) {
      return new Place(
          finding.place(),
          finding.content(),
          word(finding.weight()),
          word(finding.least()),
          word(finding.most()),
          finding.reasons());
    }
  }

  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
