package dev.vcsnap.server;

import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.inventory.ReconfigureService;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.inventory.VirtualMachines;
import dev.vcsnap.lease.FrozenDisks;
import dev.vcsnap.snapshot.SnapshotRequest;
import dev.vcsnap.snapshot.SnapshotService;
import dev.vcsnap.vim.VirtualDeviceConfigSpec;
import dev.vcsnap.vim.VirtualDeviceConfigSpecFileOperation;
import dev.vcsnap.vim.VirtualDeviceConfigSpecOperation;
import dev.vcsnap.vim.VirtualDisk;
import dev.vcsnap.vim.VirtualDiskFlatVer2BackingInfo;
import dev.vcsnap.vim.VirtualMachineConfigSpec;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;

/** The second disk of a machine of a server, as its administrator and its guest use it. */
final class ChangedAreaDisk {

  static final int KEY = 2001;
  private static final String NODE = "scsi0:1";

  private final WholeServer server;
  private final VirtualMachine machine;
  private final Random random;
  private int first;

  ChangedAreaDisk(WholeServer server, String name, long capacity, boolean thin, long seed) {
    this.server = server;
    this.random = new Random(seed);
    VirtualMachines machines = server.inside(VirtualMachines.class);
    this.machine = machines.of(machines.withIdOrName(name).orElseThrow());
    VirtualDisk disk = disk(capacity, thin);
    disk.controllerKey = 1000;
    disk.unitNumber = 1;
    disk.key = -1;
    change(disk, VirtualDeviceConfigSpecOperation.add, VirtualDeviceConfigSpecFileOperation.create);
    track(true);
  }

  private static VirtualDisk disk(long capacity, boolean thin) {
    var backing = new VirtualDiskFlatVer2BackingInfo();
    backing.fileName = "";
    backing.diskMode = "persistent";
    backing.thinProvisioned = thin;
    var disk = new VirtualDisk();
    disk.capacityInBytes = capacity;
    disk.capacityInKB = capacity / 1024;
    disk.backing = backing;
    return disk;
  }

  private void change(
      VirtualDisk disk,
      VirtualDeviceConfigSpecOperation operation,
      VirtualDeviceConfigSpecFileOperation fileOperation) {
    var change = new VirtualDeviceConfigSpec();
    change.operation = operation;
    change.fileOperation = fileOperation;
    change.device = disk;
    var spec = new VirtualMachineConfigSpec();
    spec.deviceChange = List.of(change);
    server.inside(ReconfigureService.class).reconfigure(machine, spec);
  }

  String machineId() {
    return machine.object().id();
  }

  String snapshotId(int uid) {
    return machine.snapshotId(uid);
  }

  private RunningDisk running() {
    return machine.disks().get(NODE);
  }

  long capacity() {
    return running().sizeBytes();
  }

  void write(long offset, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    running().writeAt(offset, ByteBuffer.wrap(bytes));
  }

  void zero(long offset, long length) {
    running().writeZeroesAt(offset, length);
  }

  void discard(long offset, long length) {
    running().discardAt(offset, length);
  }

  int snapshot(String name) {
    int uid =
        server
            .inside(SnapshotService.class)
            .create(machine, new SnapshotRequest(name, "", false, false), percent -> {});
    first = first == 0 ? uid : first;
    return uid;
  }

  void removeFirst() throws Exception {
    server.inside(SnapshotService.class).remove(machine, first, false, true, percent -> {});
  }

  void revertToFirst() throws Exception {
    server.inside(SnapshotService.class).revert(machine, first, false, percent -> {});
  }

  void extend(long capacity) {
    VirtualDisk disk = disk(capacity, true);
    disk.key = KEY;
    disk.controllerKey = 1000;
    disk.unitNumber = 1;
    disk.backing = null;
    change(disk, VirtualDeviceConfigSpecOperation.edit, null);
  }

  /** Switches tracking, and makes and removes the snapshot at which it takes effect. */
  void track(boolean on) {
    var spec = new VirtualMachineConfigSpec();
    spec.changeTrackingEnabled = on;
    server.inside(ReconfigureService.class).reconfigure(machine, spec);
    SnapshotService snapshots = server.inside(SnapshotService.class);
    int uid =
        snapshots.create(machine, new SnapshotRequest("switch", "", false, false), percent -> {});
    snapshots.remove(machine, uid, false, true, percent -> {});
  }

  /** What a snapshot froze. */
  byte[] content(int uid) {
    try (BlockDevice frozen =
        server
            .inside(FrozenDisks.class)
            .find(machine, NODE, machine.snapshotId(uid), "a test")
            .orElseThrow()) {
      ByteBuffer bytes = ByteBuffer.allocate((int) frozen.sizeBytes());
      frozen.readAt(0, bytes);
      return bytes.array();
    }
  }
}
