package dev.vcsnap.quiesce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vcsnap.ground.clock.SteppedTimers;
import dev.vcsnap.vim.ApplicationQuiesceFault;
import dev.vcsnap.vim.VimException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HandshakeTest {

  private static final Duration KEEP_ALIVE = Duration.ofMillis(2_500);

  private final SteppedTimers timers = new SteppedTimers();
  private final List<Handshake> closed = new ArrayList<>();

  /** Says that it failed, and from then on only that it lives, whatever it is told. */
  private final class EndlessGuest implements GuestAgent {

    private final List<String> told = new ArrayList<>();

    @Override
    public Reply start(QuiesceOptions options, BackupListener listener) {
      told.add("start");
      timers.after(
          Duration.ofSeconds(1),
          () -> {
            listener.accept(
                new BackupEvent(
                    BackupEvent.ERROR, BackupEvent.SCRIPT_ERROR, "Custom quiesce script failed."));
            live(listener);
          });
      return Reply.OK;
    }

    private void live(BackupListener listener) {
      if (listener.accept(new BackupEvent(BackupEvent.KEEP_ALIVE, BackupEvent.SUCCESS, ""))) {
        timers.after(KEEP_ALIVE, () -> live(listener));
      }
    }

    @Override
    public Reply snapshotDone() {
      return new Reply.Refused("Error: no quiesce operation in progress");
    }

    @Override
    public Reply snapshotCompleted() {
      return snapshotDone();
    }

    @Override
    public Reply abort() {
      told.add("abort");
      return Reply.OK;
    }
  }

  @Test
  void guestThatOnlySaysThatItLivesAfterItFailedIsNotAwaitedForEver() {
    Instant begun = timers.now();
    try (Handshake handshake = handshake(new EndlessGuest())) {
      assertThatThrownBy(handshake::freeze)
          .isInstanceOfSatisfying(
              VimException.class,
              e -> assertThat(e.fault()).isInstanceOf(ApplicationQuiesceFault.class));
    }
    assertThat(Duration.between(begun, timers.now()))
        .isEqualTo(QuiesceLimits.DEFAULT.cleanUp().plusSeconds(1));
    assertThat(closed).hasSize(1);
    assertThat(closed.getFirst().trace().outcome()).isEqualTo("guestError");
  }

  /** Freezes and thaws as it is told, and gives its manifest only after an hour. */
  private final class SlowFiles implements GuestAgent {

    private final List<String> told = new ArrayList<>();

    @Override
    public Reply start(QuiesceOptions options, BackupListener listener) {
      says(listener, 1, BackupEvent.COMMIT, "");
      says(listener, 2, BackupEvent.GENERIC_MANIFEST, "/manifest.xml");
      says(listener, 3, BackupEvent.DONE, "");
      return Reply.OK;
    }

    private void says(BackupListener listener, int after, String event, String text) {
      timers.after(
          Duration.ofSeconds(after),
          () -> {
            told.add(event);
            listener.accept(new BackupEvent(event, BackupEvent.SUCCESS, text));
          });
    }

    @Override
    public Reply snapshotDone() {
      return Reply.OK;
    }

    @Override
    public byte[] read(String guestPath) {
      told.add(guestPath);
      timers.advance(Duration.ofHours(1));
      return new byte[0];
    }

    @Override
    public Reply snapshotCompleted() {
      return new Reply.Refused("Error: no quiesce complete in progress");
    }

    @Override
    public Reply abort() {
      return new Reply.Refused("Error: no quiesce operation in progress");
    }
  }

  @Test
  void guestThatDoesNotGiveItsManifestWasFrozenAllTheSame() {
    var guest = new SlowFiles();
    try (Handshake handshake = handshake(guest)) {
      handshake.freeze();
      handshake.thaw();
      assertThat(handshake.finish().manifest()).isEmpty();
    }
    assertThat(guest.told)
        .containsExactly(
            BackupEvent.COMMIT, BackupEvent.GENERIC_MANIFEST, BackupEvent.DONE, "/manifest.xml");
    assertThat(closed.getFirst().trace().outcome()).isEqualTo(Trace.SUCCESS);
  }

  @Test
  void theMeasuresOfAHandshakeSayHowItEnded() {
    try (Handshake handshake = handshake(new EndlessGuest())) {
      assertThat(handshake.trace().outcome()).isEqualTo("running");
      assertThatThrownBy(handshake::freeze).isInstanceOf(VimException.class);
    }
    handshake(new EndlessGuest()).close();
    var meters = new SimpleMeterRegistry();
    var metrics = new QuiesceMetrics(meters);
    closed.forEach(handshake -> metrics.ended(handshake.trace()));
    assertThat(closed.getLast().trace().outcome()).isEqualTo("notBegun");
    assertThat(meters.get("vcsnap.quiesce.phase").timers())
        .singleElement()
        .satisfies(timer -> {
          assertThat(timer.getId().getTag("outcome")).isEqualTo("guestError");
          assertThat(timer.getId().getTag("phase")).isEqualTo("freeze");
          assertThat(timer.totalTime(TimeUnit.SECONDS)).isPositive();
        });
    assertThat(meters.get("vcsnap.frozen").timer().count()).isZero();
  }

  private Handshake handshake(GuestAgent guest) {
    var options =
        new QuiesceOptions(
            true,
            true,
            true,
            false,
            true,
            "",
            QuiesceLimits.DEFAULT.total(),
            List.of(),
            Optional.empty());
    return new Handshake(
        guest,
        options,
        QuiesceLimits.DEFAULT,
        new QuiesceFaults(true),
        timers,
        timers,
        closed::add);
  }
}
