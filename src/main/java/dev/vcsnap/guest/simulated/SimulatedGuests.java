package dev.vcsnap.guest.simulated;

import dev.vcsnap.ground.clock.Timers;
import dev.vcsnap.guest.GuestProvider;
import dev.vcsnap.inventory.GuestTools;
import dev.vcsnap.inventory.GuestTools.Family;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.quiesce.GuestAgent;
import dev.vcsnap.vim.VirtualMachinePowerState;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Gives every machine that is on a guest in process, with Tools that run.
 *
 * <p>Which operating system it has follows from the machine's {@code guestId}, or from {@code
 * vcsnap.guest.family} in its {@code extraConfig}; where neither says, from the setting. {@code
 * vcsnap.guest.behaviour} in {@code extraConfig} says how it misbehaves, {@code
 * vcsnap.guest.tools-conf} how its Tools are set up, and {@code vcsnap.guest.mounts} what a Linux
 * has mounted.
 */
public final class SimulatedGuests implements GuestProvider {

  /** The keys in {@code extraConfig}; the settings of the same names are the defaults. */
  static final String FAMILY = "vcsnap.guest.family";

  static final String BEHAVIOUR = "vcsnap.guest.behaviour";

  /**
   * Keys of {@code extraConfig} alone: how the guest's Tools are set up, and what it has mounted.
   */
  static final String TOOLS_CONF = "vcsnap.guest.tools-conf";

  static final String MOUNTS = "vcsnap.guest.mounts";

  /** Tools 12.2.0, the version whose behaviour was measured. */
  static final int TOOLS_VERSION = 12352;

  private final Timers timers;
  private final AgentTimes times;
  private final Workloads workloads;
  private final Family family;
  private final Behaviour behaviour;
  private final Optional<ScriptFolder> scripts;
  private final Duration vssHold;
  private final Map<String, Guest> guests = new HashMap<>();
  private final Map<String, Behaviour> behaviours = new HashMap<>();

  /**
   * Makes the guests.
   *
   * @param family the operating system of machines that do not say
   * @param behaviour of guests that nothing else was said of
   * @param vssHold how long Windows holds off I/O
   */
  SimulatedGuests(
      Timers timers,
      AgentTimes times,
      Workloads workloads,
      Family family,
      Behaviour behaviour,
      Optional<ScriptFolder> scripts,
      Duration vssHold) {
    this.timers = timers;
    this.times = times;
    this.workloads = workloads;
    this.family = family;
    this.behaviour = behaviour;
    this.scripts = scripts;
    this.vssHold = vssHold;
  }

  @Override
  public String name() {
    return "simulated";
  }

  @Override
  public Optional<GuestAgent> agentOf(VirtualMachine machine) {
    if (!isOn(machine)) {
      return Optional.empty();
    }
    return Optional.of(guestOf(machine).agent());
  }

  /** The guest of a machine that is on; one with another system takes its place. */
  private synchronized Guest guestOf(VirtualMachine machine) {
    Family wanted = familyOf(machine);
    return guests.compute(
        machine.object().id(),
        (_, present) -> {
          if (present != null && present.family() == wanted) {
            return present;
          }
          GuestSystem system = system(machine);
          return new Guest(wanted, system, new SimulatedAgent(system));
        });
  }

  /** What was told about a guest's behaviour is for as long as the machine is on. */
  @Override
  public void follow(VirtualMachine machine, boolean here) {
    if (!here) {
      synchronized (this) {
        guests.remove(machine.object().id());
        behaviours.remove(machine.object().id());
      }
    }
    workloads.follow(machine, here);
  }

  @Override
  public void withdrawn(VirtualMachine machine) {
    follow(machine, false);
    workloads.withdrawn(machine);
  }

  private record Guest(Family family, GuestSystem system, SimulatedAgent agent) {}

  /** How the machine's guest misbehaves, in the words of {@link #behave}. */
  public String behaviour(VirtualMachine machine) {
    return behaviourOf(machine).toString();
  }

  /**
   * Says how the machine's guest misbehaves from its next operation on, until it is turned off.
   *
   * @throws IllegalArgumentException naming what was not understood
   */
  public synchronized void behave(VirtualMachine machine, String behaviour) {
    behaviours.put(machine.object().id(), Behaviour.parse(behaviour));
  }

  /** The writers of a machine's guest; empty when it is no Windows that runs. */
  public List<VssWriterStatus> writers(VirtualMachine machine) {
    if (!isOn(machine) || !(guestOf(machine).system() instanceof WindowsSystem windows)) {
      return List.of();
    }
    return windows.writers().standings().entrySet().stream()
        .map(entry ->
            new VssWriterStatus(
                entry.getKey().name(),
                entry.getKey().id(),
                entry.getValue().state().shown(),
                entry.getValue().lastError()))
        .toList();
  }

  private GuestSystem system(VirtualMachine machine) {
    if (familyOf(machine) == Family.WINDOWS) {
      return new WindowsSystem(
          machine,
          timers,
          times,
          workloads.of(machine),
          () -> behaviourOf(machine),
          () -> confOf(machine),
          vssHold);
    }
    return new LinuxSystem(
        timers,
        times,
        workloads.of(machine),
        () -> behaviourOf(machine),
        () -> confOf(machine),
        () -> mountsOf(machine),
        scripts,
        TOOLS_VERSION);
  }

  @Override
  public GuestTools toolsOf(VirtualMachine machine) {
    boolean on = isOn(machine);
    Family family = familyOf(machine);
    boolean said = Family.ofGuestId(machine.guestId()) == family;
    boolean windows = family == Family.WINDOWS;
    return new GuestTools(
        on ? GuestTools.State.RUNNING : GuestTools.State.NOT_RUNNING,
        TOOLS_VERSION,
        family,
        said ? null : windows ? "windows2019srv_64Guest" : "otherLinux64Guest",
        said ? null : windows ? "Microsoft Windows Server 2019 (64-bit)" : "Other Linux (64-bit)",
        null,
        null);
  }

  Family familyOf(VirtualMachine machine) {
    Family ofId = Family.ofGuestId(machine.guestId());
    Family otherwise = ofId == Family.OTHER ? family : ofId;
    return machine.vmx().get(FAMILY).flatMap(SimulatedGuests::familyNamed).orElse(otherwise);
  }

  private static Optional<Family> familyNamed(String name) {
    return switch (name) {
      case "linux" -> Optional.of(Family.LINUX);
      case "windows" -> Optional.of(Family.WINDOWS);
      default -> Optional.empty();
    };
  }

  /**
   * How a guest misbehaves: as it was told last, else as its configuration says, else by default.
   */
  Behaviour behaviourOf(VirtualMachine machine) {
    synchronized (this) {
      Behaviour told = behaviours.get(machine.object().id());
      if (told != null) {
        return told;
      }
    }
    return read(machine, BEHAVIOUR, Behaviour::parse, Behaviour.GOOD).orElse(behaviour);
  }

  private static ToolsConf confOf(VirtualMachine machine) {
    return read(machine, TOOLS_CONF, ToolsConf::parse, ToolsConf.EMPTY).orElse(ToolsConf.EMPTY);
  }

  private static MountTable mountsOf(VirtualMachine machine) {
    return read(machine, MOUNTS, MountTable::parse, MountTable.DEFAULT).orElse(MountTable.DEFAULT);
  }

  /** What the configuration says; what cannot be read there is nobody's wish. */
  private static <T> Optional<T> read(
      VirtualMachine machine, String key, Function<String, T> parse, T unread) {
    return machine
        .setting(key)
        .map(text -> {
          try {
            return parse.apply(text);
          } catch (IllegalArgumentException unreadable) {
            return unread;
          }
        });
  }

  private static boolean isOn(VirtualMachine machine) {
    return machine.power() == VirtualMachinePowerState.poweredOn;
  }
}
