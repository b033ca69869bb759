package dev.vcsnap.guest.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.datastore.Vmx;
import dev.vcsnap.evidence.Rule;
import dev.vcsnap.evidence.Witness;
import dev.vcsnap.ground.clock.SystemClock;
import dev.vcsnap.guest.ConnectingGuests;
import dev.vcsnap.inventory.GuestTools;
import dev.vcsnap.inventory.GuestWish;
import dev.vcsnap.inventory.MachineLab;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.quiesce.BackupEvent;
import dev.vcsnap.quiesce.BackupListener;
import dev.vcsnap.quiesce.GuestAgent;
import dev.vcsnap.quiesce.QuiesceOptions;
import dev.vcsnap.quiesce.Reply;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ToolsGuestTest {

  private static final QuiesceOptions FILE_SYSTEM =
      new QuiesceOptions(
          false,
          false,
          true,
          false,
          true,
          "arg",
          Duration.ofSeconds(60),
          List.of(),
          Optional.empty());

  @TempDir private Path root;
  private MachineLab lab;
  private VirtualMachine machine;
  private ConnectingGuests provider;

  /** What guests did that they were asked to do. */
  private final BlockingQueue<GuestWish> gone = new LinkedBlockingQueue<>();

  /** A permit for each time that clients were shown something. */
  private final Semaphore shown = new Semaphore(0);

  @BeforeEach
  void open() {
    lab = new MachineLab(root.resolve("ds"));
    machine = lab.machine("vm");
    provider =
        new ConnectingGuests(
            "guestrpc",
            (place, configured, changed) ->
                new ToolsGuest(place, new SystemClock(), configured, changed),
            id -> root.resolve("g").resolve(id),
            changed -> shown.release(),
            (which, wish, still) -> gone.add(wish));
  }

  @AfterEach
  void close() {
    provider.close();
    lab.close();
  }

  private SocketAddress socket(int port) {
    return UnixDomainSocketAddress.of(
        root.resolve("g").resolve(machine.object().id()).resolve(Integer.toString(port)));
  }

  /** Lets the guest of the machine begin, and returns when it can connect. */
  private void begin() throws Exception {
    provider.follow(machine, true);
    await(() -> provider.isOpen(machine));
  }

  private FakeTools connect(Function<String, String> replies) throws Exception {
    begin();
    return new FakeTools(socket(976), socket(975), replies);
  }

  private FakeTools running(Function<String, String> replies) throws Exception {
    FakeTools tools =
        connect(request -> request.equals("reset") ? "OK ATR toolbox" : replies.apply(request));
    await(() -> provider.agentOf(machine).isPresent());
    return tools;
  }

  /** Waits for a state that another thread brings; each change is announced or comes at once. */
  private void await(Callable<Boolean> state) throws Exception {
    for (int i = 0; !state.call(); i++) {
      assertThat(i).as("changes waited for").isLessThan(200);
      shown.tryAcquire(50, TimeUnit.MILLISECONDS);
    }
  }

  @Test
  void only_the_owner_can_reach_the_sockets() throws Exception {
    begin();
    Path folder = root.resolve("g").resolve(machine.object().id());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwx------");
    for (String name : List.of("975", "976")) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(name))))
          .isEqualTo("rw-------");
    }
    provider.follow(machine, false);
    await(() -> !Files.exists(folder));
  }

  @Test
  void tools_that_shut_their_guest_down_are_gone_when_their_connection_ends() throws Exception {
    try (var tools = running(request -> "OK ")) {
      assertThat(provider.ask(machine, GuestWish.SHUTDOWN)).isEqualTo(GuestWish.Answer.TAKEN);
      assertThat(tools.asked).contains("OS_Halt");
      assertThat(gone).isEmpty();
    }
    assertThat(gone.poll(10, TimeUnit.SECONDS)).isEqualTo(GuestWish.SHUTDOWN);
  }

  @Test
  void tools_that_are_ready_to_sleep_are_put_to_sleep_by_the_host() throws Exception {
    try (var tools = running(request -> "OK ")) {
      assertThat(provider.ask(machine, GuestWish.STANDBY)).isEqualTo(GuestWish.Answer.TAKEN);
      assertThat(tools.ask("tools.os.statechange.status 1 5")).isEqualTo("1 ");
      assertThat(gone.poll(10, TimeUnit.SECONDS)).isEqualTo(GuestWish.STANDBY);
    }
  }

  @Test
  void tools_without_power_operations_refuse_and_stay() throws Exception {
    try (var tools =
        running(request -> request.startsWith("OS_") ? "ERROR Unknown Command" : "OK ")) {
      assertThat(provider.ask(machine, GuestWish.REBOOT)).isEqualTo(GuestWish.Answer.REFUSED);
      assertThat(provider.ask(machine, GuestWish.SHUTDOWN)).isEqualTo(GuestWish.Answer.REFUSED);
      assertThat(tools.asked).contains("OS_Reboot");
    }
    await(() -> provider.agentOf(machine).isEmpty());
    assertThat(gone).isEmpty();
    assertThat(provider.ask(machine, GuestWish.SHUTDOWN)).isEqualTo(GuestWish.Answer.LOST);
  }

  @Test
  void sockets_that_a_killed_server_left_are_taken_over() throws Exception {
    Path folder = Files.createDirectories(root.resolve("g").resolve(machine.object().id()));
    Files.createFile(folder.resolve("976"));
    try (var tools = running(request -> "OK ")) {
      assertThat(tools.ask("log hello")).isEqualTo("1 ");
    }
  }

  @Test
  void a_guest_may_connect_over_loopback_where_its_machine_says_so() throws Exception {
    int base = freeBase();
    Vmx vmx = machine.vmx();
    vmx.put("vcsnap.guest.port", Integer.toString(base));
    machine.save(vmx, lab.clock.now());
    begin();
    var loopback = InetAddress.getLoopbackAddress();
    try (var tools =
        new FakeTools(
            new InetSocketAddress(loopback, base + 976),
            new InetSocketAddress(loopback, base + 975),
            request -> "OK ")) {
      await(() -> provider.agentOf(machine).isPresent());
      assertThat(tools.asked)
          .startsWith("reset", "ping", "Set_Option broadcastIP 1", "Capabilities_Register");
    }
  }

  /** Below the ports that systems hand out by themselves, where nobody else takes one meanwhile. */
  private static int freeBase() throws IOException {
    for (int first = 20_000; first < 32_000; first += 2) {
      try (var one = new ServerSocket(first);
          var other = new ServerSocket(first + 1)) {
        return one.getLocalPort() - 975;
      } catch (BindException e) {
        // Taken: the next pair.
      }
    }
    throw new IOException("no pair of ports is free");
  }

  @Test
  void tools_run_when_they_have_answered_and_do_not_when_they_are_gone() throws Exception {
    assertThat(provider.toolsOf(machine).state()).isEqualTo(GuestTools.State.NOT_INSTALLED);
    try (var tools = running(request -> "OK ")) {
      tools.ask("tools.set.versiontype 12352 4");
      assertThat(provider.toolsOf(machine).state()).isEqualTo(GuestTools.State.RUNNING);
      assertThat(provider.toolsOf(machine).version()).isEqualTo(12352);
    }
    await(() -> provider.agentOf(machine).isEmpty());
    assertThat(provider.toolsOf(machine).state()).isEqualTo(GuestTools.State.NOT_RUNNING);
  }

  @Rule(
      value = "A30",
      says =
          "The host starts with vmbackup.startWithOpts and its options in XDR, says"
              + " vmbackup.snapshotDone when the disks are switched, and vmbackup.abort to cancel.",
      by = Witness.SOURCE)
  @Test
  void an_operation_is_asked_for_in_the_words_of_vmbackup() throws Exception {
    try (var tools =
        running(request ->
            request.equals("vmbackup.abort")
                ? "ERROR Error: no quiesce operation in progress"
                : "OK ")) {
      GuestAgent agent = provider.agentOf(machine).orElseThrow();
      var host = new Host();
      assertThat(agent.start(FILE_SYSTEM, host)).isEqualTo(new Reply.Ok(""));
      assertThat(tools.asked.getLast())
          .startsWith("vmbackup.startWithOpts \0\0\0\1\0\0\0\1")
          .endsWith("\0\0\0\3arg\0\0\0\0<\0\0\0\0");
      assertThat(tools.ask("vmbackup.eventSet reset 0 ")).isEqualTo("1 ");
      assertThat(tools.ask("vmbackup.eventSet prov.snapshotCommit 0 ")).isEqualTo("1 ");
      assertThat(agent.snapshotDone()).isInstanceOf(Reply.Ok.class);
      assertThat(tools.asked.getLast()).isEqualTo("vmbackup.snapshotDone");
      assertThat(tools.ask("vmbackup.eventSet req.done 0 ")).isEqualTo("1 ");
      assertThat(host.events.stream().map(BackupEvent::name))
          .containsExactly("reset", "prov.snapshotCommit", "req.done");
      assertThat(agent.abort())
          .isEqualTo(new Reply.Refused("Error: no quiesce operation in progress"));
      assertThat(tools.ask("vmbackup.eventSet req.keepAlive 0 ")).startsWith("0 ");
    }
  }

  @Test
  void an_operation_that_is_refused_has_no_listener() throws Exception {
    try (var tools = running(request -> "ERROR Quiesce operation already in progress.")) {
      GuestAgent agent = provider.agentOf(machine).orElseThrow();
      var host = new Host();
      assertThat(agent.start(FILE_SYSTEM, host))
          .isEqualTo(new Reply.Refused("Quiesce operation already in progress."));
      assertThat(tools.ask("vmbackup.eventSet reset 0 ")).startsWith("0 ");
      assertThat(host.events).isEmpty();
    }
  }

  @Test
  void tools_that_go_while_they_are_waited_for_are_lost() throws Exception {
    var host = new Host();
    GuestAgent agent;
    try (var tools = running(request -> "OK ")) {
      agent = provider.agentOf(machine).orElseThrow();
      agent.start(FILE_SYSTEM, host);
      assertThat(tools.ask("vmbackup.eventSet reset 0 ")).isEqualTo("1 ");
    }
    assertThat(host.losses.poll(10, TimeUnit.SECONDS)).contains("ended");
    assertThat(agent.snapshotDone()).isInstanceOf(Reply.Lost.class);
  }

  @Test
  void tools_that_connect_anew_take_the_place_of_the_old_ones() throws Exception {
    var host = new Host();
    try (var _ = running(request -> "OK ")) {
      provider.agentOf(machine).orElseThrow().start(FILE_SYSTEM, host);
      try (var again = new FakeTools(socket(976), socket(975), request -> "OK ")) {
        assertThat(host.losses.poll(10, TimeUnit.SECONDS)).contains("anew");
        await(() -> again.asked.size() >= 4);
        await(() -> provider.agentOf(machine).isPresent());
      }
    }
  }

  @Test
  void whoever_sends_no_packets_is_dropped_and_others_go_on() throws Exception {
    try (var bad = running(request -> "OK ");
        var good = new FakeTools(socket(976), socket(975), request -> "OK ")) {
      assertThat(bad.isDroppedAfter(new byte[] {0x7f, 0, 0, 0})).isTrue();
      assertThat(good.ask("log still here")).isEqualTo("1 ");
    }
  }

  @Test
  void a_machine_that_is_off_has_no_guest() throws Exception {
    try (var tools = running(request -> "OK ")) {
      provider.follow(machine, false);
      await(() -> tools.asked.contains("end"));
      assertThat(provider.agentOf(machine)).isEmpty();
      assertThat(provider.toolsOf(machine)).isEqualTo(GuestTools.NONE);
    }
  }

  /** What a host hears. */
  private static final class Host implements BackupListener {

    private final BlockingQueue<BackupEvent> events = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> losses = new LinkedBlockingQueue<>();

    @Override
    public boolean accept(BackupEvent event) {
      return events.add(event);
    }

    @Override
    public void lost(String reason) {
      losses.add(reason);
    }
  }
}
