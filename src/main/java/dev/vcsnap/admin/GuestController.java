package dev.vcsnap.admin;

import dev.vcsnap.guest.simulated.SimulatedGuests;
import dev.vcsnap.guest.simulated.VssWriterStatus;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.quiesce.QuiesceRecords;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Looks into the guests: what was said when they were quiesced, and what their VSS says. */
@Tag(name = "guests", description = "Handshakes, behaviour, shadow copies")
@RestController
@RequestMapping("/_vcsnap/vms/{vm}")
final class GuestController {

  private final AdminDoor door;
  private final SimulatedGuests guests;
  private final QuiesceRecords records;

  GuestController(AdminDoor door, SimulatedGuests guests, QuiesceRecords records) {
    this.door = door;
    this.guests = guests;
    this.records = records;
  }

  @Operation(summary = "The last handshakes with the guest, newest first, also failed ones")
  @GetMapping("/quiescing")
  List<QuiesceReport> quiescing(
      @PathVariable("vm") String vm, HttpServletRequest request, HttpServletResponse reply) {
    VirtualMachine machine = door.machine(vm, AdminDoor.READ, request, reply);
    return records.of(machine.object().id()).stream().map(QuiesceReport::of).toList();
  }

  @Operation(summary = "How the simulated guest misbehaves")
  @GetMapping(path = "/guest/behaviour", produces = MediaType.TEXT_PLAIN_VALUE)
  String behaviour(
      @PathVariable("vm") String vm, HttpServletRequest request, HttpServletResponse reply) {
    return guests.behaviour(door.machine(vm, AdminDoor.READ, request, reply));
  }

  @Operation(summary = "Makes the simulated guest misbehave until it is off; empty ends that")
  @PutMapping(path = "/guest/behaviour", consumes = MediaType.TEXT_PLAIN_VALUE)
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void behave(
      @PathVariable("vm") String vm,
      @RequestBody(required = false) @Nullable String behaviour,
      HttpServletRequest request,
      HttpServletResponse reply) {
    VirtualMachine machine = door.machine(vm, AdminDoor.CONFIGURE, request, reply);
    try {
      guests.behave(machine, behaviour == null ? "" : behaviour);
    } catch (IllegalArgumentException unknown) {
      throw Refusal.invalid(String.valueOf(unknown.getMessage()));
    }
  }

  @Operation(summary = "The writers of a simulated Windows")
  @GetMapping(path = "/guest/vss/writers", produces = MediaType.APPLICATION_JSON_VALUE)
  List<VssWriterStatus> writers(
      @PathVariable("vm") String vm, HttpServletRequest request, HttpServletResponse reply) {
    List<VssWriterStatus> writers =
        guests.writers(door.machine(vm, AdminDoor.READ, request, reply));
    if (writers.isEmpty()) {
      throw Refusal.notFound("'" + vm + "' has no simulated Windows that runs");
    }
    return writers;
  }

  @Operation(summary = "What vssadmin list writers prints")
  @GetMapping(path = "/guest/vss/writers.txt", produces = MediaType.TEXT_PLAIN_VALUE)
  String writersPage(
      @PathVariable("vm") String vm, HttpServletRequest request, HttpServletResponse reply) {
    return VssAdminPage.writers(writers(vm, request, reply));
  }

  @Operation(summary = "What vssadmin list providers prints")
  @GetMapping(path = "/guest/vss/providers.txt", produces = MediaType.TEXT_PLAIN_VALUE)
  String providersPage(
      @PathVariable("vm") String vm, HttpServletRequest request, HttpServletResponse reply) {
    writers(vm, request, reply);
    return VssAdminPage.providers();
  }
}
