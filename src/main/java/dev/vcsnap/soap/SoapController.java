package dev.vcsnap.soap;

import dev.vcsnap.call.CallService;
import dev.vcsnap.vim.Release;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * The SOAP endpoint. It takes any content type, and reads the body as a stream only, because some
 * clients label theirs as a form.
 */
@RestController
final class SoapController {

  private final SoapDispatcher dispatcher;
  private final Wsdl wsdl;
  private final Release newest;

  SoapController(SoapDispatcher dispatcher, Wsdl wsdl, CallService calls) {
    this.dispatcher = dispatcher;
    this.wsdl = wsdl;
    this.newest = calls.newest();
  }

  @PostMapping({"/sdk", "/sdk/", "/sdk/vimService", "/sdk/vimService.wsdl"})
  void call(HttpServletRequest request, HttpServletResponse response) throws IOException {
    SoapDispatcher.Reply reply =
        dispatcher.dispatch(HttpExchange.caller(request), request.getInputStream());
    if (reply.issuedSessionId() != null) {
      HttpExchange.setSession(request, response, reply.issuedSessionId());
    }
    HttpExchange.send(request, response, HttpServletResponse.SC_OK, reply.body());
  }

  @GetMapping("/sdk/vimServiceVersions.xml")
  void versions(HttpServletRequest request, HttpServletResponse response) throws IOException {
    HttpExchange.send(
        request, response, HttpServletResponse.SC_OK, ServiceVersions.document(newest));
  }

  @GetMapping({"/sdk/vimService.wsdl", "/sdk/vimService"})
  void description(HttpServletRequest request, HttpServletResponse response) throws IOException {
    String address = HttpExchange.serverAddress(request) + "/sdk";
    HttpExchange.send(request, response, HttpServletResponse.SC_OK, wsdl.at(address));
  }
}
