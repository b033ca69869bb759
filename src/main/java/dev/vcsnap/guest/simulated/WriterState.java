package dev.vcsnap.guest.simulated;

/** The states of a VSS writer with the numbers and words of {@code vssadmin list writers}. */
enum WriterState {
  STABLE(1, "Stable"),
  WAITING_FOR_FREEZE(2, "Waiting for freeze"),
  WAITING_FOR_THAW(3, "Frozen"),
  WAITING_FOR_COMPLETION(5, "Waiting for completion"),
  FAILED_AT_FREEZE(9, "Failed"),
  FAILED_AT_THAW(10, "Failed");

  private final int number;
  private final String word;

  WriterState(int number, String word) {
    this.number = number;
    this.word = word;
  }

  /** As {@code vssadmin} shows it, e.g. {@code [1] Stable}. */
  String shown() {
    return "[" + number + "] " + word;
  }
}
