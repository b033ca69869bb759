package dev.vcsnap.guest.workload;

/**
 * What a guest's workload is doing.
 *
 * @param node the disk that it writes, such as {@code scsi0:0}
 * @param stepsPerSecond how many writes or changes of files it makes a second
 * @param activity what it does now
 * @param steps how many it has made since it was started
 * @param problem why it does not go on; empty if it does
 */
public record WorkloadState(
    String node, int stepsPerSecond, Activity activity, long steps, String problem) {

  /** What a workload can be doing. */
  public enum Activity {
    /** The machine is not on, has another guest or one that is frozen, or its disk is not open. */
    WAITING,
    /** It writes. */
    RUNNING,
    /** It will not write again; the problem says why. */
    ENDED
  }
}
