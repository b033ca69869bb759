package dev.vcsnap.provision;

import dev.vcsnap.datastore.Datastore;
import dev.vcsnap.datastore.DatastorePath;
import dev.vcsnap.datastore.FileSystemType;
import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.disk.check.DiskCheck;
import dev.vcsnap.disk.io.DiskFiles;
import dev.vcsnap.disk.io.HostFiles;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.ground.clock.SystemClock;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.hardware.DeviceChanges;
import dev.vcsnap.inventory.DeviceReconfiguration;
import dev.vcsnap.inventory.DiskFaults;
import dev.vcsnap.inventory.HostIdentity;
import dev.vcsnap.inventory.InventoryTree;
import dev.vcsnap.inventory.NameClaims;
import dev.vcsnap.inventory.Personality;
import dev.vcsnap.inventory.PowerService;
import dev.vcsnap.inventory.ReconfigureService;
import dev.vcsnap.inventory.Registrations;
import dev.vcsnap.inventory.TestPublisher;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.inventory.VirtualMachines;
import dev.vcsnap.inventory.VmPublisher;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.quiesce.Quiescer;
import dev.vcsnap.snapshot.ChainAccess;
import dev.vcsnap.snapshot.ChangeTracking;
import dev.vcsnap.snapshot.MergePolicy;
import dev.vcsnap.snapshot.Recovery;
import dev.vcsnap.snapshot.SnapshotCreation;
import dev.vcsnap.snapshot.SnapshotMetrics;
import dev.vcsnap.snapshot.SnapshotRequest;
import dev.vcsnap.snapshot.SnapshotService;
import dev.vcsnap.task.TaskService;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.ParaVirtualSCSIController;
import dev.vcsnap.vim.VirtualDevice;
import dev.vcsnap.vim.VirtualDeviceConfigSpec;
import dev.vcsnap.vim.VirtualDeviceConfigSpecFileOperation;
import dev.vcsnap.vim.VirtualDeviceConfigSpecOperation;
import dev.vcsnap.vim.VirtualDisk;
import dev.vcsnap.vim.VirtualDiskFlatVer2BackingInfo;
import dev.vcsnap.vim.VirtualMachineConfigSpec;
import dev.vcsnap.vim.VirtualMachineFileInfo;
import dev.vcsnap.vim.VirtualSCSISharing;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** An inventory without machines on a temporary datastore; closing means checking every folder. */
public final class ProvisionLab implements AutoCloseable {

  public static final int DISK_BYTES = 8 << 20;
  public static final String NODE = "scsi0:0";

  public final Path root;
  public final Clock clock = new SystemClock();
  public final ObjectRegistry objects = new ObjectRegistry();
  public final TaskService tasks = new TaskService(objects, clock, DiskFaults::translate);
  public final DiskFactory factory;
  public final Datastore datastore;
  public final InventoryTree tree;
  public final VirtualMachines machines;
  final PowerService power;
  final SnapshotService snapshots;
  final ReconfigureService reconfigure;
  public final ProvisionService provision;
  public final FolderService folders;

  final Recovery recovery;
  final RememberedMachines registrations = new RememberedMachines();

  public ProvisionLab(Path root) {
    this(root, new HostFiles());
  }

  ProvisionLab(Path root, DiskFiles files) {
    var ids = new Ids(new Dice(42));
    datastore = new Datastore("ds", root, new UUID(0, 1), FileSystemType.VMFS6, files);
    this.root = datastore.root();
    factory = new DiskFactory(ids, clock, files);
    tree =
        new InventoryTree(
            objects,
            clock,
            Personality.vcenter("lab"),
            new HostIdentity("127.0.0.1", ""),
            List.of(datastore));
    VmPublisher publisher = TestPublisher.of(objects, clock, factory);
    machines = new VirtualMachines(tree, factory, publisher, tasks, clock);
    var metrics = new SnapshotMetrics(new SimpleMeterRegistry());
    var chains = new ChainAccess(factory, clock, MergePolicy.DEFAULT, metrics);
    recovery = new Recovery(chains);
    power = new PowerService(clock, publisher, ChangeTracking::apply);
    snapshots =
        new SnapshotService(
            chains, publisher, new SnapshotCreation(clock, metrics, 32), Quiescer.NONE, power);
    var wiring = new ProvisionConfiguration();
    var names = new NameClaims(tree);
    Machinery machinery = wiring.machinery(tree, machines, registrations, names, factory, clock);
    MachinePlaces places = wiring.machinePlaces(machinery);
    folders = wiring.folderService(machinery, places);
    reconfigure =
        new ReconfigureService(
            clock,
            publisher,
            names,
            new DeviceReconfiguration(new DeviceChanges(TestPublisher.noNetworks()), factory),
            ChangeTracking::apply);
    provision =
        wiring.provisionService(
            machinery, places, clock, ids, reconfigure, recovery, snapshots, power, publisher);
  }

  ManagedObject folder() {
    return tree.vmFolder();
  }

  public ManagedObjectReference pool() {
    return tree.poolOf(tree.defaultHost()).reference();
  }

  /** The configurations of the machines that a restart would find. */
  public Set<DatastorePath> registered() {
    return registrations.machines().stream()
        .map(Registrations.Machine::configPath)
        .collect(Collectors.toSet());
  }

  /** Registers a machine, whatever is done with it. */
  public void register(VirtualMachine machine) {
    registrations.put(Registrations.Machine.of(machine));
  }

  /** What a client sends for a machine with so many disks. */
  public static VirtualMachineConfigSpec spec(String name, String vmPathName, int disks) {
    var spec = new VirtualMachineConfigSpec();
    spec.name = name;
    spec.guestId = "debian12_64Guest";
    spec.numCPUs = 2;
    spec.memoryMB = 1024L;
    spec.files = new VirtualMachineFileInfo();
    spec.files.vmPathName = vmPathName;
    List<VirtualDeviceConfigSpec> changes = new ArrayList<>();
    var controller = new ParaVirtualSCSIController();
    controller.key = -1;
    controller.busNumber = 0;
    controller.sharedBus = VirtualSCSISharing.noSharing;
    changes.add(add(controller));
    for (int i = 0; i < disks; i++) {
      var backing = new VirtualDiskFlatVer2BackingInfo();
      backing.fileName = "";
      backing.diskMode = "persistent";
      backing.thinProvisioned = true;
      var disk = new VirtualDisk();
      disk.key = -2 - i;
      disk.controllerKey = -1;
      disk.unitNumber = i;
      disk.capacityInKB = DISK_BYTES / 1024;
      disk.backing = backing;
      VirtualDeviceConfigSpec change = add(disk);
      change.fileOperation = VirtualDeviceConfigSpecFileOperation.create;
      changes.add(change);
    }
    spec.deviceChange = changes;
    return spec;
  }

  private static VirtualDeviceConfigSpec add(VirtualDevice device) {
    var change = new VirtualDeviceConfigSpec();
    change.operation = VirtualDeviceConfigSpecOperation.add;
    change.device = device;
    return change;
  }

  /** Makes a machine with one disk. */
  public VirtualMachine create(String name) {
    return create(spec(name, "[ds]", 1));
  }

  VirtualMachine create(VirtualMachineConfigSpec spec) {
    return machine(provision.create(folder(), spec, pool(), null).run(percent -> {}));
  }

  VirtualMachine register(String path) {
    return machine(
        provision.register(folder(), path, null, false, pool(), null).run(percent -> {}));
  }

  VirtualMachine machine(Object reference) {
    return machines.of(objects.find((ManagedObjectReference) reference));
  }

  int snapshot(VirtualMachine machine, String name) {
    return snapshots.create(machine, new SnapshotRequest(name, "", false, false), percent -> {});
  }

  public static void write(VirtualMachine machine, long offset, int length, int value) {
    var bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    machine.disk(NODE).writeAt(offset, ByteBuffer.wrap(bytes));
  }

  static int byteAt(VirtualMachine machine, long offset) {
    RunningDisk disk = machine.disk(NODE);
    var one = ByteBuffer.allocate(1);
    disk.readAt(offset, one);
    return one.get(0);
  }

  /** The names in a folder of the datastore, sorted. */
  List<String> files(String folder) {
    return names(root.resolve(folder));
  }

  /** The folders of the datastore, without the server's own. */
  public List<String> directories() {
    return names(root).stream().filter(name -> !name.startsWith(".")).toList();
  }

  private static List<String> names(Path folder) {
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    tasks.close();
    machines.close();
    List<String> problems = new ArrayList<>();
    for (String folder : directories()) {
      if (Files.isDirectory(root.resolve(folder))) {
        new DiskCheck()
            .check(root.resolve(folder))
            .forEach(finding -> problems.add(finding.toString()));
      }
    }
    problems.addAll(files(".vcsnap-unclaimed"));
    if (!problems.isEmpty()) {
      throw new AssertionError("The datastore is not consistent: " + problems);
    }
  }
}
