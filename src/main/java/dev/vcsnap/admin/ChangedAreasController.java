package dev.vcsnap.admin;

import dev.vcsnap.datastore.DatastorePath;
import dev.vcsnap.datastore.SnapshotEntry;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.session.Session;
import dev.vcsnap.verify.areas.AreasReport;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Tells whoever writes a backup program whether it copies what it has to. */
@Tag(name = "changed areas", description = "Whether a copy and changed areas make a snapshot")
@RestController
@RequestMapping("/_vcsnap/vms/{vm}/snapshots/{snapshot}/disks/{node}")
final class ChangedAreasController {

  private static final String READ_BYTES = "VirtualMachine.Provisioning.DiskRandomRead";
  private static final String READ_FILES = "Datastore.Browse";

  /** As many areas as there can be, in the most verbose of encodings. */
  private static final long BODY_BYTES_MAX = 256L << 20;

  private final AdminDoor door;
  private final SnapshotAreas areas;

  ChangedAreasController(AdminDoor door, SnapshotAreas areas) {
    this.door = door;
    this.areas = areas;
  }

  @Operation(
      summary = "Whether base + changed areas = snapshot, what is missing and what superfluous",
      requestBody =
          @RequestBody(
              content =
                  @Content(
                      mediaType = "application/json",
                      schema = @Schema(implementation = AreasQuestion.class))))
  @PostMapping("/verify")
  AreasReport verify(
      @PathVariable("vm") String vm,
      @PathVariable("snapshot") String snapshot,
      @PathVariable("node") String node,
      HttpServletRequest request,
      HttpServletResponse reply)
      throws IOException {
    Session session = door.session(request, reply);
    VirtualMachine machine = door.machine(session, vm, READ_BYTES);
    SnapshotEntry entry = door.snapshot(machine, snapshot);
    Runnable goOn = areas.begin();
    AreasQuestion question = read(request, goOn);
    DatastorePath file = SnapshotAreas.fileNamed(question.base());
    SnapshotEntry base = null;
    if (file != null) {
      door.require(session, areas.storeOf(file).object(), READ_FILES);
    } else if (question.base() != null) {
      base = door.snapshot(machine, question.base());
    }
    try {
      return areas.of(machine, entry, node, file, base, question, goOn);
    } catch (IllegalArgumentException unfit) {
      throw Refusal.invalid(String.valueOf(unfit.getMessage()));
    }
  }

  private static AreasQuestion read(HttpServletRequest request, Runnable goOn) throws IOException {
    try {
      return AreasQuestion.read(new QuestionBody(request.getInputStream(), BODY_BYTES_MAX, goOn));
    } catch (IllegalArgumentException wrong) {
      throw Refusal.invalid(String.valueOf(wrong.getMessage()));
    }
  }
}
