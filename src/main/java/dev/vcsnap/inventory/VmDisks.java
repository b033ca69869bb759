package dev.vcsnap.inventory;

import dev.vcsnap.datastore.FileSystemType;
import dev.vcsnap.datastore.SnapshotDisk;
import dev.vcsnap.datastore.SnapshotEntry;
import dev.vcsnap.datastore.Vmx;
import dev.vcsnap.disk.cbt.ChangeId;
import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.disk.vmdk.Descriptor;
import dev.vcsnap.disk.vmdk.DescriptorFiles;
import dev.vcsnap.hardware.VmDisk;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Reads what the device lists say about disks: of the running machine, and of a snapshot. */
final class VmDisks {

  private static final int DEPTH_MAX = 64;

  private final DiskFactory factory;

  VmDisks(DiskFactory factory) {
    this.factory = factory;
  }

  /** The disks that the machine writes now. */
  List<VmDisk> running(VirtualMachine machine) {
    Vmx vmx = machine.vmx();
    List<VmDisk> disks = new ArrayList<>();
    for (Map.Entry<String, RunningDisk> entry : machine.disks().entrySet()) {
      disks.add(describe(machine, vmx, entry.getKey(), shown(machine, vmx, entry)));
    }
    return disks;
  }

  /** Of a nonpersistent disk clients see the link that stays. */
  private static Path shown(VirtualMachine machine, Vmx vmx, Map.Entry<String, RunningDisk> disk) {
    return vmx.get(VirtualMachine.redoKey(disk.getKey()))
            .filter(redo -> !redo.isBlank())
            .isPresent()
        ? machine.files().fileOf(vmx.get(disk.getKey() + ".fileName").orElseThrow())
        : disk.getValue().leaf();
  }

  /** The disks as a snapshot froze them; a disk that it left out is not listed. */
  List<VmDisk> frozen(VirtualMachine machine, SnapshotEntry snapshot, Vmx vmx) {
    List<VmDisk> disks = new ArrayList<>();
    for (SnapshotDisk disk : snapshot.disks()) {
      Path link = machine.files().fileOf(disk.fileName());
      disks.add(describe(machine, vmx, disk.node(), link));
    }
    return disks;
  }

  private Descriptor descriptorOf(Path link, Optional<RunningDisk> running) {
    return running.flatMap(disk -> disk.find(link)).orElseGet(() -> factory.descriptorOf(link));
  }

  private VmDisk describe(VirtualMachine machine, Vmx vmx, String node, Path leaf) {
    List<VmDisk.Link> links = new ArrayList<>();
    Optional<RunningDisk> running = Optional.ofNullable(machine.disks().get(node));
    Optional<UUID> uuid = Optional.empty();
    FileSystemType volume = machine.files().datastore().type();
    Path at = leaf;
    Descriptor base = descriptorOf(at, running);
    for (int depth = 1; ; depth++) {
      uuid = uuid.or(base::uuid);
      Path link = at;
      links.addFirst(
          new VmDisk.Link(
              machine.nameOf(at),
              "%08x".formatted(base.cid()),
              (running.isPresent() ? running.get().changeIdOf(link) : factory.changeIdOf(link))
                  .map(ChangeId::toString)
                  .orElse(null),
              FileSystemType.deltaKindOf(base)
                  .map(kind -> VmDisk.Delta.of(kind, volume))
                  .orElse(null)));
      if (base.parentFileNameHint().isEmpty() || depth == DEPTH_MAX) {
        break;
      }
      at = DescriptorFiles.parentOf(at, base.parentFileNameHint().get());
      base = descriptorOf(at, running);
    }
    return new VmDisk(
        node,
        uuid.orElse(new UUID(0, 0)),
        base.sectors() * 512,
        vmx.get(node + ".mode").orElse("persistent").replace('-', '_'),
        "1".equals(base.ddb().get("ddb.thinProvisioned")),
        List.copyOf(links));
  }
}
