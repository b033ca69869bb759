package dev.vcsnap.nfclease;

import dev.vcsnap.disk.block.BlockError;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/**
 * What becomes of a transfer that cannot go on: one that has begun is broken off, so that nobody
 * takes it for whole.
 */
@RestControllerAdvice(assignableTypes = NfcLeaseController.class)
final class NfcLeaseAdvice {

  private static final Logger LOG = LoggerFactory.getLogger(NfcLeaseAdvice.class);

  @ExceptionHandler
  void failed(BlockError e, HttpServletResponse response) throws IOException {
    if (response.isCommitted()) {
      throw e;
    }
    if (e.kind() == BlockError.Kind.CLOSED) {
      response.sendError(HttpServletResponse.SC_NOT_FOUND);
    } else {
      LOG.warn("A file of a lease cannot be served", e);
      response.sendError(HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
    }
  }

  /** Clients may drop a transfer at any time. */
  @ExceptionHandler
  void gone(IOException e, HttpServletResponse response) throws IOException {
    if (!response.isCommitted()) {
      throw e;
    }
    LOG.debug("The client went away: {}", e.getMessage());
  }
}
