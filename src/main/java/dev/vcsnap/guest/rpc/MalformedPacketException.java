package dev.vcsnap.guest.rpc;

import java.io.IOException;

/** A guest sent what is no packet, or no value of the kind that was expected. */
final class MalformedPacketException extends IOException {

  private static final long serialVersionUID = 1;

  MalformedPacketException(String message) {
    super(message);
  }
}
