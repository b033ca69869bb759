package dev.vcsnap.admin;

import dev.vcsnap.browse.DiskAnswer;
import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.lease.FrozenDisks;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The bytes of a machine's disks, for those who have no NBD client at hand. */
@Tag(name = "disks", description = "Bytes of running disks and of snapshots, by node")
@RestController
@RequestMapping("/_vcsnap/vms/{vm}/disks/{node}/content")
final class DiskController {

  /** What VMware's own disk library asks for. */
  private static final String READ = "VirtualMachine.Provisioning.DiskRandomRead";

  private static final String WRITE = "VirtualMachine.Provisioning.DiskRandomAccess";

  /** A multiple of every grain, so that writes after a start of a grain need nothing from below. */
  private static final int BUFFER_BYTES = 128 * 1024;

  private final AdminDoor door;
  private final FrozenDisks disks;

  DiskController(AdminDoor door, FrozenDisks disks) {
    this.door = door;
    this.disks = disks;
  }

  @Operation(
      summary = "Reads a disk as the guest has it, or as a snapshot froze it",
      parameters =
          @Parameter(
              name = "Range",
              in = ParameterIn.HEADER,
              description = "The part that is wanted; all of the disk without it",
              example = "bytes=0-511"),
      responses = {
        @ApiResponse(
            responseCode = "200",
            description = "The disk",
            content =
                @Content(
                    mediaType = "application/octet-stream",
                    schema = @Schema(type = "string", format = "binary"))),
        @ApiResponse(
            responseCode = "206",
            description = "The part that was asked for",
            content =
                @Content(
                    mediaType = "application/octet-stream",
                    schema = @Schema(type = "string", format = "binary")))
      })
  @RequestMapping(method = {RequestMethod.GET, RequestMethod.HEAD})
  void read(
      @PathVariable("vm") String vm,
      @PathVariable("node") String node,
      @Parameter(description = "Id or name of a snapshot; the running disk without it")
          @RequestParam(name = "snapshot", required = false)
          @Nullable String snapshot,
      HttpServletRequest request,
      HttpServletResponse reply)
      throws IOException {
    VirtualMachine machine = door.machine(vm, READ, request, reply);
    if (snapshot == null) {
      DiskAnswer.send(running(machine, node), request, reply);
      return;
    }
    try (BlockDevice frozen = frozen(machine, node, snapshot)) {
      DiskAnswer.send(frozen, request, reply);
    }
  }

  @Operation(
      summary = "Writes to a running disk, as its guest would; durable when it is answered",
      parameters =
          @Parameter(
              name = "Content-Range",
              in = ParameterIn.HEADER,
              description = "Where the bytes belong; without it they are all of the disk",
              example = "bytes 0-11/*"),
      requestBody =
          @io.swagger.v3.oas.annotations.parameters.RequestBody(
              required = true,
              content = {
                @Content(
                    mediaType = "text/plain",
                    examples = @ExampleObject("Hello disk 1"),
                    schema = @Schema(type = "string")),
                @Content(
                    mediaType = "application/octet-stream",
                    schema = @Schema(type = "string", format = "binary"))
              }))
  @PutMapping
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void write(
      @PathVariable("vm") String vm,
      @PathVariable("node") String node,
      HttpServletRequest request,
      HttpServletResponse reply)
      throws IOException {
    RunningDisk disk = running(door.machine(vm, WRITE, request, reply), node);
    ContentRange range =
        ContentRange.of(
            request.getHeader("Content-Range"), disk.sizeBytes(), request.getContentLengthLong());
    fill(disk, range, request.getInputStream());
    disk.flush();
  }

  private static void fill(BlockDevice disk, ContentRange range, InputStream body)
      throws IOException {
    byte[] piece = new byte[(int) Math.min(BUFFER_BYTES, range.length())];
    for (long done = 0; done < range.length(); ) {
      int wanted = (int) Math.min(piece.length, range.length() - done);
      int count = body.readNBytes(piece, 0, wanted);
      disk.writeAt(range.offset() + done, ByteBuffer.wrap(piece, 0, count));
      done += count;
      if (count < wanted) {
        throw Refusal.invalid(
            "The body ended after %d of %d bytes, which were written"
                .formatted(done, range.length()));
      }
    }
    if (body.read() >= 0) {
      throw Refusal.invalid(
          "The body goes on after %d bytes; those were written".formatted(range.length()));
    }
  }

  private static RunningDisk running(VirtualMachine machine, String node) {
    RunningDisk disk = machine.disks().get(node);
    if (disk == null) {
      throw Refusal.notFound(
          "'%s' has no disk at '%s'; it has %s"
              .formatted(machine.name(), node, machine.disks().keySet()));
    }
    return disk;
  }

  private BlockDevice frozen(VirtualMachine machine, String node, String snapshot) {
    String id = machine.snapshotId(door.snapshot(machine, snapshot).uid());
    return disks
        .find(machine, node, id, "a reader of /_vcsnap")
        .orElseThrow(
            () -> Refusal.notFound("Snapshot '%s' has no disk at '%s'".formatted(snapshot, node)));
  }
}
