package dev.vcsnap.guest.simulated;

import dev.vcsnap.ground.clock.Timers;
import dev.vcsnap.guest.GuestProvider;
import dev.vcsnap.inventory.GuestTools;
import dev.vcsnap.inventory.GuestTools.Family;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.quiesce.GuestAgent;
import dev.vcsnap.vim.VirtualMachinePowerState;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Gives every machine that is on a guest in process, with Tools that run.
 *
 * <p>Which operating system it has follows from the machine's {@code guestId}, or from {@code
 * vcsnap.guest.family} in its {@code extraConfig}; where neither says, from the setting. {@code
 * vcsnap.guest.behaviour} in {@code extraConfig} says how it misbehaves.
 */
public final class SimulatedGuests implements GuestProvider {

  /** The keys in {@code extraConfig}; the settings of the same names are the defaults. */
  static final String FAMILY = "vcsnap.guest.family";

  static final String BEHAVIOUR = "vcsnap.guest.behaviour";

  /** Tools 12.2.0, the version whose behaviour was measured. */
  static final int TOOLS_VERSION = 12352;

  private final Timers timers;
  private final AgentTimes times;
  private final Workloads workloads;
  private final Family family;
  private final Behaviour behaviour;
  private final Optional<ScriptFolder> scripts;
  private final Map<String, SimulatedAgent> agents = new HashMap<>();
  private final Map<String, Behaviour> behaviours = new HashMap<>();

  /**
   * Makes the guests.
   *
   * @param family the operating system of machines that do not say
   * @param behaviour of guests that nothing else was said of
   */
  SimulatedGuests(
      Timers timers,
      AgentTimes times,
      Workloads workloads,
      Family family,
      Behaviour behaviour,
      Optional<ScriptFolder> scripts) {
    this.timers = timers;
    this.times = times;
    this.workloads = workloads;
    this.family = family;
    this.behaviour = behaviour;
    this.scripts = scripts;
  }

  @Override
  public String name() {
    return "simulated";
  }

  @Override
  public synchronized Optional<GuestAgent> agentOf(VirtualMachine machine) {
    if (!isOn(machine)) {
      return Optional.empty();
    }
    String id = machine.object().id();
    return Optional.of(agents.computeIfAbsent(id, _ -> new SimulatedAgent(system(machine))));
  }

  private GuestSystem system(VirtualMachine machine) {
    return new LinuxSystem(
        timers, times, workloads.of(machine), () -> behaviourOf(machine), scripts, TOOLS_VERSION);
  }

  @Override
  public GuestTools toolsOf(VirtualMachine machine) {
    boolean on = isOn(machine);
    boolean said = Family.ofGuestId(machine.guestId()) != Family.OTHER;
    return new GuestTools(
        on ? GuestTools.State.RUNNING : GuestTools.State.NOT_RUNNING,
        TOOLS_VERSION,
        familyOf(machine),
        said ? null : "otherLinux64Guest",
        said ? null : "Other Linux (64-bit)",
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
    return machine.vmx().get(BEHAVIOUR).map(SimulatedGuests::read).orElse(behaviour);
  }

  /** What cannot be read in a configuration is nobody's wish. */
  private static Behaviour read(String text) {
    try {
      return Behaviour.parse(text);
    } catch (IllegalArgumentException unreadable) {
      return Behaviour.GOOD;
    }
  }

  private static boolean isOn(VirtualMachine machine) {
    return machine.power() == VirtualMachinePowerState.poweredOn;
  }
}
