package dev.vcsnap.alarm;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.VirtualDisk;
import dev.vcsnap.vim.VirtualMachineConfigInfo;
import dev.vcsnap.vim.VirtualMachineFileLayoutEx;
import dev.vcsnap.vim.VirtualMachineFileLayoutExDiskLayout;
import dev.vcsnap.vim.VirtualMachineFileLayoutExDiskUnit;
import dev.vcsnap.vim.VirtualMachineSnapshotInfo;
import dev.vcsnap.vim.VirtualMachineSnapshotTree;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How old, how many and how large a machine's snapshots may be.
 *
 * @param ageMax of the oldest snapshot
 * @param chainMax how many snapshots the running disks may depend on
 * @param deltaShareMax the size of one delta in percent of its disk's capacity
 */
record SnapshotLimits(Duration ageMax, int chainMax, int deltaShareMax) {

  private record Placed(VirtualMachineSnapshotTree snapshot, int depth) {}

  boolean hasSnapshots(ManagedObject machine) {
    return machine.get("snapshot") instanceof VirtualMachineSnapshotInfo;
  }

  /**
   * What is wrong now.
   *
   * @param atSizes whether to look at the sizes of files
   */
  List<SnapshotProblem.Found> problems(ManagedObject machine, Instant now, boolean atSizes) {
    List<SnapshotProblem.Found> found = new ArrayList<>();
    if (machine.get("snapshot") instanceof VirtualMachineSnapshotInfo info) {
      List<Placed> all = placed(info);
      all.stream()
          .map(Placed::snapshot)
          .filter(snapshot -> snapshot.createTime.plus(ageMax).isBefore(now))
          .findFirst()
          .ifPresent(snapshot ->
              found.add(
                  new SnapshotProblem.Found(
                      SnapshotProblem.OLD,
                      "Snapshot '"
                          + snapshot.name
                          + "' is "
                          + Duration.between(snapshot.createTime, now).toHours()
                          + " hours old, more than "
                          + ageMax.toHours())));
      depthOf(info.currentSnapshot, all)
          .filter(depth -> depth > chainMax)
          .ifPresent(depth ->
              found.add(
                  new SnapshotProblem.Found(
                      SnapshotProblem.DEEP,
                      "The running disks depend on "
                          + depth
                          + " snapshots, more than "
                          + chainMax)));
      if (atSizes) {
        addLarge(machine, found);
      }
    }
    return found;
  }

  private static List<Placed> placed(VirtualMachineSnapshotInfo info) {
    List<Placed> all = new ArrayList<>();
    Deque<Placed> open = new ArrayDeque<>();
    info.rootSnapshotList.forEach(root -> open.add(new Placed(root, 1)));
    while (!open.isEmpty()) {
      Placed next = open.remove();
      all.add(next);
      if (next.snapshot().childSnapshotList != null) {
        next.snapshot()
            .childSnapshotList
            .forEach(child -> open.add(new Placed(child, next.depth() + 1)));
      }
    }
    return all;
  }

  private static Optional<Integer> depthOf(ManagedObjectReference current, List<Placed> all) {
    return all.stream()
        .filter(placed -> placed.snapshot().snapshot.equals(current))
        .map(Placed::depth)
        .findFirst();
  }

  private void addLarge(ManagedObject machine, List<SnapshotProblem.Found> found) {
    if (!(machine.get("layoutEx") instanceof VirtualMachineFileLayoutEx layout)
        || !(machine.get("config") instanceof VirtualMachineConfigInfo config)) {
      return;
    }
    Map<Integer, Long> fileBytes = new HashMap<>();
    layout.file.forEach(file -> fileBytes.put(file.key, file.size));
    Map<Integer, Long> capacityBytes = new HashMap<>();
    config.hardware.device.forEach(device -> {
      if (device instanceof VirtualDisk disk && disk.capacityInBytes != null) {
        capacityBytes.put(disk.key, disk.capacityInBytes);
      }
    });
    for (VirtualMachineFileLayoutExDiskLayout disk : layout.disk) {
      long limitBytes = capacityBytes.getOrDefault(disk.key, Long.MAX_VALUE) / 100 * deltaShareMax;
      for (VirtualMachineFileLayoutExDiskUnit delta : disk.chain.subList(1, disk.chain.size())) {
        long bytes = delta.fileKey.stream().mapToLong(key -> fileBytes.getOrDefault(key, 0L)).sum();
        if (limitBytes > 0 && bytes > limitBytes) {
          found.add(
              new SnapshotProblem.Found(
                  SnapshotProblem.LARGE,
                  "A delta of disk "
                      + disk.key
                      + " takes "
                      + (bytes >> 20)
                      + " MB, more than "
                      + deltaShareMax
                      + " percent of the disk"));
          return;
        }
      }
    }
  }
}
