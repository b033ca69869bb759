package dev.vcsnap.guest.rpc;

import java.nio.charset.StandardCharsets;

/**
 * What the host says to a request of Tools.
 *
 * @param accepted whether the host did it
 * @param text for the guest
 */
record Answer(boolean accepted, String text) {

  static final Answer DONE = new Answer(true, "");

  /** What Tools go on without. */
  static final Answer UNKNOWN_COMMAND = refused("Unknown command");

  static Answer refused(String text) {
    return new Answer(false, text);
  }

  byte[] bytes() {
    return ((accepted ? "1 " : "0 ") + text).getBytes(StandardCharsets.UTF_8);
  }
}
