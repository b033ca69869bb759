package dev.vcsnap.rest;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
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
  ResponseEntity<?> logout(HttpServletRequest request) {
    return sessions
        .current(request)
        .<ResponseEntity<?>>map(session -> {
          sessions.end(session);
          return ResponseEntity.ok().build();
        })
        .orElseGet(CisSessionController::unauthenticated);
  }

  private ResponseEntity<?> login(HttpServletRequest request) {
    return sessions
        .login(request)
        .<ResponseEntity<?>>map(session -> {
          var reply = ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON);
          if (!"true".equals(request.getHeader("vmware-use-header-authn"))) {
            reply.header(HttpHeaders.SET_COOKIE, cookie(session.id(), request.isSecure()));
          }
          return reply.body(Map.of("value", session.id()));
        })
        .orElseGet(CisSessionController::unauthenticated);
  }

  private ResponseEntity<?> get(HttpServletRequest request) {
    return sessions
        .current(request)
        .<ResponseEntity<?>>map(session ->
            ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_JSON)
                .body(Map.of("value", RestSessions.describe(session))))
        .orElseGet(CisSessionController::unauthenticated);
  }

  private static String cookie(String id, boolean secure) {
    return ResponseCookie.from(RestSessions.SESSION_ID, id)
        .path("/rest")
        .httpOnly(true)
        .secure(secure)
        .build()
        .toString();
  }

  private static ResponseEntity<?> unauthenticated() {
    return ResponseEntity.status(HttpStatus.UNAUTHORIZED)
        .contentType(MediaType.APPLICATION_JSON)
        .body(
            Map.of(
                "type",
                "com.vmware.vapi.std.errors.unauthenticated",
                "value",
                RestSessions.unauthenticated()));
  }
}
