package dev.vcsnap.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.vcsnap.verify.Finding;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What is recorded of a snapshot beside what its bytes say.
 *
 * @param snapshot its id
 * @param recorded the kind that the server recorded when it took the snapshot
 * @param quiesced what clients are told
 * @param bytes the kind that the bytes prove, or {@code unknown}
 * @param agreement {@code confirmed}, {@code possible} or {@code refuted}: what the bytes say to
 *     the recorded kind
 * @param frozenWrites how many writes arrived while the guest was frozen; absent if it was not
 * @param findings what each disk and partition says
 */
record ConsistencyReport(
    String snapshot,
    String recorded,
    boolean quiesced,
    String bytes,
    String agreement,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long frozenWrites,
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
          finding.least().word(),
          finding.most().word(),
          finding.reasons());
    }
  }

  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
