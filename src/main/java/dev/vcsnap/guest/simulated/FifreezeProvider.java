package dev.vcsnap.guest.simulated;

import dev.vcsnap.ground.clock.Timers;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Linux: the ioctl FIFREEZE, on a thread of its own since it may take long (rules A45, A48). */
final class FifreezeProvider implements SyncProvider {

  private static final String MANIFEST_PATH = "/etc/vmware-tools/quiesce_manifest.xml";

  private final Timers timers;
  private final Behaviour behaviour;
  private final Freezable fileSystems;
  private final int toolsVersion;

  FifreezeProvider(Timers timers, Behaviour behaviour, Freezable fileSystems, int toolsVersion) {
    this.timers = timers;
    this.behaviour = behaviour;
    this.fileSystems = fileSystems;
    this.toolsVersion = toolsVersion;
  }

  @Override
  public CompletableFuture<Boolean> freeze() {
    var outcome = new CompletableFuture<Boolean>();
    timers.after(behaviour.time("flush"), () -> outcome.complete(frozen()));
    return outcome;
  }

  private boolean frozen() {
    if (behaviour.has("freeze-fails")) {
      return false;
    }
    try {
      fileSystems.freeze();
      return true;
    } catch (RuntimeException failure) {
      return false;
    }
  }

  @Override
  public void thaw() {
    fileSystems.thaw();
  }

  @Override
  public Optional<Document> manifest() {
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
