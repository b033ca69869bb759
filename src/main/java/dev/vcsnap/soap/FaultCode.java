package dev.vcsnap.soap;

/** Who is to blame for a fault, in the words that real servers put into {@code faultcode}. */
enum FaultCode {
  /** The call was understood and refused, or failed. */
  SERVER("ServerFaultCode"),
  /** The request is not well-formed, or not SOAP. */
  CLIENT("ClientFaultCode"),
  /** The method's element is in a namespace that is not this interface. */
  VERSION_MISMATCH("VersionMismatchFaultCode");

  private final String text;

  FaultCode(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }
}
