package dev.vcsnap.guest.simulated;

import dev.vcsnap.ground.clock.Timers;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.quiesce.BackupListener;
import dev.vcsnap.quiesce.Consistency;
import dev.vcsnap.quiesce.QuiesceOptions;
import dev.vcsnap.quiesce.VssOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Windows with VMware Tools: writers make applications consistent, VSS holds the volumes. */
final class WindowsSystem implements GuestSystem {

  private final VirtualMachine machine;
  private final Timers timers;
  private final AgentTimes times;
  private final Workload workload;
  private final Supplier<Behaviour> behaviour;
  private final Supplier<ToolsConf> conf;
  private final Duration holdMax;
  private final VssWriters writers;

  WindowsSystem(
      VirtualMachine machine,
      Timers timers,
      AgentTimes times,
      Workload workload,
      Supplier<Behaviour> behaviour,
      Supplier<ToolsConf> conf,
      Duration holdMax) {
    this.machine = machine;
    this.timers = timers;
    this.times = times;
    this.workload = workload;
    this.behaviour = behaviour;
    this.conf = conf;
    this.holdMax = holdMax;
    this.writers = new VssWriters(timers, workload.application());
  }

  VssWriters writers() {
    return writers;
  }

  @Override
  public Optional<SyncProvider> provider(QuiesceOptions options) {
    if (!conf.get().flag("enableVSS", true)) {
      return Optional.empty();
    }
    return Optional.of(
        new VssProvider(
            timers,
            behaviour.get(),
            workload.fileSystems(),
            writers,
            withWriters(options),
            options.vss().orElse(VssOptions.DEFAULT),
            holdMax));
  }

  private boolean withWriters(QuiesceOptions options) {
    return VssRules.obstacle(machine, options).isEmpty()
        && !conf.get().flag("vss.disableAppQuiescing", false);
  }

  @Override
  public Operation operation(QuiesceOptions options, SyncProvider provider, BackupListener host) {
    var scripts =
        new ScriptList(
            FailingScript.of(behaviour.get(), timers).map(List::of).orElse(List.of()),
            Optional.empty(),
            Optional.empty(),
            options.scriptArg());
    return new Operation(
        timers, times.of(conf.get()), behaviour.get(), options, scripts, provider, true, host);
  }

  @Override
  public Consistency consistency(QuiesceOptions options) {
    if (!options.quiesceFs()) {
      return Consistency.CRASH;
    }
    return withWriters(options) ? Consistency.APPLICATION : Consistency.FILE_SYSTEM;
  }
}
