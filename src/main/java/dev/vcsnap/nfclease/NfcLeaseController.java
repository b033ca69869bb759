package dev.vcsnap.nfclease;

import dev.vcsnap.lease.ExportedFile;
import dev.vcsnap.lease.ImportedDisk;
import dev.vcsnap.lease.LeaseTransfers;
import dev.vcsnap.lease.LeasedFile;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
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
  private static final String TARGETS = "targets=";

  /** More disks than a machine has. */
  private static final int PARTS_MAX = 300;

  private final LeaseTransfers transfers;

  NfcLeaseController(LeaseTransfers transfers) {
    this.transfers = transfers;
  }

  @GetMapping(FILE)
  void download(
      @PathVariable String ticket,
      @PathVariable String file,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    Optional<LeasedFile> found = transfers.file(ticket, file);
    if (found.isEmpty()) {
      response.sendError(HttpServletResponse.SC_NOT_FOUND);
    } else if (!(found.get() instanceof ExportedFile exported)) {
      response.sendError(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
    } else {
      response.setContentType(exported.contentType());
      response.setHeader("Cache-Control", "no-store");
      if (request.getMethod().equals("GET")
          && !transfers.send(exported, response.getOutputStream())) {
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
    Optional<LeasedFile> found = transfers.file(ticket, file);
    if (found.isEmpty()) {
      response.sendError(HttpServletResponse.SC_NOT_FOUND);
    } else if (!(found.get() instanceof ImportedDisk disk)) {
      response.sendError(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
    } else {
      receive(List.of(disk), request, response);
    }
  }

  /** One body for several disks: {@code multi?targets=disk-0.vmdk,disk-1.vmdk}. */
  @PostMapping("/nfc/{ticket}/multi")
  void uploadToSeveral(
      @PathVariable String ticket, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    List<ImportedDisk> disks = new ArrayList<>();
    for (String target : targets(request)) {
      if (!(transfers.file(ticket, target).orElse(null) instanceof ImportedDisk disk)) {
        response.sendError(HttpServletResponse.SC_NOT_FOUND);
        return;
      }
      disks.add(disk);
    }
    if (disks.isEmpty()) {
      response.sendError(HttpServletResponse.SC_BAD_REQUEST);
    } else {
      receive(disks, request, response);
    }
  }

  /** Read from the address alone: to ask for a parameter could take the body for a form. */
  private static Set<String> targets(HttpServletRequest request) {
    String query = request.getQueryString();
    Set<String> targets = new LinkedHashSet<>();
    if (query != null) {
      for (String part : query.split("&", PARTS_MAX)) {
        if (part.startsWith(TARGETS)) {
          String names = part.substring(TARGETS.length());
          targets.addAll(
              List.of(URLDecoder.decode(names, StandardCharsets.UTF_8).split(",", PARTS_MAX)));
        }
      }
    }
    return targets;
  }

  private void receive(
      List<ImportedDisk> disks, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (transfers.receive(disks, request.getInputStream(), request.getContentLengthLong())) {
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
