package dev.vcsnap.quiesce;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a host asks of an agent: the arguments of {@code vmbackup.startWithOpts}, version 1, and
 * those of version 2 under {@code vss}.
 *
 * @param createManifest whether the guest should write down what it froze
 * @param quiesceApps whether applications should be made consistent; on Linux that is what the
 *     scripts do
 * @param quiesceFs whether file systems should be frozen
 * @param writableSnapshot whether the snapshot may be written to before it is used
 * @param execScripts whether freeze and thaw scripts should run
 * @param scriptArg the second argument of each script, at most 256 characters; empty for none
 * @param timeout after which the guest gives up by itself; zero for the guest's own limit
 * @param diskUuids the disks that the snapshot is of; empty for all
 * @param vss what only Windows understands
 */
public record QuiesceOptions(
    boolean createManifest,
    boolean quiesceApps,
    boolean quiesceFs,
    boolean writableSnapshot,
    boolean execScripts,
    String scriptArg,
    Duration timeout,
    List<String> diskUuids,
    Optional<VssOptions> vss) {

  private static final int SCRIPT_ARG_MAX = 256;

  public QuiesceOptions {
    if (scriptArg.length() > SCRIPT_ARG_MAX) {
      throw new IllegalArgumentException(
          "the argument of the scripts has "
              + scriptArg.length()
              + " characters; at most "
              + SCRIPT_ARG_MAX
              + " are taken");
    }
    diskUuids = List.copyOf(diskUuids);
  }
}
