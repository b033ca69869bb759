package dev.vcsnap.nbd;

/** Says which requests are refused before the disk hears of them, and with which error. */
final class RequestRules {

  private final long sizeBytes;
  private final boolean readOnly;
  private final Headers headers;
  private final boolean contexts;

  RequestRules(Agreement agreement) {
    this.sizeBytes = agreement.export().device().sizeBytes();
    this.readOnly = agreement.export().readOnly();
    this.headers = agreement.headers();
    this.contexts = !agreement.contexts().isEmpty();
  }

  /** Fails {@code request} when it may not be done. */
  void check(Request request) {
    if ((request.flags & ~allowedFlags(request.type)) != 0) {
      request.fail(NbdErrno.EINVAL, "the flags 0x%x do not belong here".formatted(request.flags));
      return;
    }
    switch (request.type) {
      case Protocol.CMD_READ -> {
        if (tooMuch(request)) {
          request.fail(headers.chunked() ? NbdErrno.EOVERFLOW : NbdErrno.EINVAL, tooLong(request));
        } else {
          checkRange(request);
        }
      }
      case Protocol.CMD_WRITE -> {
        if (tooMuch(request)) {
          request.fail(NbdErrno.EINVAL, tooLong(request));
        } else if (request.payloadBytes != request.length) {
          request.fail(NbdErrno.EINVAL, "a write says that it has a payload");
        } else {
          checkWrite(request);
        }
      }
      case Protocol.CMD_TRIM -> checkWrite(request);
      case Protocol.CMD_WRITE_ZEROES -> {
        checkWrite(request);
        if (!request.failed() && request.has(Protocol.CMD_FLAG_NO_HOLE)) {
          checkWrittenZeroes(request);
        }
      }
      case Protocol.CMD_FLUSH -> {
        if (request.offset != 0 || request.length != 0) {
          request.fail(NbdErrno.EINVAL, "a flush has neither offset nor length");
        }
      }
      case Protocol.CMD_CACHE -> checkRange(request);
      case Protocol.CMD_BLOCK_STATUS -> {
        if (!contexts) {
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
          case Protocol.CMD_READ -> headers.chunked() ? Protocol.CMD_FLAG_DF : 0;
          case Protocol.CMD_WRITE_ZEROES -> Protocol.CMD_FLAG_NO_HOLE | Protocol.CMD_FLAG_FAST_ZERO;
          case Protocol.CMD_BLOCK_STATUS -> Protocol.CMD_FLAG_REQ_ONE;
          case Protocol.CMD_WRITE ->
              headers == Headers.EXTENDED ? Protocol.CMD_FLAG_PAYLOAD_LEN : 0;
          default -> 0;
        };
  }

  /** Zeros that have to take up room are written out. */
  private static void checkWrittenZeroes(Request request) {
    if (request.has(Protocol.CMD_FLAG_FAST_ZERO)) {
      request.fail(NbdErrno.ENOTSUP, "zeros without a hole are not fast");
    } else if (request.length > Protocol.WRITTEN_ZEROES_BYTES_MAX) {
      request.fail(
          NbdErrno.EOVERFLOW, "%d bytes of zeros without a hole".formatted(request.length));
    }
  }

  private void checkWrite(Request request) {
    if (readOnly) {
      request.fail(NbdErrno.EPERM, "the export is read-only");
    } else {
      checkRange(request);
    }
  }

  private void checkRange(Request request) {
    // Written so that numbers near 2^64, which are negative here, do not overflow.
    if (request.offset < 0
        || request.length < 0
        || request.length > sizeBytes
        || request.offset > sizeBytes - request.length) {
      request.fail(
          NbdErrno.pastTheEnd(request.type),
          "offset %s, length %s is past the end at %d"
              .formatted(
                  Long.toUnsignedString(request.offset),
                  Long.toUnsignedString(request.length),
                  sizeBytes));
    }
  }

  private static boolean tooMuch(Request request) {
    return request.length < 0 || request.length > Protocol.PAYLOAD_BYTES_MAX;
  }

  private static String tooLong(Request request) {
    return "%s bytes are more than the %d that one request may have"
        .formatted(Long.toUnsignedString(request.length), Protocol.PAYLOAD_BYTES_MAX);
  }
}
