package dev.vcsnap.admin;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.vim.VimException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** Turns whatever a request throws into a status and {@code {"error": sentence}}. */
@RestControllerAdvice(
    assignableTypes = {
      MachineController.class,
      GuestController.class,
      DiskController.class,
      ChangedAreasController.class
    })
final class AdminAdvice {

  private static final Logger LOG = LoggerFactory.getLogger(AdminAdvice.class);

  @ExceptionHandler
  ResponseEntity<Map<String, String>> refused(Refusal refusal) {
    return answer(refusal.status(), String.valueOf(refusal.getMessage()));
  }

  @ExceptionHandler
  ResponseEntity<Map<String, String>> unreadable(HttpMessageNotReadableException unreadable) {
    return answer(HttpStatus.BAD_REQUEST, "The body is not the JSON object that is expected here");
  }

  @ExceptionHandler
  ResponseEntity<Map<String, String>> refusedByVsphere(VimException fault) {
    return answer(
        HttpStatus.BAD_REQUEST, fault.fault().vimType().name() + ": " + fault.getMessage());
  }

  /** A disk that is being merged can be looked at again a moment later. */
  @ExceptionHandler
  ResponseEntity<Map<String, String>> notRead(BlockError failure, HttpServletResponse reply) {
    if (reply.isCommitted()) {
      throw failure; // nobody may take a part for the whole
    }
    reply.reset(); // what was said of the bytes is not true of a refusal
    boolean busy = failure.kind() == BlockError.Kind.LOCKED;
    if (!busy) {
      LOG.warn("A disk cannot be read for /_vcsnap", failure);
    }
    return answer(
        busy ? HttpStatus.CONFLICT : HttpStatus.INTERNAL_SERVER_ERROR,
        String.valueOf(failure.getMessage()));
  }

  /** Clients learn a disk's size from the headers of an answer and drop the rest. */
  @ExceptionHandler
  void gone(IOException gone) {
    LOG.debug("The client went away: {}", gone.getMessage());
  }

  @ExceptionHandler
  ResponseEntity<Map<String, String>> failed(Exception failure) {
    LOG.error("A request of /_vcsnap failed", failure);
    return answer(HttpStatus.INTERNAL_SERVER_ERROR, String.valueOf(failure.getMessage()));
  }

  private static ResponseEntity<Map<String, String>> answer(HttpStatus status, String sentence) {
    return ResponseEntity.status(status)
        .contentType(MediaType.APPLICATION_JSON)
        .body(Map.of("error", sentence));
  }
}
