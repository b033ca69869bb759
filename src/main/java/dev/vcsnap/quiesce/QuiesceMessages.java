package dev.vcsnap.quiesce;

/** Keys of the messages in quiesce faults that others act upon. */
public final class QuiesceMessages {

  /** The guest reported an error; the machine's events tell it too (rule A40). */
  public static final String REPORTED = "msg.snapshot.quiesce.guesterr";

  private QuiesceMessages() {}
}
