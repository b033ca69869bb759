package dev.vcsnap.admin;

import dev.vcsnap.datastore.SnapshotEntry;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.guest.workload.DiskWorkloads;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.lease.FrozenDisks;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Objects;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What can be asked of a machine's guest and snapshots. */
@Tag(name = "machines", description = "Guests and snapshots, by id or name")
@RestController
@RequestMapping("/_vcsnap/vms/{vm}")
final class MachineController {

  private static final int STEPS_PER_SECOND = 10;

  private final AdminDoor door;
  private final DiskWorkloads workloads;
  private final FrozenDisks disks;

  MachineController(AdminDoor door, DiskWorkloads workloads, FrozenDisks disks) {
    this.door = door;
    this.disks = disks;
    this.workloads = workloads;
  }

  @Operation(summary = "What the guest's workload does")
  @GetMapping("/guest/workload")
  WorkloadReport workload(
      @PathVariable("vm") String vm, HttpServletRequest request, HttpServletResponse reply) {
    return workloads
        .stateOf(door.machine(vm, AdminDoor.READ, request, reply))
        .map(WorkloadReport::of)
        .orElse(WorkloadReport.NONE);
  }

  @Operation(summary = "Puts the guest to work on a disk that is empty or its own")
  @PutMapping("/guest/workload")
  WorkloadReport start(
      @PathVariable("vm") String vm,
      @RequestBody WorkloadWish wish,
      HttpServletRequest request,
      HttpServletResponse reply) {
    VirtualMachine machine = door.machine(vm, AdminDoor.CONFIGURE, request, reply);
    String node =
        Objects.requireNonNullElseGet(
            wish.node(),
            () ->
                machine.disks().keySet().stream()
                    .findFirst()
                    .orElseThrow(() -> Refusal.invalid("'" + vm + "' has no disk")));
    int rate = Objects.requireNonNullElse(wish.stepsPerSecond(), STEPS_PER_SECOND);
    if (rate < 1 || rate > DiskWorkloads.STEPS_PER_SECOND_MAX) {
      throw Refusal.invalid(
          "'stepsPerSecond' is %d; expected 1 to %d"
              .formatted(rate, DiskWorkloads.STEPS_PER_SECOND_MAX));
    }
    try {
      return WorkloadReport.of(workloads.start(machine, node, rate));
    } catch (BlockError noSuchDisk) {
      throw Refusal.invalid(String.valueOf(noSuchDisk.getMessage()));
    }
  }

  @Operation(summary = "Shuts the guest down and ends its workload")
  @DeleteMapping("/guest/workload")
  WorkloadReport stop(
      @PathVariable("vm") String vm, HttpServletRequest request, HttpServletResponse reply) {
    workloads.stop(door.machine(vm, AdminDoor.CONFIGURE, request, reply));
    return WorkloadReport.NONE;
  }

  @Operation(summary = "What is recorded of a snapshot, what its bytes say, and whether they agree")
  @GetMapping("/snapshots/{snapshot}/consistency")
  ConsistencyReport consistency(
      @PathVariable("vm") String vm,
      @PathVariable("snapshot") String snapshot,
      HttpServletRequest request,
      HttpServletResponse reply) {
    VirtualMachine machine = door.machine(vm, AdminDoor.READ, request, reply);
    return new SnapshotConsistency(disks).of(machine, door.snapshot(machine, snapshot));
  }

  @Operation(summary = "How a snapshot's guest was made consistent: phases, and who said what")
  @GetMapping("/snapshots/{snapshot}/quiesce")
  SnapshotQuiesceReport quiesce(
      @PathVariable("vm") String vm,
      @PathVariable("snapshot") String snapshot,
      HttpServletRequest request,
      HttpServletResponse reply) {
    VirtualMachine machine = door.machine(vm, AdminDoor.READ, request, reply);
    SnapshotEntry entry = door.snapshot(machine, snapshot);
    String id = machine.snapshotId(entry.uid());
    return SnapshotQuiesceReport.of(id, machine.state(entry.uid()).details())
        .orElseThrow(() ->
            Refusal.notFound("No guest was asked to be consistent for snapshot '" + id + "'"));
  }
}
