package dev.vcsnap.vijson;

import dev.vcsnap.call.CallService;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Agrees with a client on the release that its VI/JSON paths name, before it logs in.
 *
 * <p>Clients that find nothing here fall back to SOAP.
 */
@RestController
final class HelloController {

  private static final int BODY_BYTES_MAX = 64 << 10;

  private final CallService calls;

  HelloController(CallService calls) {
    this.calls = calls;
  }

  @PostMapping("/api/vcenter/system")
  ResponseEntity<Map<String, ?>> hello(HttpServletRequest request) throws IOException {
    // Not a condition on a parameter: to ask for one would read the body of what looks like a form.
    if (!"action=hello".equals(request.getQueryString())) {
      return invalid("The only action is 'hello'");
    }
    byte[] body = request.getInputStream().readNBytes(BODY_BYTES_MAX);
    return ReleaseOffer.parse(body)
        .<ResponseEntity<Map<String, ?>>>map(offer ->
            ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_JSON)
                .body(Map.of("api_release", offer.choice(calls.newest()))))
        .orElseGet(() ->
            invalid(
                "'api_releases' must be a list of 1 to 128 release ids, each of at most 64"
                    + " characters"));
  }

  private static ResponseEntity<Map<String, ?>> invalid(String text) {
    Map<String, ?> message =
        Map.of("id", "dev.vcsnap.invalid_argument", "default_message", text, "args", List.of());
    return ResponseEntity.badRequest()
        .contentType(MediaType.APPLICATION_JSON)
        .body(Map.of("error_type", "INVALID_ARGUMENT", "messages", List.of(message)));
  }
}
