package dev.vcsnap.guest.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.evidence.Rule;
import dev.vcsnap.evidence.Witness;
import dev.vcsnap.ground.clock.SteppedTimers;
import dev.vcsnap.quiesce.BackupEvent;
import dev.vcsnap.quiesce.BackupListener;
import dev.vcsnap.quiesce.Consistency;
import dev.vcsnap.quiesce.QuiesceOptions;
import dev.vcsnap.quiesce.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds the simulated guest against what the real vmtoolsd said in the same situations. */
class RecordedTraceTest {

  private static final Duration STEP = Duration.ofMillis(100);
  private static final int STEPS_MAX = 300;

  private final SteppedTimers timers = new SteppedTimers();
  private final Deque<String> events = new ArrayDeque<>();
  private final List<String> scripts = new ArrayList<>();
  private boolean refuses;

  private final BackupListener host =
      new BackupListener() {
        @Override
        public boolean accept(BackupEvent event) {
          boolean taken = !(refuses && event.name().equals(BackupEvent.COMMIT));
          events.add(
              "%s %d %s".formatted(event.name(), event.code(), event.text()).strip()
                  + (taken ? "" : " -> refused"));
          return taken;
        }

        @Override
        public void lost(String reason) {
          events.add("lost");
        }
      };

  @ParameterizedTest
  @ValueSource(
      strings = {
        "normal",
        "host-holds-long",
        "abort-while-frozen",
        "abort-in-freeze-script",
        "script-fails",
        "host-refuses",
        "time-runs-out",
        "second-start"
      })
  @Rule(
      value = "A31",
      says = "A guest reports the events, codes and texts that real Tools report, in their order.",
      by = Witness.OBSERVED)
  void saysWhatRealToolsSaid(String trace) throws IOException {
    List<String> lines = read(trace);
    refuses = lines.stream().anyMatch(line -> line.endsWith("-> refused"));
    SimulatedAgent agent = agent(trace);
    Reply reply = Reply.OK;
    for (String line : lines) {
      String rest = line.substring(line.indexOf(' ') + 1);
      switch (line.substring(0, line.indexOf(' '))) {
        case "host" -> reply = request(agent, rest);
        case "tools" -> assertThat(told(reply)).isEqualTo(rest);
        case "event" -> assertThat(next(rest.startsWith("req.keepAlive"))).isEqualTo(rest);
        default -> {
          // Scripts come last and are compared as a whole.
        }
      }
    }
    assertThat(scripts)
        .isEqualTo(
            lines.stream()
                .filter(line -> line.startsWith("script "))
                .map(line -> line.substring("script ".length()))
                .toList());
  }

  private Reply request(SimulatedAgent agent, String request) {
    if (request.startsWith("start")) {
      return agent.start(options(request), host);
    }
    timers.advance(STEP);
    return switch (request) {
      case "abort" -> agent.abort();
      case "snapshotDone" -> agent.snapshotDone();
      default -> throw new AssertionError(request);
    };
  }

  private static QuiesceOptions options(String request) {
    Matcher timeout = Pattern.compile("timeout=([0-9]+)").matcher(request);
    return new QuiesceOptions(
        request.contains("manifest=1"),
        false,
        request.contains("fs=1"),
        false,
        request.contains("scripts=1"),
        "",
        timeout.find() ? Duration.ofSeconds(Long.parseLong(timeout.group(1))) : Duration.ZERO,
        List.of(),
        Optional.empty());
  }

  private static String told(Reply reply) {
    return switch (reply) {
      case Reply.Ok ok -> ("OK " + ok.text()).strip();
      case Reply.Refused refused -> "ERROR " + refused.text();
      case Reply.Lost lost -> lost.reason();
    };
  }

  /** The next event; how often a guest says that it is alive is a matter of time. */
  private String next(boolean alive) {
    for (int step = 0; step < STEPS_MAX; step++) {
      while (!alive && !events.isEmpty() && events.peek().startsWith("req.keepAlive")) {
        events.remove();
      }
      if (!events.isEmpty()) {
        return events.remove();
      }
      timers.advance(STEP);
    }
    throw new AssertionError("no further event came");
  }

  private SimulatedAgent agent(String trace) {
    String second = trace.equals("abort-in-freeze-script") ? "hangs" : trace;
    List<Script> three =
        List.of(
            script("10-first", 0),
            script(
                "20-second",
                switch (second) {
                  case "hangs" -> NamedScript.HANGS;
                  case "script-fails" -> 3;
                  default -> 0;
                }),
            script("30-third", 0));
    return new SimulatedAgent(
        new GuestSystem() {
          @Override
          public Optional<SyncProvider> provider(QuiesceOptions options) {
            return Optional.of(
                new FifreezeProvider(
                    timers,
                    Behaviour.GOOD,
                    ToolsConf.EMPTY,
                    MountTable.DEFAULT.mounts(),
                    Freezable.NOTHING,
                    12352));
          }

          @Override
          public Operation operation(
              QuiesceOptions options, SyncProvider provider, BackupListener listener) {
            var list = new ScriptList(three, Optional.empty(), Optional.empty(), "");
            return new Operation(
                timers,
                AgentTimes.DEFAULT,
                Behaviour.GOOD,
                options,
                list,
                provider,
                false,
                listener);
          }

          @Override
          public Consistency consistency(QuiesceOptions options) {
            return Consistency.FILE_SYSTEM;
          }
        });
  }

  private Script script(String name, int freezeStatus) {
    return new NamedScript(
        name,
        timers,
        verb -> {
          scripts.add(name + " " + verb);
          return verb.equals("freeze") ? freezeStatus : 0;
        });
  }

  private static List<String> read(String trace) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            RecordedTraceTest.class.getResourceAsStream(
                "/dev/vcsnap/guest/traces/" + trace + ".txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }
}
