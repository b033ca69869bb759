package dev.vcsnap.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.datastore.SnapshotEntry;
import dev.vcsnap.inventory.MachineLab;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.lease.FrozenDisks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotConsistencyTest {

  @TempDir Path root;

  @Test
  void a_disk_that_has_left_the_machine_is_looked_at_all_the_same() {
    try (var lab = new MachineLab(root)) {
      VirtualMachine machine = lab.machine("VM");
      lab.snapshot(machine, "s");
      SnapshotEntry snapshot = machine.snapshots().snapshots().getFirst();
      var consistency = new SnapshotConsistency(new FrozenDisks(lab.factory));
      ConsistencyReport there = consistency.of(machine, snapshot);
      machine.detach(MachineLab.NODE).close();
      assertThat(consistency.of(machine, snapshot)).isEqualTo(there);
    }
  }

  @Test
  void a_disk_that_cannot_be_read_leaves_the_report_to_the_others() throws IOException {
    try (var lab = new MachineLab(root)) {
      VirtualMachine machine = lab.machine("VM");
      lab.snapshot(machine, "s");
      SnapshotEntry snapshot = machine.snapshots().snapshots().getFirst();
      machine.detach(MachineLab.NODE).close();
      Files.delete(machine.files().fileOf(snapshot.disks().getFirst().fileName()));
      ConsistencyReport report =
          new SnapshotConsistency(new FrozenDisks(lab.factory)).of(machine, snapshot);
      assertThat(report.findings())
          .extracting(ConsistencyReport.Place::content)
          .containsExactly("not read");
    }
  }
}
