package dev.vcsnap.nbd;

import java.io.IOException;

/** A client that does not speak the protocol; nothing but the end of the connection helps. */
final class ProtocolViolation extends IOException {

  ProtocolViolation(String message) {
    super(message);
  }
}
