package dev.vcsnap.guest.simulated;

import dev.vcsnap.ground.clock.Timers;
import dev.vcsnap.guest.simulated.MountTable.Mount;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Linux: the ioctl FIFREEZE, on a thread of its own since it may take long (rules A45, A48). */
final class FifreezeProvider implements SyncProvider {

  private static final String MANIFEST_PATH = "/etc/vmware-tools/quiesce_manifest.xml";

  private final Timers timers;
  private final Behaviour behaviour;
  private final ToolsConf conf;
  private final List<Mount> mounts;
  private final Freezable root;
  private final int toolsVersion;

  /**
   * Makes the provider of one freeze.
   *
   * @param mounts what is to be frozen, in that order
   * @param root the volume on the machine's disk, which is one of them or is left alone
   */
  FifreezeProvider(
      Timers timers,
      Behaviour behaviour,
      ToolsConf conf,
      List<Mount> mounts,
      Freezable root,
      int toolsVersion) {
    this.timers = timers;
    this.behaviour = behaviour;
    this.conf = conf;
    this.mounts = List.copyOf(mounts);
    this.root = root;
    this.toolsVersion = toolsVersion;
  }

  @Override
  public CompletableFuture<Boolean> freeze() {
    var outcome = new CompletableFuture<Boolean>();
    timers.after(behaviour.time("flush"), () -> outcome.complete(frozen()));
    return outcome;
  }

  private boolean frozen() {
    // Nothing in the list is an error; nothing in it that can be frozen is none.
    if (behaviour.has("freeze-fails") || mounts.isEmpty()) {
      return false;
    }
    for (Mount mount : mounts) {
      if (!frozen(mount)) {
        root.thaw();
        return false;
      }
    }
    return true;
  }

  private boolean frozen(Mount mount) {
    if (!mount.canFreeze()) {
      return true;
    }
    if (behaviour.value("already-frozen").filter(mount.folder()::equals).isPresent()) {
      return conf.flag("ignoreFrozenFileSystems", false);
    }
    if (!mount.folder().equals(MountTable.ROOT)) {
      return true;
    }
    try {
      root.freeze();
      return true;
    } catch (RuntimeException failure) {
      return false;
    }
  }

  @Override
  public void thaw() {
    root.thaw();
  }

  @Override
  public Optional<Document> manifest() {
    if (!conf.flag("enableXmlManifest", true)) {
      return Optional.empty();
    }
    String text =
        """
        <quiesceManifest>
           <productVersion>%d</productVersion>
           <providerName>fifreeze</providerName>
        </quiesceManifest>
        """
            .formatted(toolsVersion);
    return Optional.of(new Document(MANIFEST_PATH, text.getBytes(StandardCharsets.UTF_8)));
  }
}
