package dev.vcsnap.guest.rpc;

import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.guest.ConnectedGuest;
import dev.vcsnap.guest.Departure;
import dev.vcsnap.guest.GuestDoor;
import dev.vcsnap.guest.GuestPlace;
import dev.vcsnap.guest.GuestPort;
import dev.vcsnap.inventory.GuestTools;
import dev.vcsnap.inventory.GuestWish;
import dev.vcsnap.quiesce.GuestAgent;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The guest of one machine, as its Tools show it: where they connect, and what they said. */
final class ToolsGuest implements ConnectedGuest {

  private static final Logger LOG = LoggerFactory.getLogger(ToolsGuest.class);

  /** How long Tools may take to answer; they do nothing that takes long before they answer. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Tools beat each second. After that long without one they count as not running (assumed). */
  private static final Duration HEARTBEAT_LIMIT = Duration.ofSeconds(30);

  private static final Duration WATCH_PERIOD = Duration.ofSeconds(5);

  /** What clients see changes at most that often. */
  private static final Duration CHANGES_APART = Duration.ofMillis(100);

  private final Clock clock;
  private final Listener listener;
  private final Departure departure;
  private final GuestReport report = new GuestReport();
  private final ToolsAgent agent = new ToolsAgent();
  private final GuestPlace place;
  private final GuestDoor rpci;
  private final GuestDoor tclo;
  private final Object state = new Object();
  private long beat;
  private boolean beating;
  private boolean changing;

  /**
   * Lets the guest connect from now on.
   *
   * @param place where
   * @param configured what the machine's configuration says for the guest, by key
   * @param listener hears what becomes of it
   * @throws IOException when the addresses cannot be had
   */
  ToolsGuest(
      GuestPlace place,
      Clock clock,
      Function<String, Optional<String>> configured,
      Listener listener)
      throws IOException {
    this.place = place;
    this.clock = clock;
    this.listener = listener;
    this.departure = new Departure(clock, listener::gone);
    var requests =
        new RpciRequests(
            new GuestVariables(), configured, report, agent::report, this::changes, this::asleep);
    var pace = new Pace(clock);
    rpci =
        place.open(
            GuestPort.RPCI, clock, channel -> new RpciChannel(channel, requests, pace).serve());
    try {
      tclo = place.open(GuestPort.TCLO, clock, this::holdTclo);
    } catch (IOException e) {
      rpci.close();
      clear();
      throw e;
    }
  }

  private void holdTclo(SocketChannel socket) throws IOException {
    var channel = new TcloChannel(socket, clock, PATIENCE, this::beats);
    agent.connect(channel);
    Thread greeting = Thread.ofVirtual().name("guest-greeting").start(() -> greet(channel));
    boolean byGuest = true;
    try {
      channel.serve();
    } catch (ClosedChannelException e) {
      // We ended it.
      byGuest = false;
      throw e;
    } finally {
      greeting.interrupt();
      agent.disconnect(channel);
      changes();
      departure.ended(byGuest);
    }
  }

  /** What a host says first; afterwards Tools are up, and tell about their guest. */
  private void greet(TcloChannel channel) {
    try {
      for (String request :
          new String[] {"reset", "ping", "Set_Option broadcastIP 1", "Capabilities_Register"}) {
        channel.ask(request.getBytes(StandardCharsets.US_ASCII));
      }
      beats();
      departure.cancel();
      agent.ready(channel);
      changes();
      watch();
    } catch (IOException e) {
      LOG.debug("Tools did not come up: {}", e.toString());
      channel.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Notices when Tools fall silent on a connection that stays. */
  private void watch() throws InterruptedException {
    while (true) {
      clock.sleep(WATCH_PERIOD);
      boolean silent;
      synchronized (state) {
        silent = beating && clock.nanoTime() - beat > HEARTBEAT_LIMIT.toNanos();
        if (silent) {
          beating = false;
        }
      }
      if (silent) {
        changes();
      }
    }
  }

  private void beats() {
    boolean again;
    synchronized (state) {
      again = !beating;
      beat = clock.nanoTime();
      beating = true;
    }
    if (again) {
      changes();
    }
  }

  /** Shows what is new, soon and once for many changes. */
  private void changes() {
    synchronized (state) {
      if (changing) {
        return;
      }
      changing = true;
    }
    Thread.ofVirtual()
        .name("guest-changes")
        .start(() -> {
          try {
            clock.sleep(CHANGES_APART);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          synchronized (state) {
            changing = false;
          }
          listener.changed();
        });
  }

  /** Whether Tools are connected and beat. */
  private boolean isRunning() {
    synchronized (state) {
      return beating && agent.isReady();
    }
  }

  @Override
  public Optional<GuestAgent> agent() {
    return isRunning() ? Optional.of(agent) : Optional.empty();
  }

  @Override
  public GuestTools tools() {
    return report.tools(isRunning());
  }

  @Override
  public GuestWish.Answer ask(GuestWish wish) {
    departure.expect(wish);
    GuestWish.Answer answer = agent.ask(wish);
    if (answer != GuestWish.Answer.TAKEN) {
      departure.cancel();
    }
    return answer;
  }

  /** Tools that put their guest in order for sleep leave the sleeping to the host. */
  private void asleep() {
    departure.ended(false);
  }

  @Override
  public GuestPlace place() {
    return place;
  }

  @Override
  public void close() throws IOException {
    departure.cancel();
    try (tclo;
        rpci) {
      agent.close();
    } finally {
      clear();
    }
  }

  private void clear() throws IOException {
    place.clear(GuestPort.RPCI);
    place.clear(GuestPort.TCLO);
  }
}
