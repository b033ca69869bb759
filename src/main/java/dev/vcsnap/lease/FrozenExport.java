package dev.vcsnap.lease;

import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.cbt.ChangeId;
import dev.vcsnap.disk.cbt.ChangeMap;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.inventory.VirtualMachine;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's hold on a disk that a snapshot froze.
 *
 * @param name what it was opened by
 * @param wanted the same, taken apart; it names a snapshot
 * @param machine whose disk it is
 * @param disks where other snapshots of it are looked for
 * @param device the view, which is closed with the export
 */
record FrozenExport(
    String name, ExportName wanted, VirtualMachine machine, FrozenDisks disks, BlockDevice device)
    implements DiskExport {

  private static final Logger LOG = LoggerFactory.getLogger(FrozenExport.class);

  @Override
  public boolean readOnly() {
    return true;
  }

  @Override
  public Optional<String> since() {
    return wanted.since();
  }

  @Override
  public Optional<DiskChanges> changesSince(String moment) {
    try {
      return changeId(moment).flatMap(this::changesSince);
    } catch (BlockError e) {
      LOG.debug("The changes of '{}' since '{}' cannot be told", name, moment, e);
      return Optional.empty();
    }
  }

  private Optional<DiskChanges> changesSince(ChangeId since) {
    return wanted
        .snapshot()
        .flatMap(snapshot -> disks.look(machine, wanted.node(), snapshot, FrozenExport::mapOf))
        .flatMap(Function.identity())
        .filter(map -> map.answers(since))
        .map(map -> new DiskChanges(map, since));
  }

  private static Optional<ChangeMap> mapOf(RunningDisk disk, Path link) {
    return disk.changeIdOf(link).isPresent() ? Optional.of(disk.changes(link)) : Optional.empty();
  }

  /** The moment itself, or that at which an earlier snapshot froze the disk. */
  private Optional<ChangeId> changeId(String moment) {
    if (moment.indexOf('/') >= 0) {
      try {
        return Optional.of(ChangeId.parse(moment));
      } catch (IllegalArgumentException e) {
        return Optional.empty();
      }
    }
    return disks
        .look(machine, wanted.node(), moment, RunningDisk::changeIdOf)
        .flatMap(Function.identity());
  }

  @Override
  public void close() {
    device.close();
  }
}
