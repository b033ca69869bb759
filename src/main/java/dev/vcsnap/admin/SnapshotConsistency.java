package dev.vcsnap.admin;

import dev.vcsnap.datastore.SnapshotDisk;
import dev.vcsnap.datastore.SnapshotEntry;
import dev.vcsnap.datastore.Vmsn;
import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.block.BlockError;
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
      findings.addAll(look(machine, frozen.node(), id));
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

  /** Of a disk that cannot be read nothing is known; the others tell what they have to tell. */
  private List<Finding> look(VirtualMachine machine, String node, String snapshotId) {
    String holder = "a look at how consistent " + snapshotId + " is";
    try {
      Optional<BlockDevice> disk = disks.find(machine, node, snapshotId, holder);
      if (disk.isPresent()) {
        try (BlockDevice open = disk.get()) {
          return new ConsistencyCheck().look(node, open);
        }
      }
      return List.of(Finding.undecided(node, "not there", "the snapshot was removed meanwhile"));
    } catch (BlockError e) {
      return List.of(Finding.undecided(node, "not read", String.valueOf(e.getMessage())));
    }
  }
}
