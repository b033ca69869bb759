package dev.vcsnap.guest.qga;

import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.guest.ConnectedGuest;
import dev.vcsnap.guest.Departure;
import dev.vcsnap.guest.GuestDoor;
import dev.vcsnap.guest.GuestPlace;
import dev.vcsnap.guest.GuestPort;
import dev.vcsnap.inventory.GuestTools;
import dev.vcsnap.inventory.GuestTools.Family;
import dev.vcsnap.inventory.GuestTools.State;
import dev.vcsnap.inventory.GuestWish;
import dev.vcsnap.quiesce.GuestAgent;
import dev.vcsnap.vim.GuestDiskInfo;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * The guest of one machine with a QEMU guest agent in it. Clients see it as Tools that are not the
 * host's to update.
 */
final class QgaGuest implements ConnectedGuest {

  private static final Logger LOG = LoggerFactory.getLogger(QgaGuest.class);

  static final Duration PING_PERIOD = Duration.ofSeconds(5);

  /** What clients see as the version of Tools that are none of VMware's (assumed). */
  private static final int VERSION = Integer.MAX_VALUE;

  private final GuestPlace place;
  private final Clock clock;
  private final Duration patience;
  private final Listener listener;
  private final Departure departure;
  private final GuestDoor door;
  private volatile @Nullable QgaAgent agent;
  private final AtomicBoolean halfDone = new AtomicBoolean();
  private volatile GuestTools told = tools(null, null, List.of());

  /**
   * Lets the guest's agent be connected from now on.
   *
   * @param patience how long an answer may take that needs no freeze
   * @param listener hears what becomes of it
   * @throws IOException when the place cannot be had
   */
  QgaGuest(GuestPlace place, Clock clock, Duration patience, Listener listener) throws IOException {
    this.place = place;
    this.clock = clock;
    this.patience = patience;
    this.listener = listener;
    this.departure = new Departure(clock, listener::gone);
    this.door = place.open(GuestPort.QGA, clock, this::hold);
  }

  private void hold(SocketChannel socket) throws IOException {
    var channel = new QgaChannel(socket, clock, patience);
    var connected = new QgaAgent(channel, clock, halfDone);
    Thread watch = Thread.ofVirtual().name("guest-watch").start(() -> watch(channel, connected));
    boolean byGuest = true;
    try {
      channel.serve();
    } catch (ClosedChannelException e) {
      // We ended it.
      byGuest = false;
      throw e;
    } finally {
      watch.interrupt();
      if (connected.equals(agent)) {
        agent = null;
      }
      if (connected.lost()) {
        halfDone.set(true);
      }
      listener.changed();
      departure.ended(byGuest);
    }
  }

  /** Greets the agent, and goes on looking whether it is there. */
  private void watch(QgaChannel channel, QgaAgent connected) {
    try {
      channel.sync(clock.nanoTime() & Integer.MAX_VALUE);
      connected.settle();
      told = ask(channel);
      departure.cancel();
      agent = connected;
      listener.changed();
      while (true) {
        clock.sleep(PING_PERIOD);
        channel.ask("guest-ping", Map.of());
        if (connected.settle()) {
          told = ask(channel);
          listener.changed();
        }
      }
    } catch (IOException e) {
      LOG.debug("A QEMU guest agent is gone: {}", e.toString());
      channel.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private GuestTools ask(QgaChannel channel) throws IOException {
    try {
      JsonNode system = channel.ask("guest-get-osinfo", Map.of());
      JsonNode name = channel.ask("guest-get-host-name", Map.of());
      JsonNode mounted = channel.ask("guest-get-fsinfo", Map.of());
      return tools(
          QgaChannel.cut(system.path("pretty-name").asString("")),
          QgaChannel.cut(name.path("host-name").asString("")),
          FileSystems.parse(mounted).disks());
    } catch (QgaException e) {
      // A guest that is frozen already, or whose agent is kept from telling: it is as it was.
      LOG.debug("A QEMU guest agent tells nothing: {}", e.getMessage());
      return told;
    }
  }

  private static GuestTools tools(
      @Nullable String fullName, @Nullable String hostName, List<GuestDiskInfo> disks) {
    Family family =
        fullName != null && fullName.contains("Windows") ? Family.WINDOWS : Family.LINUX;
    return new GuestTools(
        State.RUNNING, VERSION, family, null, fullName, hostName, null, List.of(), disks);
  }

  @Override
  public GuestPlace place() {
    return place;
  }

  @Override
  public Optional<GuestAgent> agent() {
    return Optional.ofNullable(agent);
  }

  @Override
  public GuestTools tools() {
    return agent == null ? GuestTools.NONE : told;
  }

  @Override
  public GuestWish.Answer ask(GuestWish wish) {
    QgaAgent connected = agent;
    if (connected == null) {
      return GuestWish.Answer.LOST;
    }
    departure.expect(wish);
    try {
      connected.tell(wish);
    } catch (QgaException e) {
      departure.cancel();
      LOG.info("A QEMU guest agent does not do {}: {}", wish, e.getMessage());
      return GuestWish.Answer.REFUSED;
    } catch (EOFException e) {
      departure.cancel();
      return GuestWish.Answer.LOST;
    } catch (IOException e) {
      // It says nothing when it succeeds: it may have gone already.
      LOG.debug("A QEMU guest agent is gone: {}", e.toString());
    }
    return GuestWish.Answer.TAKEN;
  }

  @Override
  public void close() throws IOException {
    departure.cancel();
    try {
      door.close();
    } finally {
      place.clear(GuestPort.QGA);
    }
  }
}
