package dev.vcsnap.rest;

import java.util.List;
import java.util.Objects;

/** A refusal of the Automation interface. */
final class RestException extends RuntimeException {

  private final ErrorType type;
  private final String id;
  private final List<String> arguments;

  /**
   * Makes a refusal.
   *
   * @param id names the message for programs
   * @param message the text, with the arguments in it
   */
  RestException(ErrorType type, String id, String message, String... arguments) {
    super(message);
    this.type = type;
    this.id = id;
    this.arguments = List.of(arguments);
  }

  static RestException unauthenticated() {
    return new RestException(
        ErrorType.UNAUTHENTICATED,
        "com.vmware.vapi.endpoint.method.authentication.required",
        "Authentication required.");
  }

  static RestException invalid(String message, String... arguments) {
    return new RestException(
        ErrorType.INVALID_ARGUMENT, "dev.vcsnap.invalid_argument", message, arguments);
  }

  static RestException unexpected(String message, String... arguments) {
    return new RestException(
        ErrorType.UNEXPECTED_INPUT, "dev.vcsnap.unexpected_input", message, arguments);
  }

  ErrorType type() {
    return type;
  }

  /** The body in the present form. */
  RestError body() {
    String text = Objects.requireNonNullElse(getMessage(), type.name());
    return new RestError(type, List.of(new RestError.Message(id, text, arguments)));
  }
}
