package dev.vcsnap.guest.simulated;

import dev.vcsnap.ground.clock.Timers;
import dev.vcsnap.quiesce.BackupListener;
import dev.vcsnap.quiesce.Consistency;
import dev.vcsnap.quiesce.QuiesceOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Linux with open-vm-tools: scripts make applications consistent, FIFREEZE the file systems.
 *
 * <p>The first script is the guest's own and freezes its {@link Workload application}; those of the
 * user's folder follow, then those that misbehave on demand.
 */
final class LinuxSystem implements GuestSystem {

  private final Timers timers;
  private final AgentTimes times;
  private final Workload workload;
  private final Supplier<Behaviour> behaviour;
  private final Supplier<ToolsConf> conf;
  private final Supplier<MountTable> mounts;
  private final Optional<ScriptFolder> folder;
  private final int toolsVersion;

  LinuxSystem(
      Timers timers,
      AgentTimes times,
      Workload workload,
      Supplier<Behaviour> behaviour,
      Supplier<ToolsConf> conf,
      Supplier<MountTable> mounts,
      Optional<ScriptFolder> folder,
      int toolsVersion) {
    this.timers = timers;
    this.times = times;
    this.workload = workload;
    this.behaviour = behaviour;
    this.conf = conf;
    this.mounts = mounts;
    this.folder = folder;
    this.toolsVersion = toolsVersion;
  }

  /** Tools that may do without freeze nothing then, and the host sees no difference (rule A46). */
  @Override
  public Optional<SyncProvider> provider(QuiesceOptions options) {
    ToolsConf set = conf.get();
    if (!set.flag("enableSyncDriver", true)) {
      return set.flag("forceQuiesce", true) ? Optional.empty() : Optional.of(new NullProvider());
    }
    return Optional.of(
        new FifreezeProvider(
            timers,
            behaviour.get(),
            set,
            mounts.get().toFreeze(set.excludedFileSystems()),
            workload.fileSystems(),
            toolsVersion));
  }

  @Override
  public Operation operation(QuiesceOptions options, SyncProvider provider, BackupListener host) {
    Behaviour now = behaviour.get();
    List<Script> scripts = new ArrayList<>();
    Freezable application = workload.application();
    scripts.add(new NamedScript("application", timers, verb -> run(application, verb)));
    folder.ifPresent(users -> scripts.addAll(users.scripts()));
    FailingScript.of(now, timers).ifPresent(scripts::add);
    var list =
        new ScriptList(
            scripts,
            folder.flatMap(ScriptFolder::preFreeze),
            folder.flatMap(ScriptFolder::postThaw),
            options.scriptArg());
    return new Operation(timers, times.of(conf.get()), now, options, list, provider, false, host);
  }

  private static int run(Freezable application, String verb) {
    if (verb.equals("freeze")) {
      application.freeze();
    } else {
      application.thaw();
    }
    return 0;
  }

  /** On Linux applications are what the scripts do. */
  @Override
  public Consistency consistency(QuiesceOptions options) {
    if (!options.quiesceFs()) {
      return Consistency.CRASH;
    }
    return options.quiesceApps() && options.execScripts()
        ? Consistency.APPLICATION
        : Consistency.FILE_SYSTEM;
  }
}
