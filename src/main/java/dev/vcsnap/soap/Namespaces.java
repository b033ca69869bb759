package dev.vcsnap.soap;

import dev.vcsnap.vim.Vim25;

/** The XML namespaces of a request. */
final class Namespaces {

  static final String ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/";
  static final String XSI = "http://www.w3.org/2001/XMLSchema-instance";

  /** Carries the same methods, and some more, for VMware's own programs. */
  private static final String INTERNAL = "urn:internalvim25";

  private Namespaces() {}

  static boolean isVim(String namespace) {
    return namespace.equals(Vim25.NAMESPACE) || namespace.equals(INTERNAL);
  }
}
