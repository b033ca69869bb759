package dev.vcsnap.inventory;

import dev.vcsnap.datastore.Datastore;
import dev.vcsnap.datastore.DatastorePath;
import dev.vcsnap.datastore.VmDirectory;
import dev.vcsnap.datastore.Vmx;
import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.ground.clock.SystemClock;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.hardware.DeviceChanges;
import dev.vcsnap.hardware.Networks;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.quiesce.Quiescer;
import dev.vcsnap.snapshot.ChainAccess;
import dev.vcsnap.snapshot.ChangeTracking;
import dev.vcsnap.snapshot.NonpersistentDisks;
import dev.vcsnap.snapshot.Recovery;
import dev.vcsnap.snapshot.SnapshotCreation;
import dev.vcsnap.snapshot.SnapshotRequest;
import dev.vcsnap.snapshot.SnapshotService;
import dev.vcsnap.task.TaskService;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.VirtualMachineConfigInfo;
import dev.vcsnap.vim.VirtualMachinePowerState;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Machines with one small disk each, and the services that change them, without a server. */
public final class MachineLab implements AutoCloseable {

  public static final String NODE = "scsi0:0";
  public static final int DISK_KEY = 2000;
  public static final int DISK_BYTES = 8 << 20;

  public final SystemClock clock = new SystemClock();
  public final ObjectRegistry objects = new ObjectRegistry();
  public final TaskService tasks = new TaskService(objects, clock, DiskFaults::translate);
  public final VirtualMachines machines;
  public final SnapshotService snapshots;
  public final PowerService power;
  public final ReconfigureService reconfigure;

  /** The machines whose power state was noted, in order. */
  final List<VirtualMachinePowerState> notedPower = new ArrayList<>();

  public final DiskFactory factory = new DiskFactory(new Ids(new Dice(42)), clock);
  private final ChainAccess chains = new ChainAccess(factory, clock);
  public final Datastore datastore;
  public final InventoryTree tree;
  public final Networks networks;

  public MachineLab(Path root) {
    datastore = new Datastore("ds", root);
    tree =
        new InventoryTree(
            objects,
            clock,
            Personality.vcenter("lab"),
            new HostIdentity("127.0.0.1", ""),
            List.of(datastore));
    networks = new InventoryNetworks(objects, tree);
    VmPublisher publisher = TestPublisher.of(objects, clock, factory, networks);
    machines = new VirtualMachines(tree, factory, publisher, tasks, clock);
    power =
        new PowerService(
            clock,
            publisher,
            machine -> {
              new NonpersistentDisks(chains).apply(machine);
              track(machine);
              notedPower.add(machine.power());
            });
    snapshots =
        new SnapshotService(
            chains,
            publisher,
            new SnapshotCreation(clock, chains.metrics(), 32),
            Quiescer.NONE,
            power);
    reconfigure =
        new ReconfigureService(
            clock,
            publisher,
            new NameClaims(tree),
            new DeviceReconfiguration(new DeviceChanges(networks), factory),
            MachineLab::track);
  }

  private static void track(VirtualMachine machine) {
    ChangeTracking.apply(machine);
  }

  /** Opens a machine that runs, and makes it if its folder is empty. */
  public VirtualMachine machine(String name) {
    var path = new DatastorePath("ds", name + "/" + name + ".vmx");
    var files = new VmDirectory(datastore, path);
    if (!datastore.exists(path)) {
      files.create(vmx(name));
      factory.createFlat(files.fileOf(name + ".vmdk"), DISK_BYTES, true);
    }
    return machines.open(
        tree.ids().next("vm"),
        files,
        tree.placementOn(tree.defaultHost()),
        VirtualMachinePowerState.poweredOn,
        new Recovery(chains)::recover);
  }

  private static Vmx vmx(String name) {
    var vmx = new Vmx();
    vmx.put("displayName", name);
    vmx.put("guestOS", "other-64");
    vmx.put("virtualHW.version", "19");
    vmx.putFlag("scsi0.present", true);
    vmx.putFlag(NODE + ".present", true);
    vmx.put(NODE + ".deviceType", "scsi-hardDisk");
    vmx.put(NODE + ".fileName", name + ".vmdk");
    vmx.putFlag("ethernet0.present", true);
    vmx.put("ethernet0.generatedAddress", "00:0c:29:00:00:01");
    return vmx;
  }

  public RunningDisk disk(VirtualMachine machine) {
    return machine.disks().get(NODE);
  }

  /** Writes one byte value over a range. */
  public void write(VirtualMachine machine, long offset, int length, int value) {
    var bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    disk(machine).writeAt(offset, ByteBuffer.wrap(bytes));
  }

  /** Takes a snapshot of the disks; returns its uid. */
  public int snapshot(VirtualMachine machine, String name) {
    return snapshots.create(machine, new SnapshotRequest(name, "", false, false), percent -> {});
  }

  public void remove(VirtualMachine machine, int uid) {
    snapshots.remove(machine, uid, false, true, percent -> {});
  }

  public ManagedObjectReference reference(VirtualMachine machine, int uid) {
    return new ManagedObjectReference("VirtualMachineSnapshot", machine.snapshotId(uid));
  }

  /** The published snapshot object. */
  ManagedObject snapshotObject(VirtualMachine machine, int uid) {
    ManagedObject object = objects.find(machine.snapshotId(uid));
    if (object == null) {
      throw new AssertionError("snapshot " + uid + " is not published");
    }
    return object;
  }

  static VirtualMachineConfigInfo config(VirtualMachine machine) {
    return (VirtualMachineConfigInfo) machine.object().get("config");
  }

  @Override
  public void close() {
    tasks.close();
    machines.close();
  }
}
