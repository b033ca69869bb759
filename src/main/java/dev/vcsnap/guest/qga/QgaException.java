package dev.vcsnap.guest.qga;

import java.io.IOException;

/** The agent refused a command. */
final class QgaException extends IOException {

  private static final long serialVersionUID = 1;

  QgaException(String message) {
    super(message);
  }
}
