package dev.vcsnap.guest.qga;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.ground.clock.SystemClock;
import dev.vcsnap.guest.ConnectedGuest;
import dev.vcsnap.guest.GuestPlace;
import dev.vcsnap.inventory.GuestTools;
import dev.vcsnap.inventory.GuestWish;
import dev.vcsnap.quiesce.BackupEvent;
import dev.vcsnap.quiesce.BackupListener;
import dev.vcsnap.quiesce.Consistency;
import dev.vcsnap.quiesce.GuestAgent;
import dev.vcsnap.quiesce.QuiesceOptions;
import dev.vcsnap.quiesce.Reply;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What QEMU's guest agent does, and what a host must not believe. */
class QgaGuestTest {

  @TempDir private Path root;
  private final BlockingQueue<String> changes = new LinkedBlockingQueue<>();
  private final BlockingQueue<GuestWish> gone = new LinkedBlockingQueue<>();
  private final Semaphore pings = new Semaphore(0);
  private QgaGuest guest;

  @BeforeEach
  void open() throws IOException {
    guest =
        new QgaGuest(
            new GuestPlace.Folder(root.resolve("g")),
            new PingClock(pings),
            Duration.ofMinutes(1),
            new ConnectedGuest.Listener() {
              @Override
              public void changed() {
                changes.add("changed");
              }

              @Override
              public void gone(GuestWish wish, BooleanSupplier still) {
                gone.add(wish);
              }
            });
  }

  @AfterEach
  void close() throws IOException {
    guest.close();
  }

  private FakeQga connect(boolean frozen, String... disabled) throws Exception {
    var address = UnixDomainSocketAddress.of(root.resolve("g").resolve("qga"));
    var qga = new FakeQga(address, frozen, disabled);
    assertThat(changes.poll(10, TimeUnit.SECONDS)).isNotNull();
    return qga;
  }

  /** Lets the host look once more whether the agent is there. */
  private void ping(FakeQga qga) throws InterruptedException {
    pings.release();
    qga.hears("guest-ping");
  }

  private GuestAgent agent() {
    return guest.agent().orElseThrow();
  }

  private static QuiesceOptions options(boolean applications) {
    return new QuiesceOptions(
        false,
        applications,
        true,
        false,
        applications,
        "",
        Duration.ZERO,
        List.of(),
        Optional.empty());
  }

  @Test
  void an_agent_tells_about_its_guest() throws Exception {
    assertThat(guest.tools()).isEqualTo(GuestTools.NONE);
    try (var _ = connect(false)) {
      assertThat(guest.tools().running()).isTrue();
      assertThat(guest.tools().hostName()).isEqualTo("web-1");
      assertThat(guest.tools().fullName()).isEqualTo("Debian GNU/Linux 12 (bookworm)");
      assertThat(guest.tools().disks()).hasSize(3);
    }
    assertThat(changes.poll(10, TimeUnit.SECONDS)).isNotNull();
    assertThat(guest.agent()).isEmpty();
  }

  @Test
  void a_freeze_and_a_thaw_are_told_as_vmware_tools_tell_them() throws Exception {
    try (var qga = connect(false)) {
      var host = new Host(true);
      assertThat(agent().start(options(false), host)).isEqualTo(Reply.OK);
      host.hears("reset 0", "prov.snapshotCommit 0");
      assertThat(qga.isFrozen()).isTrue();
      assertThat(agent().start(options(false), new Host(true)))
          .isEqualTo(new Reply.Refused("Quiesce operation already in progress."));
      assertThat(agent().snapshotDone()).isEqualTo(Reply.OK);
      assertThat(qga.isFrozen()).isFalse();
      host.hears("req.done 0");
      assertThat(agent().snapshotDone())
          .isEqualTo(new Reply.Refused("Error: no quiesce operation in progress"));
      assertThat(agent().consistency(options(false))).isEqualTo(Consistency.FILE_SYSTEM);
    }
  }

  @Test
  void a_guest_that_froze_less_than_it_has_is_not_quiesced() throws Exception {
    try (var qga = connect(false)) {
      qga.freezes = 1;
      var host = new Host(true);
      agent().start(options(false), host);
      host.hears("reset 0", "req.error 3 1 of 2 file systems were frozen.", "req.done 0");
      assertThat(qga.isFrozen()).isFalse();
    }
  }

  @Test
  void hooks_that_say_nothing_do_not_make_applications_consistent() throws Exception {
    try (var _ = connect(false)) {
      var host = new Host(true);
      agent().start(options(true), host);
      host.hears("reset 0", "prov.snapshotCommit 0");
      agent().snapshotDone();
      host.hears("req.done 0");
      assertThat(agent().consistency(options(true))).isEqualTo(Consistency.FILE_SYSTEM);
    }
  }

  @Test
  void a_hook_that_copies_the_wish_vouches_for_applications_once() throws Exception {
    try (var qga = connect(false)) {
      for (boolean hook : new boolean[] {true, false}) {
        qga.hook = hook;
        var host = new Host(true);
        agent().start(options(true), host);
        host.hears("reset 0", "prov.snapshotCommit 0");
        agent().snapshotDone();
        host.hears("req.done 0");
        assertThat(agent().consistency(options(true)))
            .isEqualTo(hook ? Consistency.APPLICATION : Consistency.FILE_SYSTEM);
      }
    }
  }

  @Test
  void a_cancelled_guest_is_thawed() throws Exception {
    try (var qga = connect(false)) {
      var host = new Host(true);
      agent().start(options(false), host);
      host.hears("reset 0", "prov.snapshotCommit 0");
      assertThat(agent().abort()).isEqualTo(Reply.OK);
      host.hears("req.aborted 4 Quiesce canceled.", "req.done 0");
      assertThat(qga.isFrozen()).isFalse();
    }
  }

  @Test
  void a_guest_whose_host_does_not_go_along_is_thawed() throws Exception {
    try (var qga = connect(false)) {
      var host = new Host(false);
      agent().start(options(false), host);
      host.hears("reset 0", "prov.snapshotCommit 0", "req.done 0");
      assertThat(qga.isFrozen()).isFalse();
    }
  }

  @Test
  void a_guest_that_thawed_by_itself_is_not_quiesced() throws Exception {
    try (var qga = connect(false)) {
      var host = new Host(true);
      agent().start(options(false), host);
      host.hears("reset 0", "prov.snapshotCommit 0");
      qga.thaw();
      assertThat(agent().snapshotDone())
          .isEqualTo(new Reply.Refused("Error: 0 of 2 file systems were still frozen"));
      host.hears("req.done 0");
    }
  }

  @Test
  void an_agent_that_goes_is_lost_and_its_guest_is_thawed_when_it_comes_back() throws Exception {
    var host = new Host(true);
    try (var _ = connect(false)) {
      agent().start(options(false), host);
      host.hears("reset 0", "prov.snapshotCommit 0");
    }
    host.hears("lost the connection to the QEMU guest agent ended");
    changes.clear();
    try (var again = connect(true)) {
      while (guest.agent().isEmpty()) {
        assertThat(changes.poll(10, TimeUnit.SECONDS)).isNotNull();
      }
      assertThat(again.isFrozen()).isFalse();
    }
  }

  @Test
  void an_agent_that_dies_in_its_hooks_lets_applications_go_on_when_it_comes_back()
      throws Exception {
    try (var qga = connect(false)) {
      qga.hangs = true;
      agent().start(options(true), new Host(true));
      qga.hears("guest-fsfreeze-freeze");
    }
    assertThat(changes.poll(10, TimeUnit.SECONDS)).isNotNull();
    try (var again = connect(false)) {
      again.hears("guest-fsfreeze-thaw");
    }
  }

  @Test
  void an_agent_that_dies_in_its_hooks_for_the_thaw_is_told_to_thaw_when_it_comes_back()
      throws Exception {
    var host = new Host(true);
    try (var qga = connect(false)) {
      agent().start(options(true), host);
      host.hears("reset 0", "prov.snapshotCommit 0");
      qga.dies = "guest-fsfreeze-thaw";
      assertThat(agent().snapshotDone()).isInstanceOf(Reply.Lost.class);
    }
    host.hears("lost the connection to the QEMU guest agent ended");
    changes.clear();
    try (var again = connect(false)) {
      again.hears("guest-fsfreeze-thaw");
    }
  }

  @Test
  void an_agent_that_must_not_thaw_is_there_all_the_same() throws Exception {
    try (var qga = connect(false, "guest-fsfreeze-status", "guest-fsfreeze-thaw")) {
      for (int i = 0; i < 3; i++) {
        assertThat(guest.tools().hostName()).isEqualTo("web-1");
        ping(qga);
        qga.hears("guest-fsfreeze-status");
      }
      assertThat(changes).as("nothing changes").isEmpty();
    }
  }

  @Test
  void a_guest_that_is_found_frozen_is_thawed_as_soon_as_its_agent_lets_it() throws Exception {
    try (var qga = connect(true, "guest-fsfreeze-thaw")) {
      assertThat(guest.tools().hostName()).isNull();
      for (int i = 0; i < 2; i++) {
        ping(qga);
        qga.hears("guest-fsfreeze-thaw");
        assertThat(qga.isFrozen()).isTrue();
      }
      qga.disabled.clear();
      ping(qga);
      assertThat(changes.poll(10, TimeUnit.SECONDS)).isNotNull();
      assertThat(qga.isFrozen()).isFalse();
      assertThat(guest.tools().hostName()).isEqualTo("web-1");
    }
  }

  @Test
  void a_guest_whose_agent_did_not_say_whether_it_is_frozen_is_asked_again() throws Exception {
    try (var qga = connect(true, "guest-fsfreeze-status")) {
      qga.disabled.clear();
      ping(qga);
      assertThat(changes.poll(10, TimeUnit.SECONDS)).isNotNull();
      assertThat(qga.isFrozen()).isFalse();
    }
  }

  @Test
  void a_guest_whose_agent_refuses_to_thaw_after_a_snapshot_is_thawed_later() throws Exception {
    try (var qga = connect(false)) {
      var host = new Host(true);
      agent().start(options(false), host);
      host.hears("reset 0", "prov.snapshotCommit 0");
      qga.disabled.add("guest-fsfreeze-thaw");
      assertThat(agent().snapshotDone())
          .isEqualTo(new Reply.Refused("Error: 0 of 2 file systems were still frozen"));
      host.hears("req.done 0");
      qga.disabled.clear();
      ping(qga);
      assertThat(changes.poll(10, TimeUnit.SECONDS)).isNotNull();
      assertThat(qga.isFrozen()).isFalse();
    }
  }

  @Test
  void a_refused_thaw_is_left_to_the_next_agent_when_this_one_goes() throws Exception {
    try (var _ = connect(true, "guest-fsfreeze-thaw")) {
      assertThat(guest.agent()).isPresent();
    }
    assertThat(changes.poll(10, TimeUnit.SECONDS)).isNotNull();
    try (var again = connect(true, "guest-fsfreeze-status")) {
      again.hears("guest-fsfreeze-thaw");
    }
  }

  @Test
  void what_a_snapshot_has_frozen_is_not_thawed_by_who_only_looks() throws Exception {
    try (var qga = connect(false, "guest-fsfreeze-status")) {
      var host = new Host(true);
      agent().start(options(false), host);
      host.hears("reset 0", "prov.snapshotCommit 0");
      qga.disabled.clear();
      ping(qga);
      ping(qga);
      assertThat(qga.isFrozen()).isTrue();
      assertThat(agent().snapshotDone()).isEqualTo(Reply.OK);
    }
  }

  @Test
  void a_guest_that_shuts_down_says_nothing_and_is_gone_when_its_connection_ends()
      throws Exception {
    try (var qga = connect(false)) {
      assertThat(guest.ask(GuestWish.SHUTDOWN)).isEqualTo(GuestWish.Answer.TAKEN);
      qga.hears("guest-shutdown powerdown");
      assertThat(gone).isEmpty();
    }
    assertThat(gone.poll(10, TimeUnit.SECONDS)).isEqualTo(GuestWish.SHUTDOWN);
  }

  @Test
  void a_guest_that_starts_again_is_not_gone() throws Exception {
    try (var qga = connect(false)) {
      assertThat(guest.ask(GuestWish.REBOOT)).isEqualTo(GuestWish.Answer.TAKEN);
      qga.hears("guest-shutdown reboot");
    }
    changes.clear();
    try (var _ = connect(false)) {
      assertThat(gone).isEmpty();
    }
  }

  @Test
  void a_guest_that_refuses_is_asked_other_things_as_before() throws Exception {
    try (var qga = connect(false)) {
      assertThat(guest.ask(GuestWish.STANDBY)).isEqualTo(GuestWish.Answer.REFUSED);
      qga.hears("guest-suspend-ram");
      var host = new Host(true);
      agent().start(options(false), host);
      host.hears("reset 0", "prov.snapshotCommit 0");
      assertThat(agent().snapshotDone()).isEqualTo(Reply.OK);
      host.hears("req.done 0");
    }
    assertThat(changes.poll(10, TimeUnit.SECONDS)).isNotNull();
    assertThat(guest.ask(GuestWish.SHUTDOWN)).isEqualTo(GuestWish.Answer.LOST);
    assertThat(gone).isEmpty();
  }

  /** A clock by which agents are looked after only when a test says so. */
  private record PingClock(Semaphore pings) implements Clock {

    private static final SystemClock SYSTEM = new SystemClock();

    @Override
    public Instant now() {
      return SYSTEM.now();
    }

    @Override
    public long nanoTime() {
      return SYSTEM.nanoTime();
    }

    @Override
    public void sleep(Duration time) throws InterruptedException {
      if (time.equals(QgaGuest.PING_PERIOD)) {
        pings.acquire();
      } else {
        SYSTEM.sleep(time);
      }
    }
  }

  /** What a host hears, in order; signs of life left out. */
  private static final class Host implements BackupListener {

    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final boolean goesAlong;

    Host(boolean goesAlong) {
      this.goesAlong = goesAlong;
    }

    void hears(String... expected) throws InterruptedException {
      for (String event : expected) {
        assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo(event);
      }
    }

    @Override
    public boolean accept(BackupEvent event) {
      if (!event.name().equals(BackupEvent.KEEP_ALIVE)) {
        heard.add((event.name() + " " + event.code() + " " + event.text()).strip());
      }
      return goesAlong || !event.name().equals(BackupEvent.COMMIT);
    }

    @Override
    public void lost(String reason) {
      heard.add("lost " + reason);
    }
  }
}
