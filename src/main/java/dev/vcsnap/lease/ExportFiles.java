package dev.vcsnap.lease;

import dev.vcsnap.datastore.SnapshotDisk;
import dev.vcsnap.datastore.SnapshotEntry;
import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.disk.chain.StillDisk;
import dev.vcsnap.disk.vmdk.Descriptor;
import dev.vcsnap.disk.vmdk.streamoptimized.StreamWriter;
import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.VirtualMachinePowerState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;

/**
 * Finds what an export offers: the disks of a machine that is off, and its firmware's variables; or
 * the disks that a snapshot froze. The caller has the machine to itself.
 */
final class ExportFiles {

  private final ObjectRegistry objects;
  private final FrozenDisks frozen;
  private final StreamWriter streams;
  private final Ids ids;

  ExportFiles(ObjectRegistry objects, FrozenDisks frozen, StreamWriter streams, Ids ids) {
    this.objects = objects;
    this.frozen = frozen;
    this.streams = streams;
    this.ids = ids;
  }

  /** The files of a machine. */
  Offer of(VirtualMachine machine) {
    requireOff(machine);
    List<ExportedFile> files = new ArrayList<>();
    boolean complete = false;
    try {
      machine.disks().entrySet().stream()
          .sorted(Comparator.comparingInt(disk -> VirtualMachine.deviceKeyOf(disk.getKey())))
          .forEach(disk -> files.add(still(files.size(), machine, disk.getKey(), disk.getValue())));
      nvram(machine, files);
      complete = true;
    } finally {
      if (!complete) {
        files.forEach(ExportedFile::close);
      }
    }
    return new Offer(machine.reference(), files, Offer.Outcome.NOTHING);
  }

  /** A machine that is off has no guest, but clients that reach its disks by other ways. */
  private ExportedFile still(int index, VirtualMachine machine, String node, RunningDisk disk) {
    String key = DeviceKey.ofDisk(machine, machine.object(), node);
    StillDisk hold = disk.holdStill("an export of '" + machine.name() + "'");
    boolean kept = false;
    try {
      Descriptor base = disk.descriptorOf(disk.links().getFirst());
      ExportedFile file = disk(index, machine, key, content(base, disk, hold::close));
      kept = true;
      return file;
    } finally {
      if (!kept) {
        hold.close();
      }
    }
  }

  /** Refuses a machine that runs: its disks would be another at the end than at the beginning. */
  static void requireOff(VirtualMachine machine) {
    if (machine.power() != VirtualMachinePowerState.poweredOff) {
      throw Faults.invalidPowerState(VirtualMachinePowerState.poweredOff, machine.power());
    }
  }

  /** Assumed: its key and its name. */
  private static void nvram(VirtualMachine machine, List<ExportedFile> files) {
    machine
        .vmx()
        .get("nvram")
        .filter(name -> machine.files().datastore().exists(machine.files().pathOf(name)))
        .ifPresent(name ->
            files.add(
                new ExportedFile(
                    address(machine, DeviceKey.ofNvram(machine), "nvram-0.nvram"),
                    new FileContent.Bytes(machine.files().readFile(name)))));
  }

  /** The disks of a snapshot; until they are closed nothing may change what they are read from. */
  Offer of(VirtualMachine machine, SnapshotEntry snapshot) {
    ManagedObject described =
        objects.require(
            new ManagedObjectReference(
                "VirtualMachineSnapshot", machine.snapshotId(snapshot.uid())));
    List<ExportedFile> files = new ArrayList<>();
    boolean complete = false;
    try {
      snapshot.disks().stream()
          .sorted(Comparator.comparingInt(disk -> VirtualMachine.deviceKeyOf(disk.node())))
          .forEach(disk -> files.add(frozen(files.size(), machine, described, disk)));
      complete = true;
    } finally {
      if (!complete) {
        files.forEach(ExportedFile::close);
      }
    }
    return new Offer(machine.reference(), files, Offer.Outcome.NOTHING);
  }

  private ExportedFile frozen(
      int index, VirtualMachine machine, ManagedObject described, SnapshotDisk disk) {
    String key = DeviceKey.ofDisk(machine, described, disk.node());
    BlockDevice view =
        frozen
            .find(machine, disk.node(), described.id(), "an export of '" + machine.name() + "'")
            .orElseThrow(() -> Faults.notFound(described.reference()));
    boolean kept = false;
    try {
      ExportedFile file =
          disk(index, machine, key, content(frozen.baseOf(view), view, view::close));
      kept = true;
      return file;
    } finally {
      if (!kept) {
        view.close();
      }
    }
  }

  private static ExportedFile disk(
      int index, VirtualMachine machine, String key, FileContent.Disk content) {
    return new ExportedFile(address(machine, key, "disk-" + index + ".vmdk"), content);
  }

  private static FileAddress address(VirtualMachine machine, String key, String targetId) {
    return new FileAddress(key, "", targetId, machine.placement().datastore().value());
  }

  private FileContent.Disk content(Descriptor base, BlockDevice device, Runnable letGo) {
    int cid = ids.contentId();
    Descriptor descriptor =
        StreamWriter.descriptorFor(
            device.sizeBytes(), cid, ids.hex(12) + HexFormat.of().toHexDigits(cid), base.ddb());
    return new FileContent.Disk(device, descriptor, streams, letGo);
  }
}
