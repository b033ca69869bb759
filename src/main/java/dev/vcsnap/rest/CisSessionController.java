package dev.vcsnap.rest;

import dev.vcsnap.session.Session;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseCookie;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * The same as {@code /api/session} for older clients: every value in an envelope, and reading the
 * session is a POST.
 */
@RestController
@RequestMapping("/rest/com/vmware/cis/session")
final class CisSessionController {

  private final RestSessions sessions;

  CisSessionController(RestSessions sessions) {
    this.sessions = sessions;
  }

  @PostMapping
  ResponseEntity<?> post(HttpServletRequest request) {
    return "~action=get".equals(request.getQueryString()) ? get(request) : login(request);
  }

  @DeleteMapping
  ResponseEntity<Void> logout(HttpServletRequest request) {
    sessions.end(sessions.current(request));
    return ResponseEntity.ok().build();
  }

  private ResponseEntity<?> login(HttpServletRequest request) {
    Session session = sessions.login(request);
    var reply = ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON);
    if (!"true".equals(request.getHeader("vmware-use-header-authn"))) {
      reply.header(HttpHeaders.SET_COOKIE, cookie(session.id(), request.isSecure()));
    }
    return reply.body(Map.of("value", session.id()));
  }

  private ResponseEntity<?> get(HttpServletRequest request) {
    return ResponseEntity.ok()
        .contentType(MediaType.APPLICATION_JSON)
        .body(Map.of("value", RestSessions.describe(sessions.current(request))));
  }

  private static String cookie(String id, boolean secure) {
    return ResponseCookie.from(RestSessions.SESSION_ID, id)
        .path("/rest")
        .httpOnly(true)
        .secure(secure)
        .build()
        .toString();
  }
}
