package dev.vcsnap.rest;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.vcsnap.session.Session;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
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
    Session session = sessions.login(request);
    return ResponseEntity.status(HttpStatus.CREATED)
        .header(RestSessions.SESSION_ID, session.id())
        .contentType(MediaType.APPLICATION_JSON)
        .body(new Id(session.id()));
  }

  @GetMapping
  ResponseEntity<Map<String, String>> get(HttpServletRequest request) {
    return ResponseEntity.ok()
        .contentType(MediaType.APPLICATION_JSON)
        .body(RestSessions.describe(sessions.current(request)));
  }

  @DeleteMapping
  ResponseEntity<Void> logout(HttpServletRequest request) {
    sessions.end(sessions.current(request));
    return ResponseEntity.noContent().build();
  }
}
