package dev.vcsnap.guest;

import dev.vcsnap.inventory.GuestTools;
import dev.vcsnap.inventory.GuestWish;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.quiesce.GuestAgent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Guests that connect from outside: those of a machine that is powered on may do so, over UNIX
 * sockets in a folder that has the machine's id for a name, or over loopback ports where the
 * machine's configuration gives their base.
 */
public final class ConnectingGuests implements GuestProvider, AutoCloseable {

  /** The configuration's key for the number that is added to those of the ports. */
  static final String PORT_KEY = "vcsnap.guest.port";

  private static final Logger LOG = LoggerFactory.getLogger(ConnectingGuests.class);

  private static final long CLOSE_SECONDS = 5;

  private final String name;
  private final ConnectedGuest.Maker maker;
  private final Function<String, Path> folders;
  private final Consumer<VirtualMachine> show;
  private final Departures gone;
  private final Map<String, ConnectedGuest> guests = new ConcurrentHashMap<>();

  /** Sockets are opened and closed one after the other, while nobody waits. */
  private final ExecutorService inOrder =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().name("guest-sockets").factory());

  /** Hears of guests that went. */
  @FunctionalInterface
  public interface Departures {

    /**
     * The guest of a machine went, as it was asked to. Returns at once.
     *
     * @param still whether it has stayed away so far
     */
    void gone(VirtualMachine machine, GuestWish wish, BooleanSupplier still);
  }

  /**
   * Makes the provider.
   *
   * @param name by which configurations choose it
   * @param maker lets guests connect
   * @param folders where the sockets of a machine lie, by its id
   * @param show shows clients what is new about a machine's guest
   * @param gone is told when the guest of a machine went as it was asked to
   */
  public ConnectingGuests(
      String name,
      ConnectedGuest.Maker maker,
      Function<String, Path> folders,
      Consumer<VirtualMachine> show,
      Departures gone) {
    this.name = name;
    this.maker = maker;
    this.folders = folders;
    this.show = show;
    this.gone = gone;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void follow(VirtualMachine machine, boolean here) {
    String id = machine.object().id();
    if (here || guests.containsKey(id)) {
      inOrder.execute(() -> reconcile(machine, here));
    }
  }

  /** Whether the guest of a machine can connect. */
  public boolean isOpen(VirtualMachine machine) {
    return guests.containsKey(machine.object().id());
  }

  private void reconcile(VirtualMachine machine, boolean here) {
    String id = machine.object().id();
    try {
      ConnectedGuest open = guests.get(id);
      GuestPlace place = here ? place(machine) : null;
      if (open != null && !open.place().equals(place)) {
        guests.remove(id);
        open.close();
        open = null;
      }
      if (place != null && open == null) {
        guests.put(id, maker.open(place, key -> machine.vmx().get(key), new Following(machine)));
        LOG.debug("The guest of {} connects at {}", id, place);
      }
    } catch (IOException | IllegalArgumentException e) {
      LOG.warn("The guest of {} cannot connect: {}", id, e.getMessage());
    }
  }

  private GuestPlace place(VirtualMachine machine) {
    Optional<String> port = machine.vmx().get(PORT_KEY);
    return port.isPresent()
        ? GuestPlace.Loopback.parse(PORT_KEY, port.get())
        : new GuestPlace.Folder(folders.apply(machine.object().id()));
  }

  @Override
  public Optional<GuestAgent> agentOf(VirtualMachine machine) {
    return Optional.ofNullable(guests.get(machine.object().id())).flatMap(ConnectedGuest::agent);
  }

  @Override
  public GuestTools toolsOf(VirtualMachine machine) {
    ConnectedGuest guest = guests.get(machine.object().id());
    return guest == null ? GuestTools.NONE : guest.tools();
  }

  @Override
  public GuestWish.Answer ask(VirtualMachine machine, GuestWish wish) {
    ConnectedGuest guest = guests.get(machine.object().id());
    return guest == null ? GuestWish.Answer.LOST : guest.ask(wish);
  }

  /** Passes on what becomes of the guest of one machine. */
  private final class Following implements ConnectedGuest.Listener {

    private final VirtualMachine machine;

    Following(VirtualMachine machine) {
      this.machine = machine;
    }

    @Override
    public void changed() {
      show.accept(machine);
    }

    @Override
    public void gone(GuestWish wish, BooleanSupplier still) {
      gone.gone(machine, wish, still);
    }
  }

  /** Ends all connections. */
  @Override
  public void close() {
    inOrder.execute(() ->
        guests.forEach((id, guest) -> {
          try {
            guest.close();
          } catch (IOException e) {
            LOG.warn("The sockets of the guest of {} stay: {}", id, e.toString());
          }
        }));
    inOrder.shutdown();
    try {
      if (!inOrder.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("The sockets of guests are still being closed");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
