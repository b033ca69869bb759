package dev.vcsnap.quiesce;

import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.ground.clock.Timers;
import dev.vcsnap.inventory.GuestTools;
import dev.vcsnap.inventory.Guests;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.vim.VirtualMachinePowerState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Decides whether and how a machine's guest is quiesced for a snapshot. */
public final class QuiesceService implements Quiescer, AutoCloseable {

  /** The configuration's key for what is asked of one machine's guest. */
  static final String LEVEL_KEY = "vcsnap.quiesce.level";

  private final GuestAgents agents;
  private final Guests guests;
  private final QuiesceLimits limits;
  private final QuiesceFaults faults;
  private final Consistency level;
  private final Clock clock;
  private final Timers timers;
  private final QuiesceRecords records;
  private final Consumer<Trace> ended;
  private final Set<Handshake> open = ConcurrentHashMap.newKeySet();

  /**
   * Makes the service.
   *
   * @param overrunIsFilesystem whether a guest that was no longer frozen is a {@code
   *     FilesystemQuiesceFault}, else it is an {@code ApplicationQuiesceFault} (rule A39)
   * @param level what is asked of guests whose machines say nothing else
   * @param ended is told of each handshake that is over, however it ended
   */
  public QuiesceService(
      GuestAgents agents,
      Guests guests,
      QuiesceLimits limits,
      boolean overrunIsFilesystem,
      Consistency level,
      Clock clock,
      Timers timers,
      QuiesceRecords records,
      Consumer<Trace> ended) {
    this.agents = agents;
    this.guests = guests;
    this.limits = limits;
    this.faults = new QuiesceFaults(overrunIsFilesystem);
    this.level = level;
    this.clock = clock;
    this.timers = timers;
    this.records = records;
    this.ended = ended;
  }

  /**
   * {@inheritDoc}
   *
   * <p>The wish is ignored for a machine that is not on and one whose Tools do not run (rule A7).
   */
  @Override
  public Quiescing begin(VirtualMachine machine, QuiesceSpec spec) {
    Optional<GuestAgent> agent =
        machine.power() == VirtualMachinePowerState.poweredOn
            ? agents.of(machine)
            : Optional.empty();
    if (agent.isEmpty()) {
      return Quiescing.NONE;
    }
    var handshake =
        new Handshake(
            agent.get(), options(machine, spec), limits, faults, clock, timers, this::closed);
    open.add(handshake);
    records.add(machine.object().id(), handshake.trace());
    return handshake;
  }

  private void closed(Handshake handshake) {
    open.remove(handshake);
    ended.accept(handshake.trace());
  }

  /** Lets every guest go on; the snapshots that they were frozen for fail. */
  @Override
  public void close() {
    open.forEach(Handshake::giveUp);
  }

  /** What is asked of a machine's guest; by a word that is none, nothing. */
  private Consistency level(VirtualMachine machine) {
    return machine.vmx().get(LEVEL_KEY).map(Consistency::of).orElse(level);
  }

  private QuiesceOptions options(VirtualMachine machine, QuiesceSpec spec) {
    boolean windows = guests.toolsOf(machine).family() == GuestTools.Family.WINDOWS;
    Duration timeout = spec.timeout().orElse(limits.total());
    Consistency level = level(machine);
    boolean applications = level == Consistency.APPLICATION;
    return new QuiesceOptions(
        true,
        applications,
        level != Consistency.CRASH,
        false,
        applications,
        "",
        timeout,
        List.of(),
        windows ? Optional.of(spec.vss().orElse(VssOptions.DEFAULT)) : Optional.empty());
  }
}
