package dev.vcsnap.rest;

import com.fasterxml.jackson.annotation.JsonValue;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Login, logout and "who am I" at {@code /api/session}: bare JSON values. */
@RestController
@RequestMapping("/api/session")
final class ApiSessionController {

  /** A JSON string: a plain one would be written without its quotes. */
  private record Id(@JsonValue String text) {}

  private final RestSessions sessions;

  ApiSessionController(RestSessions sessions) {
    this.sessions = sessions;
  }

  @PostMapping
  ResponseEntity<?> login(HttpServletRequest request) {
    return sessions
        .login(request)
        .<ResponseEntity<?>>map(session ->
            ResponseEntity.status(HttpStatus.CREATED)
                .header(RestSessions.SESSION_ID, session.id())
                .contentType(MediaType.APPLICATION_JSON)
                .body(new Id(session.id())))
        .orElseGet(ApiSessionController::unauthenticated);
  }

  @GetMapping
  ResponseEntity<?> get(HttpServletRequest request) {
    return sessions
        .current(request)
        .<ResponseEntity<?>>map(session ->
            ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_JSON)
                .body(RestSessions.describe(session)))
        .orElseGet(ApiSessionController::unauthenticated);
  }

  @DeleteMapping
  ResponseEntity<?> logout(HttpServletRequest request) {
    return sessions
        .current(request)
        .<ResponseEntity<?>>map(session -> {
          sessions.end(session);
          return ResponseEntity.noContent().build();
        })
        .orElseGet(ApiSessionController::unauthenticated);
  }

  private static ResponseEntity<?> unauthenticated() {
    return ResponseEntity.status(HttpStatus.UNAUTHORIZED)
        .contentType(MediaType.APPLICATION_JSON)
        .body(RestSessions.unauthenticated());
  }
}
