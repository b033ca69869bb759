package dev.vcsnap.guest.qga;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What QEMU's guest agent does, and what a host must not believe. */
class QgaGuestTest {

  @TempDir private Path root;
  private final BlockingQueue<String> changes = new LinkedBlockingQueue<>();
  private final BlockingQueue<GuestWish> gone = new LinkedBlockingQueue<>();
  private QgaGuest guest;

  @BeforeEach
  void open() throws IOException {
    guest =
        new QgaGuest(
            new GuestPlace.Folder(root.resolve("g")),
            new SystemClock(),
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

  private FakeQga connect(boolean frozen) throws Exception {
    var qga = new FakeQga(UnixDomainSocketAddress.of(root.resolve("g").resolve("qga")), frozen);
    assertThat(changes.poll(10, TimeUnit.SECONDS)).isNotNull();
    return qga;
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
    var qga =
        new FakeQga(UnixDomainSocketAddress.of(root.resolve("g").resolve("qga")), false) {
          @Override
          String answer(String command, JsonNode arguments) {
            return command.startsWith("guest-fsfreeze")
                ? "!Command " + command + " has been disabled"
                : super.answer(command, arguments);
          }
        };
    try (qga) {
      assertThat(changes.poll(10, TimeUnit.SECONDS)).isNotNull();
      assertThat(guest.tools().hostName()).isEqualTo("web-1");
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
