package dev.vcsnap.nbd;

/** Says which requests are refused before the disk hears of them, and with which error. */
final class RequestRules {

  private final long sizeBytes;
  private final boolean readOnly;
  private final boolean structured;
  private final boolean allocation;

  RequestRules(Agreement agreement) {
    this.sizeBytes = agreement.export().device().sizeBytes();
    this.readOnly = agreement.export().readOnly();
    this.structured = agreement.structured();
    this.allocation = agreement.allocation();
  }

  /** Fails {@code request} when it may not be done. */
  void check(Request request) {
    if ((request.flags & ~allowedFlags(request.type)) != 0) {
      request.fail(NbdErrno.EINVAL, "the flags 0x%x do not belong here".formatted(request.flags));
      return;
    }
    switch (request.type) {
      case Protocol.CMD_READ -> {
        if (request.length > Protocol.PAYLOAD_BYTES_MAX) {
          request.fail(structured ? NbdErrno.EOVERFLOW : NbdErrno.EINVAL, tooLong(request));
        } else {
          checkRange(request);
        }
      }
      case Protocol.CMD_WRITE -> {
        if (request.length > Protocol.PAYLOAD_BYTES_MAX) {
          request.fail(NbdErrno.EINVAL, tooLong(request));
        } else {
          checkWrite(request);
        }
      }
      case Protocol.CMD_TRIM -> checkWrite(request);
      case Protocol.CMD_WRITE_ZEROES -> {
        checkWrite(request);
        int slow = Protocol.CMD_FLAG_FAST_ZERO | Protocol.CMD_FLAG_NO_HOLE;
        if (!request.failed() && (request.flags & slow) == slow) {
          // Zeros that have to take up room are written out, which is not fast.
          request.fail(NbdErrno.ENOTSUP, "zeros without a hole are not fast");
        }
      }
      case Protocol.CMD_FLUSH -> {
        if (request.offset != 0 || request.length != 0) {
          request.fail(NbdErrno.EINVAL, "a flush has neither offset nor length");
        }
      }
      case Protocol.CMD_CACHE -> checkRange(request);
      case Protocol.CMD_BLOCK_STATUS -> {
        if (!allocation) {
          request.fail(NbdErrno.EINVAL, "no metadata context was selected");
        } else if (request.length == 0) {
          request.fail(NbdErrno.EINVAL, "the status of nothing cannot be told");
        } else {
          checkRange(request);
        }
      }
      default -> request.fail(NbdErrno.EINVAL, "unknown command " + request.type);
    }
  }

  private int allowedFlags(int type) {
    return Protocol.CMD_FLAG_FUA
        | switch (type) {
          case Protocol.CMD_READ -> structured ? Protocol.CMD_FLAG_DF : 0;
          case Protocol.CMD_WRITE_ZEROES -> Protocol.CMD_FLAG_NO_HOLE | Protocol.CMD_FLAG_FAST_ZERO;
          case Protocol.CMD_BLOCK_STATUS -> Protocol.CMD_FLAG_REQ_ONE;
          default -> 0;
        };
  }

  private void checkWrite(Request request) {
    if (readOnly) {
      request.fail(NbdErrno.EPERM, "the export is read-only");
    } else {
      checkRange(request);
    }
  }

  private void checkRange(Request request) {
    // Written so that an offset near 2^64, which is negative here, does not overflow.
    if (request.offset < 0 || request.offset > sizeBytes - request.length) {
      request.fail(
          NbdErrno.pastTheEnd(request.type),
          "offset %s, length %d is past the end at %d"
              .formatted(Long.toUnsignedString(request.offset), request.length, sizeBytes));
    }
  }

  private static String tooLong(Request request) {
    return "%d bytes are more than the %d that one request may have"
        .formatted(request.length, Protocol.PAYLOAD_BYTES_MAX);
  }
}
