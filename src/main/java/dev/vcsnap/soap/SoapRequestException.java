package dev.vcsnap.soap;

/** A request that is not a SOAP call of this interface, so that no method is to blame. */
final class SoapRequestException extends RuntimeException {

  private final FaultCode code;

  SoapRequestException(FaultCode code, String message) {
    super(message);
    this.code = code;
  }

  SoapRequestException(FaultCode code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  FaultCode code() {
    return code;
  }
}
