package dev.vcsnap.nfclease;

import dev.vcsnap.lease.ExportedFile;
import dev.vcsnap.lease.ImportedDisk;
import dev.vcsnap.lease.LeaseService;
import dev.vcsnap.lease.LeasedFile;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;

/**
 * The files of leases, to read or to write as a whole. The length of what is read is not known
 * before its end, so none is announced. The ticket in the address is all the proof that is asked
 * for, as on real hosts; the session's cookie, which some clients send, says nothing more.
 */
@RestController
final class NfcLeaseController {

  private static final String FILE = "/nfc/{ticket}/{file}";

  private final LeaseService leases;

  NfcLeaseController(LeaseService leases) {
    this.leases = leases;
  }

  @GetMapping(FILE)
  void download(
      @PathVariable String ticket,
      @PathVariable String file,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    Optional<LeasedFile> found = leases.file(ticket, file);
    if (found.isEmpty()) {
      response.sendError(HttpServletResponse.SC_NOT_FOUND);
    } else if (!(found.get() instanceof ExportedFile exported)) {
      response.sendError(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
    } else {
      response.setContentType(exported.contentType());
      response.setHeader("Cache-Control", "no-store");
      if (request.getMethod().equals("GET") && !leases.send(exported, response.getOutputStream())) {
        refuse(response);
      }
    }
  }

  /** Disks come by POST, and whatever type the client gives them: one labels its own as a form. */
  @RequestMapping(
      path = FILE,
      method = {RequestMethod.POST, RequestMethod.PUT})
  void upload(
      @PathVariable String ticket,
      @PathVariable String file,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    Optional<LeasedFile> found = leases.file(ticket, file);
    if (found.isEmpty()) {
      response.sendError(HttpServletResponse.SC_NOT_FOUND);
    } else if (!(found.get() instanceof ImportedDisk disk)) {
      response.sendError(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
    } else if (leases.receive(disk, request.getInputStream(), request.getContentLengthLong())) {
      response.setStatus(HttpServletResponse.SC_CREATED);
    } else {
      refuse(response);
    }
  }

  /** Too many transfers at a time. */
  private static void refuse(HttpServletResponse response) throws IOException {
    response.setHeader("Retry-After", "10");
    response.sendError(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
  }
}
