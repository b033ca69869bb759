package dev.vcsnap.rest;

import dev.vcsnap.vim.AlreadyExists;
import dev.vcsnap.vim.DuplicateName;
import dev.vcsnap.vim.FileLocked;
import dev.vcsnap.vim.InvalidArgument;
import dev.vcsnap.vim.InvalidName;
import dev.vcsnap.vim.InvalidRequest;
import dev.vcsnap.vim.InvalidState;
import dev.vcsnap.vim.ManagedObjectNotFound;
import dev.vcsnap.vim.NoPermission;
import dev.vcsnap.vim.NotAuthenticated;
import dev.vcsnap.vim.NotFound;
import dev.vcsnap.vim.NotSupported;
import dev.vcsnap.vim.ResourceInUse;
import dev.vcsnap.vim.TaskInProgress;
import dev.vcsnap.vim.VimException;
import java.util.Objects;

/** Says in the words of the Automation interface what a fault of the vSphere interface means. */
final class FaultTranslation {

  private FaultTranslation() {}

  static RestException of(VimException fault) {
    ErrorType type = typeOf(fault);
    if (type == ErrorType.UNAUTHENTICATED) {
      return RestException.unauthenticated();
    }
    String name = fault.fault().vimType().name();
    return new RestException(
        type, "vmsg." + name + ".summary", Objects.requireNonNullElse(fault.getMessage(), name));
  }

  private static ErrorType typeOf(VimException fault) {
    return switch (fault.fault()) {
      case NotAuthenticated _ -> ErrorType.UNAUTHENTICATED;
      case NoPermission _ -> ErrorType.UNAUTHORIZED;
      case ManagedObjectNotFound _, NotFound _ -> ErrorType.NOT_FOUND;
      case DuplicateName _, AlreadyExists _ -> ErrorType.ALREADY_EXISTS;
      case TaskInProgress _ -> ErrorType.RESOURCE_BUSY;
      case FileLocked _, ResourceInUse _ -> ErrorType.RESOURCE_IN_USE;
      case InvalidState _ -> ErrorType.NOT_ALLOWED_IN_CURRENT_STATE;
      case InvalidArgument _, InvalidName _ -> ErrorType.INVALID_ARGUMENT;
      case InvalidRequest _ -> ErrorType.INVALID_REQUEST;
      case NotSupported _ -> ErrorType.UNSUPPORTED;
      default -> ErrorType.INTERNAL_SERVER_ERROR;
    };
  }
}
