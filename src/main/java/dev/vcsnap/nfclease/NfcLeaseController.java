package dev.vcsnap.nfclease;

import dev.vcsnap.lease.LeaseService;
import dev.vcsnap.lease.LeasedFile;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/**
 * The files of leases, to read as a whole. Their length is not known before their end, so none is
 * announced. The ticket in the address is all the proof that is asked for, as on real hosts; the
 * session's cookie, which some clients send, says nothing more.
 */
@RestController
final class NfcLeaseController {

  private final LeaseService leases;

  NfcLeaseController(LeaseService leases) {
    this.leases = leases;
  }

  @GetMapping("/nfc/{ticket}/{file}")
  void download(
      @PathVariable String ticket,
      @PathVariable String file,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    Optional<LeasedFile> found = leases.file(ticket, file);
    if (found.isEmpty()) {
      response.sendError(HttpServletResponse.SC_NOT_FOUND);
      return;
    }
    response.setContentType(found.get().contentType());
    response.setHeader("Cache-Control", "no-store");
    if (request.getMethod().equals("GET")
        && !leases.send(found.get(), response.getOutputStream())) {
      response.setHeader("Retry-After", "10");
      response.sendError(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
    }
  }
}
