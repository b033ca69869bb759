package dev.vcsnap.server;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Says that the server is ready: it does not answer at all before its machines are open. */
@RestController
class HealthController {

  @GetMapping(path = "/health", produces = "text/plain")
  String health() {
    return "ready\n";
  }
}
