package dev.vcsnap.snapshot;

import dev.vcsnap.datastore.Datastore;
import dev.vcsnap.datastore.DatastorePath;
import dev.vcsnap.datastore.FileSystemType;
import dev.vcsnap.datastore.VmDirectory;
import dev.vcsnap.datastore.Vmx;
import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.disk.check.DiskCheck;
import dev.vcsnap.disk.io.DiskFiles;
import dev.vcsnap.disk.io.HostFiles;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.ground.clock.SystemClock;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.inventory.DiskFaults;
import dev.vcsnap.inventory.HostIdentity;
import dev.vcsnap.inventory.InventoryTree;
import dev.vcsnap.inventory.Personality;
import dev.vcsnap.inventory.PowerService;
import dev.vcsnap.inventory.TestPublisher;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.inventory.VirtualMachines;
import dev.vcsnap.inventory.VmPublisher;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.quiesce.Quiescer;
import dev.vcsnap.task.TaskService;
import dev.vcsnap.vim.VirtualMachinePowerState;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * One machine with a small disk in a temporary datastore, and the operations on it; closing means
 * checking.
 */
final class SnapshotLab implements AutoCloseable {

  static final int DISK_BYTES = 8 << 20;
  private static final String NODE = "scsi0:0";

  final Clock clock;
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final Ids ids = new Ids(new Dice(42));
  final ObjectRegistry objects = new ObjectRegistry();
  final DiskFactory factory;
  final ChainAccess chains;
  final Path root;
  final VirtualMachine machine;
  final SnapshotService snapshots;

  /** Who makes guests consistent; nobody unless a test says so. */
  Quiescer quiescer = Quiescer.NONE;

  private final TaskService tasks;
  private final VirtualMachines machines;

  /** Opens the machine in {@code root}, and makes it if the folder is empty. */
  SnapshotLab(Path root) {
    this(root, 32);
  }

  SnapshotLab(Path root, int levelsMax) {
    this(root, levelsMax, new HostFiles());
  }

  SnapshotLab(Path root, int levelsMax, DiskFiles files) {
    this(
        new Datastore("ds", root, new UUID(0, 1), FileSystemType.VMFS6, files),
        DISK_BYTES,
        levelsMax,
        files,
        MergePolicy.DEFAULT,
        new SystemClock());
  }

  /** With a volume of another type, and a disk of another size. */
  SnapshotLab(Path root, FileSystemType type, long diskBytes) {
    this(
        new Datastore("ds", root, type),
        diskBytes,
        32,
        new HostFiles(),
        MergePolicy.DEFAULT,
        new SystemClock());
  }

  /** With another way to treat readers and guests while merging. */
  SnapshotLab(Path root, MergePolicy merges, Clock clock) {
    this(new Datastore("ds", root), DISK_BYTES, 32, new HostFiles(), merges, clock);
  }

  private SnapshotLab(
      Datastore datastore,
      long diskBytes,
      int levelsMax,
      DiskFiles files,
      MergePolicy merges,
      Clock clock) {
    this.root = datastore.root();
    this.clock = clock;
    tasks = new TaskService(objects, clock, DiskFaults::translate);
    factory = new DiskFactory(ids, clock, files);
    chains = new ChainAccess(factory, clock, merges, new SnapshotMetrics(meters));
    var tree =
        new InventoryTree(
            objects,
            clock,
            Personality.vcenter("lab"),
            new HostIdentity("127.0.0.1", ""),
            List.of(datastore));
    VmPublisher publisher = TestPublisher.of(objects, clock, factory);
    machines = new VirtualMachines(tree, factory, publisher, tasks, clock);
    var folder = new VmDirectory(datastore, new DatastorePath("ds", "VM/VM.vmx"));
    if (!datastore.exists(new DatastorePath("ds", "VM/VM.vmx"))) {
      folder.create(vmx());
      factory.createFlat(folder.fileOf("VM.vmdk"), diskBytes, true);
    }
    machine =
        machines.open(
            "vm-1",
            folder,
            tree.placementOn(tree.defaultHost()),
            VirtualMachinePowerState.poweredOn,
            new Recovery(chains)::recover);
    snapshots =
        new SnapshotService(
            chains,
            publisher,
            new SnapshotCreation(clock, chains.metrics(), levelsMax),
            (machine, spec) -> quiescer.begin(machine, spec),
            new PowerService(clock, publisher, changed -> {}));
  }

  private static Vmx vmx() {
    var vmx = new Vmx();
    vmx.put("displayName", "VM");
    vmx.put("virtualHW.version", "19");
    vmx.putFlag("scsi0.present", true);
    vmx.putFlag(NODE + ".present", true);
    vmx.put(NODE + ".deviceType", "scsi-hardDisk");
    vmx.put(NODE + ".fileName", "VM.vmdk");
    return vmx;
  }

  /** Makes an empty link in the folder of a machine that is not open. */
  static void createDelta(Path root, String child, String parent) {
    Path folder = root.resolve("VM");
    new DiskFactory(new Ids(new Dice(7)), new SystemClock())
        .createDelta(folder.resolve(child), folder.resolve(parent));
  }

  RunningDisk disk() {
    return machine.disks().get(NODE);
  }

  /** Fills the whole disk with one byte. */
  void fill(int value) {
    var bytes = new byte[DISK_BYTES];
    Arrays.fill(bytes, (byte) value);
    disk().writeAt(0, ByteBuffer.wrap(bytes));
  }

  /** Writes one byte value over a range. */
  void write(long offset, int length, int value) {
    var bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    disk().writeAt(offset, ByteBuffer.wrap(bytes));
  }

  int byteAt(long offset) {
    var one = ByteBuffer.allocate(1);
    disk().readAt(offset, one);
    return one.get(0);
  }

  /** A byte of a snapshot's frozen disk. */
  int frozenByteAt(int uid, long offset) {
    String file = machine.snapshots().find(uid).orElseThrow().disks().getFirst().fileName();
    try (var view = disk().openFrozen(machine.files().fileOf(file))) {
      var one = ByteBuffer.allocate(1);
      view.readAt(offset, one);
      return one.get(0);
    }
  }

  int create(String name) {
    return snapshots.create(machine, new SnapshotRequest(name, "", false, false), percent -> {});
  }

  int createWithMemory(String name) {
    return snapshots.create(machine, new SnapshotRequest(name, "", true, false), percent -> {});
  }

  /** The memory files that no snapshot needs. */
  List<String> strayMemory() {
    List<String> needed =
        machine.snapshots().snapshots().stream()
            .map(entry -> entry.vmsnFileName().replace(".vmsn", ".vmem"))
            .toList();
    return machine.files().files().stream()
        .map(file -> file.path().fileName())
        .filter(name -> name.endsWith(".vmem") && !needed.contains(name))
        .toList();
  }

  void remove(int uid) {
    snapshots.remove(machine, uid, false, true, percent -> {});
  }

  /** The names of the machine's disk files, sorted. */
  List<String> diskFiles() {
    return machine.files().files().stream()
        .map(file -> file.path().fileName())
        .filter(name -> name.endsWith(".vmdk"))
        .sorted()
        .toList();
  }

  /** The chain of the running disk, base first, by file names. */
  List<String> chain() {
    return disk().links().stream().map(link -> link.getFileName().toString()).toList();
  }

  Stream<String> problems() {
    return new DiskCheck().check(machine.files().folder()).stream().map(Object::toString);
  }

  @Override
  public void close() {
    tasks.close();
    machines.close();
    List<String> problems = problems().toList();
    if (!problems.isEmpty()) {
      throw new AssertionError("The folder is not consistent: " + problems);
    }
  }
}
