package dev.vcsnap.soap;

import dev.vcsnap.call.CallService;
import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.InvalidLogin;
import dev.vcsnap.vim.InvalidRequest;
import dev.vcsnap.vim.MethodFault;
import dev.vcsnap.vim.VimException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/**
 * Turns whatever went wrong into a fault envelope with status 500, the only failure that clients
 * understand.
 */
@RestControllerAdvice(assignableTypes = SoapController.class)
final class SoapAdvice {

  private static final Logger LOG = LoggerFactory.getLogger(SoapAdvice.class);

  private static final int SESSION_ID_BYTES = 20;

  private final SoapWriter writer;
  private final Ids ids;
  private final CallService calls;

  SoapAdvice(SoapWriter writer, Ids ids, CallService calls) {
    this.calls = calls;
    this.writer = writer;
    this.ids = ids;
  }

  @ExceptionHandler
  void refused(VimException e, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (e.fault() instanceof InvalidLogin) {
      // Real servers open a session before they look at the password; this one leads nowhere.
      HttpExchange.setSession(request, response, ids.hex(SESSION_ID_BYTES));
    }
    send(request, response, FaultCode.SERVER, e.getMessage(), e.fault());
  }

  @ExceptionHandler
  void noCall(SoapRequestException e, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    LOG.debug("A request from {} is no call", request.getRemoteAddr(), e);
    send(request, response, e.code(), e.getMessage(), new InvalidRequest());
  }

  /** Nobody is left to answer. */
  @ExceptionHandler
  void disconnected(IOException e, HttpServletRequest request) {
    LOG.debug("The client at {} went away", request.getRemoteAddr(), e);
  }

  @ExceptionHandler
  void broken(Exception e, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    LOG.error("A call from {} failed", request.getRemoteAddr(), e);
    VimException fault = Faults.systemError(e.toString(), e);
    send(request, response, FaultCode.SERVER, fault.getMessage(), fault.fault());
  }

  private void send(
      HttpServletRequest request,
      HttpServletResponse response,
      FaultCode code,
      @Nullable String text,
      MethodFault fault)
      throws IOException {
    String shown = text == null ? fault.vimType().name() : text;
    XmlBuffer body =
        writer.fault(code, shown, fault, calls.spoken(HttpExchange.caller(request).release()));
    HttpExchange.send(request, response, HttpServletResponse.SC_INTERNAL_SERVER_ERROR, body);
  }
}
