package dev.vcsnap.changes;

import dev.vcsnap.datastore.Datastore;
import dev.vcsnap.datastore.SnapshotDisk;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.cbt.ChangeId;
import dev.vcsnap.disk.cbt.ChangeMap;
import dev.vcsnap.disk.cbt.Range;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.inventory.DiskFaults;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.vim.DiskChangeExtent;
import dev.vcsnap.vim.DiskChangeInfo;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.FileFault;
import dev.vcsnap.vim.LocalizableMessage;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.VimException;
import dev.vcsnap.vim.VirtualMachinePowerState;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Answers {@code QueryChangedDiskAreas} (rules C10 to C17).
 *
 * <p>A reply describes the bytes from the asked offset for {@code length}; replies follow on each
 * other without a gap and their lengths add up to the disk. None but the last is empty.
 */
public final class ChangeService {

  /** Stands for a change id and asks for all areas that are allocated (rule C11). */
  public static final String ALL_ALLOCATED = "*";

  private final int extentsMax;

  /**
   * Makes the service.
   *
   * @param extentsMax the most areas that one reply holds; real servers are seen with about 2,000
   */
  public ChangeService(int extentsMax) {
    if (extentsMax < 1) {
      throw new IllegalArgumentException(
          "A reply of QueryChangedDiskAreas must hold at least one area, not " + extentsMax);
    }
    this.extentsMax = extentsMax;
  }

  /**
   * Changes since {@code changeId} up to a snapshot, or up to now if none is given and the machine
   * is off.
   */
  public DiskChangeInfo query(
      VirtualMachine machine,
      @Nullable ManagedObjectReference snapshot,
      int deviceKey,
      long startOffset,
      String changeId) {
    Map.Entry<String, RunningDisk> found =
        machine.disks().entrySet().stream()
            .filter(entry -> VirtualMachine.deviceKeyOf(entry.getKey()) == deviceKey)
            .findFirst()
            .orElseThrow(() -> Faults.invalidArgument("deviceKey"));
    RunningDisk disk = found.getValue();
    if (startOffset < 0 || startOffset >= disk.sizeBytes()) {
      throw Faults.invalidArgument("startOffset");
    }
    while (true) {
      Path link = link(machine, snapshot, found.getKey(), disk);
      try {
        return answer(machine.files().datastore(), disk, link, startOffset, changeId);
      } catch (BlockError e) {
        // A merge may have given the snapshot's place to another file since we asked for its name.
        if (link.equals(link(machine, snapshot, found.getKey(), disk))) {
          throw DiskFaults.translate(e, List.of(machine.files().datastore()));
        }
      }
    }
  }

  /** Changes since {@code changeId} up to a link of a disk that is no machine's. */
  public DiskChangeInfo query(
      Datastore datastore, RunningDisk disk, Path link, long startOffset, String changeId) {
    if (startOffset < 0 || startOffset >= disk.sizeBytes()) {
      throw Faults.invalidArgument("startOffset");
    }
    return answer(datastore, disk, link, startOffset, changeId);
  }

  private DiskChangeInfo answer(
      Datastore datastore, RunningDisk disk, Path link, long startOffset, String changeId) {
    ChangeId upTo =
        disk.changeIdOf(link)
            .orElseThrow(() -> unanswerable(datastore, link, "change tracking is not active"));
    List<Range> areas =
        changeId.equals(ALL_ALLOCATED)
            ? disk.allocated(link, startOffset, extentsMax + 1)
            : changed(datastore, disk, link, startOffset, changeId, upTo);
    return reply(startOffset, disk.sizeBytes(), areas);
  }

  private static Path link(
      VirtualMachine machine,
      @Nullable ManagedObjectReference snapshot,
      String node,
      RunningDisk disk) {
    if (snapshot == null) {
      if (machine.power() != VirtualMachinePowerState.poweredOff) {
        throw Faults.invalidPowerState(VirtualMachinePowerState.poweredOff, machine.power());
      }
      return disk.leaf();
    }
    int uid = machine.uidOf(snapshot.value()).orElseThrow(() -> Faults.notFound(snapshot));
    Optional<SnapshotDisk> found =
        machine.snapshots().find(uid).orElseThrow().disks().stream()
            .filter(candidate -> candidate.node().equals(node))
            .findFirst();
    return machine
        .files()
        .fileOf(found.orElseThrow(() -> Faults.invalidArgument("deviceKey")).fileName());
  }

  private List<Range> changed(
      Datastore datastore,
      RunningDisk disk,
      Path link,
      long startOffset,
      String changeId,
      ChangeId upTo) {
    ChangeId since;
    try {
      since = ChangeId.parse(changeId);
    } catch (IllegalArgumentException e) {
      throw Faults.invalidArgument("changeId");
    }
    ChangeMap map = disk.changes(link);
    if (!since.epoch().equals(upTo.epoch())
        || !since.epoch().equals(map.epoch())
        || since.sequence() > upTo.sequence()) {
      throw unanswerable(datastore, link, "the change id is of another tracking epoch");
    }
    return map.changedSince(since, startOffset, extentsMax + 1);
  }

  /** Rule C13: where more areas are left than fit, the reply ends with its last area. */
  private DiskChangeInfo reply(long startOffset, long sizeBytes, List<Range> areas) {
    List<Range> page = areas.size() > extentsMax ? areas.subList(0, extentsMax) : areas;
    long end =
        areas.size() > extentsMax ? page.getLast().offset() + page.getLast().length() : sizeBytes;
    var info = new DiskChangeInfo();
    info.startOffset = startOffset;
    info.length = end - startOffset;
    info.changedArea =
        page.stream()
            .map(area -> {
              var extent = new DiskChangeExtent();
              extent.start = area.offset();
              extent.length = area.length();
              return extent;
            })
            .toList();
    return info;
  }

  /** Rule C16: a backup program falls back to a full copy on exactly this fault. */
  private static VimException unanswerable(Datastore datastore, Path link, String reason) {
    var fault = new FileFault();
    fault.file = datastore.absoluteName(datastore.nameOf(link));
    var message = new LocalizableMessage();
    message.key = "msg.changeTracking.unanswerable";
    message.message = "Changes of " + fault.file + " cannot be told: " + reason;
    fault.faultMessage = List.of(message);
    return new VimException(fault, "Error caused by file " + fault.file);
  }
}
