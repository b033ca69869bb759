package dev.vcsnap.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vcsnap.changes.ChangeService;
import dev.vcsnap.datastore.SnapshotEntry;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.inventory.MachineLab;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.lease.FrozenDisks;
import dev.vcsnap.verify.areas.AreaList;
import dev.vcsnap.verify.areas.AreasReport;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.http.HttpStatus;

class SnapshotAreasTest {

  @TempDir Path root;

  private final SteppedClock clock = new SteppedClock();
  private MachineLab lab;
  private VirtualMachine machine;
  private SnapshotAreas areas;
  private int uid;

  /** Every look at it takes a step. */
  private static final class SteppedClock implements Clock {
    private Duration step = Duration.ZERO;
    private Duration passed = Duration.ZERO;

    @Override
    public Instant now() {
      return Instant.EPOCH.plus(passed);
    }

    @Override
    public long nanoTime() {
      passed = passed.plus(step);
      return passed.toNanos();
    }

    @Override
    public void sleep(Duration duration) {
      passed = passed.plus(duration);
    }
  }

  @BeforeEach
  void freeze() {
    lab = new MachineLab(root);
    machine = lab.machine("VM");
    lab.write(machine, 0, 4 << 20, 1);
    uid = lab.snapshot(machine, "s");
    areas =
        new SnapshotAreas(
            new ChangeService(lab.factory, 10, 1L << 40),
            lab.factory,
            new FrozenDisks(lab.factory),
            lab.tree,
            clock,
            Duration.ofMinutes(3));
  }

  @AfterEach
  void close() {
    lab.close();
  }

  private AreasReport compare() {
    SnapshotEntry entry = machine.snapshots().find(uid).orElseThrow();
    var nothing = new AreasQuestion(null, null, new AreaList.Builder());
    return areas.of(machine, entry, MachineLab.NODE, null, null, nothing, areas.begin());
  }

  private void unavailable(String sentence) {
    assertThatThrownBy(this::compare)
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> assertThat(refusal.status()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE))
        .hasMessageContaining(sentence);
  }

  @Test
  void a_comparison_that_takes_too_long_ends_and_gives_everything_free() {
    clock.step = Duration.ofMinutes(1);
    for (int attempt = 0; attempt < 3; attempt++) {
      unavailable("not done within PT3M");
    }
    clock.step = Duration.ZERO;
    assertThat(compare().differingBytes()).isEqualTo(4 << 20);
    lab.remove(machine, uid);
  }

  @Test
  void a_disk_that_the_machine_lacks_by_now_is_compared() {
    machine.detach(MachineLab.NODE).close();
    assertThat(compare().differingBytes()).isEqualTo(4 << 20);
  }

  @Test
  void no_comparison_goes_on_while_the_server_stops() {
    areas.stop();
    unavailable("The server stops");
  }
}
