package dev.vcsnap.guest.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.evidence.Rule;
import dev.vcsnap.evidence.Witness;
import dev.vcsnap.ground.clock.SteppedTimers;
import dev.vcsnap.quiesce.BackupEvent;
import dev.vcsnap.quiesce.BackupListener;
import dev.vcsnap.quiesce.QuiesceOptions;
import dev.vcsnap.quiesce.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SimulatedAgentTest {

  private static final String TWO = "/dev/sda1 / ext4; /dev/sdb1 /data xfs";

  private final SteppedTimers timers = new SteppedTimers();
  private Instant start = timers.now();
  private final List<String> events = new ArrayList<>();
  private boolean refusesCommit;

  private final BackupListener host =
      new BackupListener() {
        @Override
        public boolean accept(BackupEvent event) {
          double seconds = Duration.between(start, timers.now()).toMillis() / 1000.0;
          events.add(
              "%.1f %s %d %s".formatted(seconds, event.name(), event.code(), event.text()).strip());
          return !(refusesCommit && event.name().equals(BackupEvent.COMMIT));
        }

        @Override
        public void lost(String reason) {
          events.add("lost");
        }
      };

  @Test
  @Rule(
      value = "A35",
      says = "A guest that is held frozen says that it is alive each 2.5 seconds.",
      by = Witness.SOURCE)
  void keepsAliveWhileItIsHeld() {
    SimulatedAgent agent = agent("");
    agent.start(options(Duration.ZERO), host);
    timers.advance(Duration.ofSeconds(10));
    assertThat(events)
        .containsExactly(
            "0.0 reset 0",
            "2.0 prov.snapshotCommit 0",
            "4.5 req.keepAlive 0",
            "7.0 req.keepAlive 0",
            "9.5 req.keepAlive 0");
  }

  @Test
  @Rule(
      value = "A36",
      says = "A guest whose switch the host refuses thaws by itself and ends.",
      by = Witness.OBSERVED)
  void thawsWhenTheHostRefuses() {
    refusesCommit = true;
    SimulatedAgent agent = agent("");
    agent.start(options(Duration.ZERO), host);
    timers.advance(Duration.ofSeconds(10));
    assertThat(events)
        .containsExactly(
            "0.0 reset 0", "2.0 prov.snapshotCommit 0", "4.5 req.keepAlive 0", "5.0 req.done 0");
  }

  @Test
  @Rule(
      value = "A37",
      says = "A guest gives up by itself when its time is over, and can be asked again.",
      by = Witness.SOURCE)
  void givesUpWhenItsTimeIsOver() {
    SimulatedAgent agent = agent("");
    agent.start(options(Duration.ofSeconds(4)), host);
    timers.advance(Duration.ofSeconds(6));
    assertThat(events)
        .containsExactly(
            "0.0 reset 0",
            "2.0 prov.snapshotCommit 0",
            "4.0 req.aborted 4 Quiesce canceled.",
            "5.0 req.done 0");
    assertThat(agent.start(options(Duration.ZERO), host)).isEqualTo(Reply.OK);
  }

  @Test
  void fifteenMinutesAreTheLimitWhenNobodyNamesOne() {
    agent("").start(options(Duration.ZERO), host);
    timers.advance(Duration.ofMinutes(16));
    assertThat(events).contains("900.0 req.aborted 4 Quiesce canceled.");
  }

  @Test
  @Rule(
      value = "A34",
      says = "Requests that do not fit the state are refused and change nothing.",
      by = Witness.SOURCE)
  void refusesWhatDoesNotFit() {
    SimulatedAgent agent = agent("");
    assertThat(agent.snapshotDone())
        .isEqualTo(new Reply.Refused("Error: no quiesce operation in progress"));
    assertThat(agent.abort())
        .isEqualTo(new Reply.Refused("Error: no quiesce operation in progress"));
    agent.start(options(Duration.ZERO), host);
    assertThat(agent.start(options(Duration.ZERO), host))
        .isEqualTo(new Reply.Refused("Quiesce operation already in progress."));
    assertThat(agent.snapshotDone())
        .isEqualTo(new Reply.Refused("Error: unexpected state for quiesce done message."));
    timers.advance(Duration.ofSeconds(2));
    assertThat(agent.snapshotDone()).isEqualTo(Reply.OK);
    timers.advance(Duration.ofSeconds(2));
    assertThat(events).last().isEqualTo("4.0 req.done 0");
  }

  @Test
  @Rule(
      value = "A32",
      says = "A guest looks once a second whether it can go on to its next state.",
      by = Witness.SOURCE)
  void abortInTheFreezeScriptEndsAtTheNextPoll() {
    SimulatedAgent agent = agent("script-hangs");
    agent.start(options(Duration.ZERO), host);
    timers.advance(Duration.ofMillis(500));
    agent.abort();
    timers.advance(Duration.ofSeconds(5));
    assertThat(events)
        .containsExactly("0.0 reset 0", "0.5 req.aborted 4 Quiesce canceled.", "1.0 req.done 0");
  }

  @Test
  @Rule(
      value = "A44",
      says = "A thaw script that fails is reported once, after the last.",
      by = Witness.SOURCE)
  void thawScriptThatFailsIsReportedAtTheEnd() {
    SimulatedAgent agent = agent("thaw-script-exits=2");
    agent.start(options(Duration.ZERO), host);
    timers.advance(Duration.ofSeconds(2));
    agent.snapshotDone();
    timers.advance(Duration.ofSeconds(5));
    assertThat(events)
        .containsExactly(
            "0.0 reset 0",
            "2.0 prov.snapshotCommit 0",
            "3.0 req.genericManifest 0 /etc/vmware-tools/quiesce_manifest.xml",
            "4.0 req.error 2 Custom quiesce script failed.",
            "4.0 req.error 5 'VmBackupOnThaw' operation failed.",
            "4.0 req.done 0");
  }

  @Test
  @Rule(
      value = "A46",
      says = "Scripts alone run with a provider that freezes nothing.",
      by = Witness.SOURCE)
  void scriptsAloneFreezeNothing() {
    SimulatedAgent agent = agent("freeze-fails");
    agent.start(
        new QuiesceOptions(
            true, false, false, false, true, "", Duration.ZERO, List.of(), Optional.empty()),
        host);
    timers.advance(Duration.ofSeconds(2));
    assertThat(events).last().isEqualTo("2.0 prov.snapshotCommit 0");
  }

  @Test
  @Rule(
      value = "A45",
      says = "Where nothing is left to freeze, or somebody else has frozen it, the freeze fails.",
      by = Witness.SOURCE)
  void nothingToFreezeIsAnErrorAndSoIsWhatIsFrozenAlready() {
    assertThat(eventsOf("", "excludedFileSystems=/,/data", TWO))
        .contains("2.0 req.error 3 Error when enabling the sync provider.");
    assertThat(eventsOf("already-frozen=/data", "", TWO))
        .contains("2.0 req.error 3 Error when enabling the sync provider.");
    assertThat(eventsOf("already-frozen=/data", "ignoreFrozenFileSystems=true", TWO))
        .contains("2.0 prov.snapshotCommit 0");
    assertThat(eventsOf("already-frozen=/data", "excludedFileSystems=/d*", TWO))
        .contains("2.0 prov.snapshotCommit 0");
    // What cannot be frozen is passed over.
    assertThat(eventsOf("already-frozen=/run", "", "tmpfs /run tmpfs"))
        .contains("2.0 prov.snapshotCommit 0");
  }

  @Test
  @Rule(
      value = "A47",
      says = "Without the sync driver Tools refuse, unless they may do without a freeze.",
      by = Witness.SOURCE)
  void toolsWithoutTheSyncDriverRefuse() {
    assertThat(agent("", "enableSyncDriver=false", TWO).start(options(Duration.ZERO), host))
        .isEqualTo(new Reply.Refused("Error initializing quiesce operation."));
    assertThat(eventsOf("freeze-fails", "enableSyncDriver=false; forceQuiesce=false", TWO))
        .containsExactly("0.0 reset 0", "2.0 prov.snapshotCommit 0");
  }

  @Test
  @Rule(
      value = "A47",
      says = "tools.conf gives the limit where the host names none, and 0 there is no limit.",
      by = Witness.SOURCE)
  void theLimitOfToolsConfIsForHostsThatNameNone() {
    SimulatedAgent agent = agent("", "timeout=4", TWO);
    agent.start(options(Duration.ZERO), host);
    timers.advance(Duration.ofSeconds(6));
    assertThat(events).contains("4.0 req.aborted 4 Quiesce canceled.");
    events.clear();
    agent.start(options(Duration.ofSeconds(8)), host);
    timers.advance(Duration.ofSeconds(20));
    assertThat(events).contains("14.0 req.aborted 4 Quiesce canceled.");
    events.clear();
    agent("", "timeout=0", TWO).start(options(Duration.ZERO), host);
    timers.advance(Duration.ofHours(1));
    assertThat(events).noneMatch(event -> event.contains("aborted"));
  }

  @Test
  @Rule(
      value = "A48",
      says = "Without enableXmlManifest no manifest is made, and the run is as good.",
      by = Witness.SOURCE)
  void noManifestWhereItIsSwitchedOff() {
    SimulatedAgent agent = agent("", "enableXmlManifest=false", TWO);
    agent.start(options(Duration.ZERO), host);
    timers.advance(Duration.ofSeconds(2));
    agent.snapshotDone();
    timers.advance(Duration.ofSeconds(2));
    assertThat(events)
        .containsExactly("0.0 reset 0", "2.0 prov.snapshotCommit 0", "4.0 req.done 0");
  }

  /** What is reported up to the moment of the snapshot. */
  private List<String> eventsOf(String behaviour, String conf, String mounts) {
    events.clear();
    Instant begun = timers.now();
    var agent = agent(behaviour, conf, mounts);
    start = begun;
    agent.start(options(Duration.ZERO), host);
    timers.advance(Duration.ofSeconds(2));
    List<String> until = List.copyOf(events);
    agent.abort();
    timers.advance(Duration.ofSeconds(5));
    return until;
  }

  private SimulatedAgent agent(String behaviour) {
    return agent(behaviour, "", TWO);
  }

  private SimulatedAgent agent(String behaviour, String conf, String mounts) {
    return new SimulatedAgent(
        new LinuxSystem(
            timers,
            AgentTimes.DEFAULT,
            Workload.IDLE,
            () -> Behaviour.parse(behaviour),
            () -> ToolsConf.parse(conf),
            () -> MountTable.parse(mounts),
            Optional.empty(),
            SimulatedGuests.TOOLS_VERSION));
  }

  private static QuiesceOptions options(Duration timeout) {
    return new QuiesceOptions(
        true, true, true, false, true, "", timeout, List.of(), Optional.empty());
  }
}
