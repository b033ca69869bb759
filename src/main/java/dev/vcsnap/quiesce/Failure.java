package dev.vcsnap.quiesce;

/** Why a guest could not be made consistent. */
sealed interface Failure {

  /** One word for it, in metrics and records. */
  String word();

  /** The guest said so. */
  record Reported(int code, String text) implements Failure {
    @Override
    public String word() {
      return "guestError";
    }
  }

  /** The guest was no longer frozen when it was told to thaw. */
  record NotFrozen(String text) implements Failure {
    @Override
    public String word() {
      return "notFrozen";
    }
  }

  /** The host took longer than Windows holds off I/O. */
  record HeldTooLong() implements Failure {
    @Override
    public String word() {
      return "heldTooLong";
    }
  }

  /** There was not enough time. */
  record TimedOut() implements Failure {
    @Override
    public String word() {
      return "timedOut";
    }
  }

  /** The guest does not answer. */
  record Lost(String reason) implements Failure {
    @Override
    public String word() {
      return "lost";
    }
  }

  /** The host gave up for a reason of its own. */
  record GivenUp() implements Failure {
    @Override
    public String word() {
      return "hostFailed";
    }
  }
}
