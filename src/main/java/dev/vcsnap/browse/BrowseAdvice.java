package dev.vcsnap.browse;

import dev.vcsnap.datastore.DatastorePathException;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.vim.VimException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/**
 * Turns what went wrong into a status.
 *
 * <p>A missing file must be 404: clients look for the next name then, and repeat on anything else.
 * An answer that is under way can only be broken off, so that nobody takes it for whole.
 */
@RestControllerAdvice(assignableTypes = FolderController.class)
final class BrowseAdvice {

  private static final int LOCKED = 423;
  private static final int INSUFFICIENT_STORAGE = 507;
  private static final Logger LOG = LoggerFactory.getLogger(BrowseAdvice.class);

  @ExceptionHandler
  void missing(NothingThereException e, HttpServletResponse response) throws IOException {
    LOG.debug("Not found: {}", e.getMessage());
    notFound(response, e);
  }

  @ExceptionHandler
  void refused(DatastorePathException e, HttpServletResponse response) throws IOException {
    LOG.debug("Refused: {}", e.getMessage());
    notFound(response, e);
  }

  @ExceptionHandler
  void failed(BlockError e, HttpServletResponse response) throws IOException {
    if (response.isCommitted()) {
      throw e;
    }
    response.reset(); // what was said of the bytes is not true of a refusal
    switch (e.kind()) {
      case NOT_FOUND -> {
        LOG.debug("Not found: {}", e.getMessage());
        PlainText.send(response, HttpServletResponse.SC_NOT_FOUND, "There is no such file");
      }
      case LOCKED -> PlainText.send(response, LOCKED, "The file is in use");
      case ALREADY_EXISTS ->
          PlainText.send(
              response, HttpServletResponse.SC_CONFLICT, "There is a folder of that name");
      case NO_SPACE ->
          PlainText.send(response, INSUFFICIENT_STORAGE, "The datastore has no room for the file");
      default -> {
        LOG.warn("A datastore file cannot be served", e);
        PlainText.send(
            response, HttpServletResponse.SC_INTERNAL_SERVER_ERROR, "The file cannot be served");
      }
    }
  }

  /** A disk that is marked as not deletable, for one. */
  @ExceptionHandler
  void refused(VimException e, HttpServletResponse response) throws IOException {
    PlainText.send(response, HttpServletResponse.SC_FORBIDDEN, String.valueOf(e.getMessage()));
  }

  /** Clients learn a file's size from the headers of an answer and drop the rest. */
  @ExceptionHandler
  void gone(IOException e, HttpServletResponse response) throws IOException {
    if (!response.isCommitted()) {
      throw e;
    }
    LOG.debug("The client went away: {}", e.getMessage());
  }

  private static void notFound(HttpServletResponse response, RuntimeException reason)
      throws IOException {
    PlainText.send(response, HttpServletResponse.SC_NOT_FOUND, String.valueOf(reason.getMessage()));
  }
}
