package dev.vcsnap.rest;

import dev.vcsnap.vim.VimException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** Turns whatever a request of the Automation interface throws into one of its errors. */
@RestControllerAdvice(
    assignableTypes = {
      AutomationController.class,
      ApiSessionController.class,
      CisSessionController.class
    })
final class AutomationAdvice {

  private static final Logger LOG = LoggerFactory.getLogger(AutomationAdvice.class);

  private final RestJson json;

  AutomationAdvice(RestJson json) {
    this.json = json;
  }

  @ExceptionHandler
  ResponseEntity<byte[]> refused(RestException problem, HttpServletRequest request) {
    return reply(problem, request);
  }

  @ExceptionHandler
  ResponseEntity<byte[]> fault(VimException fault, HttpServletRequest request) {
    return reply(FaultTranslation.of(fault), request);
  }

  /** The connection broke: nobody is there to read an error. */
  @ExceptionHandler
  void disconnected(IOException problem, HttpServletRequest request) {
    LOG.debug("{} {} was not answered", request.getMethod(), request.getRequestURI(), problem);
  }

  @ExceptionHandler
  ResponseEntity<byte[]> failure(Exception problem, HttpServletRequest request) {
    LOG.error("{} {} failed", request.getMethod(), request.getRequestURI(), problem);
    return reply(
        new RestException(
            ErrorType.INTERNAL_SERVER_ERROR,
            "dev.vcsnap.internal_server_error",
            String.valueOf(problem.getMessage())),
        request);
  }

  private ResponseEntity<byte[]> reply(RestException problem, HttpServletRequest request) {
    return ResponseEntity.status(problem.type().status())
        .contentType(MediaType.APPLICATION_JSON)
        .body(json.encode(problem.body(), RestForm.of(request.getRequestURI())));
  }
}
