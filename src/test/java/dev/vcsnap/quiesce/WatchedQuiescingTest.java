package dev.vcsnap.quiesce;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.inventory.MachineLab;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.quiesce.Trace.Speaker;
import dev.vcsnap.quiesce.Trace.Step;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchedQuiescingTest {

  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

  private static final List<Step> STEPS =
      List.of(
          new Step(START, Speaker.GUEST, "reset", 0, ""),
          new Step(START, Speaker.HOST, "vmbackup.start", 0, ""),
          new Step(START.plusMillis(2000), Speaker.GUEST, BackupEvent.COMMIT, 0, ""),
          new Step(START.plusMillis(2250), Speaker.HOST, "vmbackup.snapshotDone", 0, ""),
          new Step(START.plusMillis(3250), Speaker.GUEST, "req.done", 0, "a\tb\nc"));

  /** A guest that goes through all of it and never does anything. */
  private static final class Promise implements Quiescing {

    @Override
    public boolean isWanted() {
      return true;
    }

    @Override
    public void freeze() {}

    @Override
    public void thaw() {}

    @Override
    public QuiesceResult finish() {
      return new QuiesceResult(
          Consistency.APPLICATION,
          Optional.of(new QuiesceResult.Window(START.plusMillis(2000), START.plusMillis(2250))),
          Optional.empty(),
          STEPS,
          0);
    }

    @Override
    public void close() {}
  }

  @TempDir Path directory;

  @Test
  void whatAFrozenGuestWritesIsCountedAndMeasured() {
    var meters = new SimpleMeterRegistry();
    try (var lab = new MachineLab(directory)) {
      VirtualMachine machine = lab.machine("VM");
      Quiescer quiescer = new WatchingQuiescer((vm, spec) -> new Promise(), meters);
      try (Quiescing guest = quiescer.begin(machine, QuiesceSpec.DEFAULT)) {
        lab.write(machine, 0, 512, 1);
        guest.freeze();
        lab.write(machine, 4096, 512, 2);
        lab.write(machine, 8192, 512, 3);
        guest.thaw();
        lab.write(machine, 0, 512, 4);
        assertThat(guest.finish().frozenWrites()).isEqualTo(2);
      }
      // The watch has ended with the guest: another one can begin.
      lab.disk(machine).watchWrites().close();
    }
    assertThat(meters.get("vcsnap.frozen.writes").counter().count()).isEqualTo(2);
  }

  @Test
  void whatAGuestWritesThoughItIsFrozenIsCountedAlsoWhenTheHostFails() {
    var meters = new SimpleMeterRegistry();
    try (var lab = new MachineLab(directory)) {
      VirtualMachine machine = lab.machine("VM");
      Quiescer quiescer = new WatchingQuiescer((vm, spec) -> new Promise(), meters);
      try (Quiescing guest = quiescer.begin(machine, QuiesceSpec.DEFAULT)) {
        guest.freeze();
        lab.write(machine, 4096, 512, 2);
      }
    }
    assertThat(meters.get("vcsnap.frozen.writes").counter().count()).isEqualTo(1);
  }

  @Test
  void aGuestThatIsLeftAloneIsNotWatched() {
    try (var lab = new MachineLab(directory)) {
      VirtualMachine machine = lab.machine("VM");
      Quiescer quiescer = new WatchingQuiescer(Quiescer.NONE, new SimpleMeterRegistry());
      try (Quiescing guest = quiescer.begin(machine, QuiesceSpec.DEFAULT)) {
        assertThat(guest.isWanted()).isFalse();
        guest.freeze();
        lab.disk(machine).watchWrites().close();
      }
    }
  }

  @Test
  void aHandshakeIsKeptAsText() {
    List<Step> read = TraceText.parse(TraceText.of(STEPS));
    assertThat(read.subList(0, 4)).isEqualTo(STEPS.subList(0, 4));
    assertThat(read.getLast().text()).isEqualTo("a b c");
    assertThat(TraceText.parse("")).isEmpty();
    assertThat(TraceText.parse("x\tGUEST\treset\t0\t\nnothing\n\t\t\t\t")).isEmpty();
  }

  @Test
  void aFrozenGuestGoesOnWhenItIsToldToGiveUpOrSaysThatItDoes() {
    for (String last : List.of("vmbackup.abort", BackupEvent.ABORTED, BackupEvent.ERROR)) {
      Speaker by = last.startsWith("vmbackup") ? Speaker.HOST : Speaker.GUEST;
      List<Step> steps = new ArrayList<>(STEPS.subList(0, 3));
      steps.add(new Step(START.plusMillis(2500), by, last, 0, ""));
      steps.add(new Step(START.plusMillis(4000), Speaker.GUEST, BackupEvent.DONE, 0, ""));
      assertThat(PhaseTimes.of(steps))
          .extracting(phase -> phase.name() + " " + phase.duration().toMillis())
          .containsExactly("freeze 2000", "frozen 500", "thaw 1500");
    }
  }

  @Test
  void aHandshakeThatWasCutHasThePhasesThatItCameTo() {
    assertThat(PhaseTimes.of(STEPS.subList(0, 2)))
        .containsExactly(new PhaseTimes("freeze", START, START));
    assertThat(PhaseTimes.of(STEPS.subList(0, 3)))
        .extracting(PhaseTimes::name)
        .containsExactly("freeze", "frozen");
    assertThat(PhaseTimes.of(List.of())).isEmpty();
  }
}
