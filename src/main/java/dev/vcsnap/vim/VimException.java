package dev.vcsnap.vim;

/** A fault on its way to the client: the fault object, and the text that goes with it. */
public final class VimException extends RuntimeException {

  private final transient MethodFault fault;

  public VimException(MethodFault fault, String message) {
    super(message);
    this.fault = fault;
  }

  public VimException(MethodFault fault, String message, Throwable cause) {
    super(message, cause);
    this.fault = fault;
  }

  /** The fault as the client will see it. */
  public MethodFault fault() {
    return fault;
  }

  /** The same as a task's error carries it. */
  public LocalizedMethodFault localized() {
    var localized = new LocalizedMethodFault();
    localized.fault = fault;
    localized.localizedMessage = getMessage();
    return localized;
  }
}
