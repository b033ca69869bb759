package dev.vcsnap.admin;

import dev.vcsnap.datastore.SnapshotDisk;
import dev.vcsnap.datastore.SnapshotEntry;
import dev.vcsnap.datastore.Vmsn;
import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.inventory.SnapshotDetails;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.lease.FrozenDisks;
import dev.vcsnap.quiesce.Consistency;
import dev.vcsnap.verify.ConsistencyCheck;
import dev.vcsnap.verify.Finding;
import dev.vcsnap.verify.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Holds what was recorded of a snapshot against the bytes of its disks. */
final class SnapshotConsistency {

  private final FrozenDisks disks;

  SnapshotConsistency(FrozenDisks disks) {
    this.disks = disks;
  }

  ConsistencyReport of(VirtualMachine machine, SnapshotEntry snapshot) {
    String id = machine.snapshotId(snapshot.uid());
    List<Finding> findings = new ArrayList<>();
    for (SnapshotDisk frozen : snapshot.disks()) {
      Optional<BlockDevice> disk =
          disks.find(machine, frozen.node(), id, "a look at how consistent " + id + " is");
      if (disk.isPresent()) {
        try (BlockDevice open = disk.get()) {
          findings.addAll(new ConsistencyCheck().look(frozen.node(), open));
        }
      } else {
        findings.add(
            Finding.undecided(frozen.node(), "not there", "the snapshot was removed meanwhile"));
      }
    }
    Verdict verdict = new Verdict(findings);
    Vmsn state = machine.state(snapshot.uid());
    Consistency recorded = Consistency.of(state.details().get(SnapshotDetails.CONSISTENCY));
    return new ConsistencyReport(
        id,
        recorded.word(),
        state.quiesced(),
        verdict.word(),
        ConsistencyReport.word(verdict.to(recorded)),
        Optional.ofNullable(state.details().get(SnapshotDetails.FROZEN_WRITES))
            .map(Long::valueOf)
            .orElse(null),
        findings.stream().map(ConsistencyReport.Place::of).toList());
  }
}
