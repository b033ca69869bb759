package dev.vcsnap.changes;

import dev.vcsnap.datastore.Datastore;
import dev.vcsnap.datastore.SnapshotDisk;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.cbt.ChangeId;
import dev.vcsnap.disk.cbt.ChangeMap;
import dev.vcsnap.disk.cbt.Range;
import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.chain.OpenMode;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.inventory.DiskFamily;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Answers {@code QueryChangedDiskAreas} (rules C10 to C17).
 *
 * <p>A reply describes the bytes from the asked offset for {@code length}; replies follow on each
 * other without a gap and their lengths add up to the disk. None but the last is empty.
 */
public final class ChangeService {

  /** The smallest block in which a disk is tracked. */
  private static final long SLICE_BYTES_MIN = 64 << 10;

  /** Stands for a change id and asks for all areas that are allocated (rule C11). */
  public static final String ALL_ALLOCATED = "*";

  private final DiskFactory factory;
  private final int extentsMax;
  private final long sliceBytes;

  /**
   * Makes the service.
   *
   * @param factory opens the disks of snapshots whose machine has other ones by now
   * @param extentsMax the most areas that one reply holds; real servers are seen with about 2,000
   * @param sliceBytes a reply ends where a multiple of this begins, if more areas follow; that
   *     replies about disks of 2 TB and more do so was observed, where they end is assumed
   */
  public ChangeService(DiskFactory factory, int extentsMax, long sliceBytes) {
    if (extentsMax < 1) {
      throw new IllegalArgumentException(
          "A reply of QueryChangedDiskAreas must hold at least one area, not " + extentsMax);
    }
    if (sliceBytes < SLICE_BYTES_MIN || sliceBytes % SLICE_BYTES_MIN != 0) {
      throw new IllegalArgumentException(
          "A slice of QueryChangedDiskAreas has a multiple of %d bytes, not %d"
              .formatted(SLICE_BYTES_MIN, sliceBytes));
    }
    this.factory = factory;
    this.extentsMax = extentsMax;
    this.sliceBytes = sliceBytes;
  }

  /**
   * Changes since {@code changeId} up to a snapshot, or up to now if none is given and the machine
   * is off. The key is that of a disk of the snapshot, which the machine need not have any more.
   */
  public DiskChangeInfo query(
      VirtualMachine machine,
      @Nullable ManagedObjectReference snapshot,
      int deviceKey,
      long startOffset,
      String changeId) {
    Datastore datastore = machine.files().datastore();
    if (snapshot == null) {
      RunningDisk disk = presentDisk(machine, deviceKey);
      return query(datastore, disk, disk.leaf(), startOffset, changeId);
    }
    while (true) {
      SnapshotDisk frozen = frozenDisk(machine, snapshot, deviceKey);
      Path link = machine.files().fileOf(frozen.fileName());
      try {
        return ofFrozen(machine, frozen.node(), link, startOffset, changeId);
      } catch (BlockError e) {
        // A merge may have given the snapshot's place to another file since we asked for its name.
        if (frozen.equals(frozenDisk(machine, snapshot, deviceKey))) {
          throw DiskFaults.translate(e, List.of(datastore));
        }
      }
    }
  }

  private static RunningDisk presentDisk(VirtualMachine machine, int deviceKey) {
    if (machine.power() != VirtualMachinePowerState.poweredOff) {
      throw Faults.invalidPowerState(VirtualMachinePowerState.poweredOff, machine.power());
    }
    return machine.disks().entrySet().stream()
        .filter(entry -> VirtualMachine.deviceKeyOf(entry.getKey()) == deviceKey)
        .map(Map.Entry::getValue)
        .findFirst()
        .orElseThrow(() -> Faults.invalidArgument("deviceKey"));
  }

  private static SnapshotDisk frozenDisk(
      VirtualMachine machine, ManagedObjectReference snapshot, int deviceKey) {
    int uid = machine.uidOf(snapshot.value()).orElseThrow(() -> Faults.notFound(snapshot));
    return machine
        .snapshots()
        .find(uid)
        .orElseThrow(() -> Faults.notFound(snapshot))
        .disks()
        .stream()
        .filter(disk -> VirtualMachine.deviceKeyOf(disk.node()) == deviceKey)
        .findFirst()
        .orElseThrow(() -> Faults.invalidArgument("deviceKey"));
  }

  private DiskChangeInfo ofFrozen(
      VirtualMachine machine, String node, Path link, long startOffset, String changeId) {
    Datastore datastore = machine.files().datastore();
    RunningDisk running = machine.disks().get(node);
    if (running != null && DiskFamily.of(running).has(link)) {
      return query(datastore, running, link, startOffset, changeId);
    }
    try (RunningDisk other = factory.open(link, OpenMode.READ_ONLY)) {
      return query(datastore, other, link, startOffset, changeId);
    }
  }

  /** Changes since {@code changeId} up to a link of a disk. */
  public DiskChangeInfo query(
      Datastore datastore, RunningDisk disk, Path link, long startOffset, String changeId) {
    if (startOffset < 0 || startOffset >= disk.sizeBytes()) {
      throw Faults.invalidArgument("startOffset");
    }
    ChangeId upTo =
        disk.changeIdOf(link)
            .orElseThrow(() -> unanswerable(datastore, link, "change tracking is not active"));
    List<Range> areas =
        changeId.equals(ALL_ALLOCATED)
            ? disk.allocated(link, startOffset, extentsMax + 1)
            : changed(datastore, disk, link, startOffset, changeId, upTo);
    return reply(startOffset, disk.sizeBytes(), areas);
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

  /**
   * Rule C13: where more areas are left than fit, the reply ends with its last area, and where they
   * lie in a later slice it ends with its own. The slice is that of the first area, so that no
   * reply before the last is empty.
   */
  private DiskChangeInfo reply(long startOffset, long sizeBytes, List<Range> areas) {
    long sliceEnd = sizeBytes;
    if (!areas.isEmpty() && areas.getLast().end() > sliceEndAt(areas.getFirst().offset())) {
      sliceEnd = sliceEndAt(areas.getFirst().offset());
    }
    List<DiskChangeExtent> told = new ArrayList<>();
    long end = sliceEnd;
    for (Range area : areas) {
      if (area.offset() >= sliceEnd) {
        break;
      }
      if (told.size() == extentsMax) {
        DiskChangeExtent last = told.getLast();
        end = last.start + last.length;
        break;
      }
      var extent = new DiskChangeExtent();
      extent.start = area.offset();
      extent.length = Math.min(area.end(), sliceEnd) - area.offset();
      told.add(extent);
    }
    var info = new DiskChangeInfo();
    info.startOffset = startOffset;
    info.length = end - startOffset;
    info.changedArea = told;
    return info;
  }

  private long sliceEndAt(long offset) {
    return (offset / sliceBytes + 1) * sliceBytes;
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
