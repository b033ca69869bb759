package dev.vcsnap.vijson;

import dev.vcsnap.call.CallService;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.VimException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/**
 * Turns whatever a VI/JSON request throws into a fault.
 *
 * <p>Every fault is a 500: Go clients decode the body of no other status.
 */
@RestControllerAdvice(assignableTypes = VimJsonController.class)
final class VimJsonAdvice {

  private static final Logger LOG = LoggerFactory.getLogger(VimJsonAdvice.class);

  private final VimJson json;
  private final CallService calls;

  VimJsonAdvice(VimJson json, CallService calls) {
    this.calls = calls;
    this.json = json;
  }

  @ExceptionHandler
  ResponseEntity<byte[]> fault(VimException fault, HttpServletRequest request) {
    return reply(fault, request);
  }

  /** The connection broke: nobody is there to read a fault. */
  @ExceptionHandler
  void disconnected(IOException problem, HttpServletRequest request) {
    LOG.debug("{} {} was not answered", request.getMethod(), request.getRequestURI(), problem);
  }

  @ExceptionHandler
  ResponseEntity<byte[]> failure(Exception problem, HttpServletRequest request) {
    LOG.error("{} {} failed", request.getMethod(), request.getRequestURI(), problem);
    return reply(Faults.systemError(String.valueOf(problem.getMessage()), problem), request);
  }

  private ResponseEntity<byte[]> reply(VimException fault, HttpServletRequest request) {
    byte[] body =
        json.encodeFault(fault, calls.spoken(VimJsonPath.releaseOf(request.getRequestURI())));
    return ResponseEntity.status(HttpStatus.INTERNAL_SERVER_ERROR)
        .contentType(MediaType.APPLICATION_JSON)
        .contentLength(body.length)
        .body(body);
  }
}
