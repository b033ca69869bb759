package dev.vcsnap.lease;

import java.net.UnknownHostException;

/** A host that has an address from which files are not fetched. */
final class ForbiddenHostException extends UnknownHostException {

  private static final long serialVersionUID = 1;

  ForbiddenHostException(String host) {
    super(host);
  }
}
