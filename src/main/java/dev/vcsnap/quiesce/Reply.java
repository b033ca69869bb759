package dev.vcsnap.quiesce;

/** How an agent answers a request of the host. */
public sealed interface Reply {

  /** An agent that took the request and has nothing to add. */
  Reply OK = new Ok("");

  /** It took the request; on the wire {@code OK text}. */
  record Ok(String text) implements Reply {}

  /** It refused it; on the wire {@code ERROR text}. */
  record Refused(String text) implements Reply {}

  /**
   * There was no answer.
   *
   * @param reason what became of the agent, as a sentence
   */
  record Lost(String reason) implements Reply {}
}
