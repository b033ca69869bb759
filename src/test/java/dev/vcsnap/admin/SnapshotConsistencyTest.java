package dev.vcsnap.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.datastore.SnapshotEntry;
import dev.vcsnap.inventory.MachineLab;
import dev.vcsnap.inventory.VirtualMachine;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotConsistencyTest {

  @TempDir Path root;

  @Test
  void a_disk_that_has_left_the_machine_decides_nothing_and_is_named() {
    try (var lab = new MachineLab(root)) {
      VirtualMachine machine = lab.machine("VM");
      lab.snapshot(machine, "s");
      SnapshotEntry snapshot = machine.snapshots().snapshots().getFirst();
      assertThat(SnapshotConsistency.of(machine, snapshot).findings())
          .noneMatch(place -> place.content().equals("not there"));
      machine.detach(MachineLab.NODE).close();
      ConsistencyReport report = SnapshotConsistency.of(machine, snapshot);
      assertThat(report.findings())
          .singleElement()
          .satisfies(place -> {
            assertThat(place.place()).isEqualTo(MachineLab.NODE);
            assertThat(place.content()).isEqualTo("not there");
            assertThat(place.weight()).isEqualTo("undecided");
          });
      assertThat(report.bytes()).isEqualTo("unknown");
    }
  }
}
