package dev.vcsnap.pbm;

import dev.vcsnap.session.SessionCookie;
import dev.vcsnap.session.SessionService;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.VimException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import javax.xml.stream.XMLStreamException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * The endpoint of the storage policy service. Clients name their session in the envelope's header,
 * or by the cookie that they have from the vSphere interface.
 */
@RestController
final class PbmController {

  private static final int BODY_BYTES_MAX = 1 << 20;
  private static final String XML = "text/xml; charset=utf-8";

  private final PbmService service;
  private final SessionService sessions;

  PbmController(PbmService service, SessionService sessions) {
    this.service = service;
    this.sessions = sessions;
  }

  @PostMapping({"/pbm", "/pbm/", "/pbm/sdk"})
  ResponseEntity<byte[]> call(HttpServletRequest http) throws IOException, XMLStreamException {
    PbmRequest request = PbmRequest.parse(http.getInputStream().readNBytes(BODY_BYTES_MAX));
    if (!PbmService.isOpen(request.method()) && !hasSession(http, request)) {
      throw Faults.notAuthenticated();
    }
    String response = request.method() + "Response";
    return reply(
        200,
        "<" + response + " xmlns=\"urn:pbm\">" + service.answer(request) + "</" + response + ">");
  }

  @ExceptionHandler
  ResponseEntity<byte[]> refused(VimException fault) {
    return fault(
        fault.fault().vimType().name(), Objects.requireNonNullElse(fault.getMessage(), ""));
  }

  @ExceptionHandler
  ResponseEntity<byte[]> malformed(XMLStreamException problem) {
    String text = Objects.requireNonNullElse(problem.getMessage(), "");
    return fault("InvalidRequest", "The request cannot be read as XML: " + text);
  }

  private boolean hasSession(HttpServletRequest http, PbmRequest request) {
    Stream<String> cookies =
        Collections.list(http.getHeaders(HttpHeaders.COOKIE)).stream()
            .flatMap(line -> Stream.ofNullable(SessionCookie.idIn(line)));
    return Stream.concat(Stream.ofNullable(SessionCookie.idInEnvelope(request.session())), cookies)
        .map(sessions::use)
        .anyMatch(Optional::isPresent);
  }

  private static ResponseEntity<byte[]> fault(String type, String text) {
    return reply(
        500,
        """
        <soapenv:Fault><faultcode>ServerFaultCode</faultcode><faultstring>%s</faultstring>\
        <detail><%sFault xmlns="urn:vim25" xsi:type="%s"/></detail></soapenv:Fault>\
        """
            .formatted(PbmService.escaped(text), type, type));
  }

  private static ResponseEntity<byte[]> reply(int status, String body) {
    String envelope =
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <soapenv:Envelope xmlns:soapenc="http://schemas.xmlsoap.org/soap/encoding/"
         xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"
         xmlns:xsd="http://www.w3.org/2001/XMLSchema"
         xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
        <soapenv:Body>
        %s
        </soapenv:Body>
        </soapenv:Envelope>\
        """
            .formatted(body);
    return ResponseEntity.status(status)
        .header(HttpHeaders.CONTENT_TYPE, XML)
        .body(envelope.getBytes(StandardCharsets.UTF_8));
  }
}
