package dev.vcsnap.quiesce;

/** Why a guest could not be made consistent. */
sealed interface Failure {

  /** The guest said so. */
  record Reported(int code, String text) implements Failure {}

  /** The guest was no longer frozen when it was told to thaw. */
  record NotFrozen(String text) implements Failure {}

  /** The host took longer than Windows holds off I/O. */
  record HeldTooLong() implements Failure {}

  /** There was not enough time. */
  record TimedOut() implements Failure {}

  /** The guest does not answer. */
  record Lost(String reason) implements Failure {}

  /** The host gave up for a reason of its own. */
  record GivenUp() implements Failure {}
}
