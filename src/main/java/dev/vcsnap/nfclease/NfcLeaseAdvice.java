package dev.vcsnap.nfclease;

import dev.vcsnap.disk.block.BlockError;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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

  private static final int INSUFFICIENT_STORAGE = 507;
  private static final Logger LOG = LoggerFactory.getLogger(NfcLeaseAdvice.class);

  @ExceptionHandler
  void failed(BlockError e, HttpServletResponse response) throws IOException {
    if (response.isCommitted()) {
      throw e;
    }
    switch (e.kind()) {
      case CLOSED -> say(response, HttpServletResponse.SC_NOT_FOUND, e);
      case LOCKED -> say(response, HttpServletResponse.SC_CONFLICT, e);
      case NO_SPACE -> say(response, INSUFFICIENT_STORAGE, e);
      case CORRUPT, NOT_THIS_FORMAT, TOO_NEW, UNSUPPORTED, OUT_OF_BOUNDS ->
          say(response, HttpServletResponse.SC_BAD_REQUEST, e);
      default -> {
        LOG.warn("A file of a lease cannot be served", e);
        response.sendError(HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
      }
    }
  }

  private static void say(HttpServletResponse response, int status, BlockError why)
      throws IOException {
    byte[] text = (why.getMessage() + "\n").getBytes(StandardCharsets.UTF_8);
    response.setStatus(status);
    response.setContentType("text/plain;charset=utf-8");
    response.setContentLength(text.length);
    response.getOutputStream().write(text);
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
