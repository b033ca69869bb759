package dev.vcsnap.rest;

import java.util.Locale;

/** The standard errors of the Automation interface that are answered here. */
enum ErrorType {
  ALREADY_EXISTS(400),
  ALREADY_IN_DESIRED_STATE(400),
  INTERNAL_SERVER_ERROR(500),
  INVALID_ARGUMENT(400),
  INVALID_REQUEST(400),
  NOT_ALLOWED_IN_CURRENT_STATE(400),
  NOT_FOUND(404),
  RESOURCE_BUSY(400),
  RESOURCE_INACCESSIBLE(500),
  RESOURCE_IN_USE(400),
  TIMED_OUT(504),
  UNABLE_TO_ALLOCATE_RESOURCE(400),
  UNAUTHENTICATED(401),
  UNAUTHORIZED(403),
  UNEXPECTED_INPUT(400),
  UNSUPPORTED(400);

  private final int status;

  ErrorType(int status) {
    this.status = status;
  }

  /** The HTTP status that goes with it. */
  int status() {
    return status;
  }

  /** Its name in the older form, e.g. {@code com.vmware.vapi.std.errors.not_found}. */
  String typeName() {
    return "com.vmware.vapi.std.errors." + name().toLowerCase(Locale.ROOT);
  }
}
