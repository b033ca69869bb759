package dev.vcsnap.lease;

import dev.vcsnap.disk.block.MemoryDisk;
import dev.vcsnap.disk.vmdk.streamoptimized.StreamReader;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.inventory.MachineLab;
import dev.vcsnap.inventory.StillClock;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.session.Account;
import dev.vcsnap.session.Session;
import dev.vcsnap.session.SessionService;
import dev.vcsnap.task.TaskRequest;
import dev.vcsnap.vim.HttpNfcLeaseInfo;
import dev.vcsnap.vim.HttpNfcLeaseState;
import dev.vcsnap.vim.ManagedObjectReference;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Machines whose files can be exported, and a clock for the silence of clients. */
public final class LeaseLab implements AutoCloseable {

  public static final int LEASES_MAX = 3;

  public final MachineLab lab;
  public final StillClock clock = new StillClock();
  public final SessionService sessions =
      new SessionService(
          clock,
          new Ids(new Dice(1)),
          List.of(
              Account.administrator("user", "pass"),
              new Account("viewer", "pass", Set.of(), "ReadOnly")),
          Duration.ofHours(8));
  public final LeaseService leases;
  public final LeaseTransfers transfers;
  public final PullService pulls;
  final Leases all;
  public final Session session = login("user");
  private final GrainPackers packers = new GrainPackers(2);

  public LeaseLab(Path root) {
    lab = new MachineLab(root);
    var ids = new Ids(new Dice(2));
    all =
        new Leases(
            lab.objects,
            sessions,
            clock,
            ids,
            new LeaseLimits(Duration.ofMinutes(5), LEASES_MAX, "AA:BB"));
    leases =
        new LeaseService(
            all,
            lab.tasks,
            new ExportFiles(lab.objects, new FrozenDisks(lab.factory), packers.streams(), ids));
    transfers = new LeaseTransfers(all);
    pulls =
        new PullService(
            lab.objects,
            all,
            lab.tasks,
            ImportLab.servers(InetAddress::getAllByName),
            clock,
            Duration.ofDays(1));
  }

  public Session login(String user) {
    return sessions.login(user, "pass", "en_US", "127.0.0.1", "test").orElseThrow();
  }

  /** A machine that is off. */
  public VirtualMachine machineOff(String name) {
    VirtualMachine machine = lab.machine(name);
    lab.power.powerOff(machine);
    return machine;
  }

  /** Begins the export of a machine and waits until it is ready. */
  public ManagedObject export(VirtualMachine machine) throws InterruptedException {
    return ready(leases.exportMachine(machine, request(machine, session)));
  }

  /** Begins the export of a snapshot and waits until it is ready. */
  public ManagedObject export(VirtualMachine machine, int uid) throws InterruptedException {
    return ready(leases.exportSnapshot(machine, uid, request(machine, session)));
  }

  public LeaseRequest request(VirtualMachine machine, Session of) {
    return new LeaseRequest(of, "https://vc.example:8989", task(machine));
  }

  public static TaskRequest task(VirtualMachine machine) {
    return new TaskRequest(machine.object(), "ExportVm", "VirtualMachine.exportVm", "user");
  }

  private ManagedObject ready(ManagedObjectReference lease) throws InterruptedException {
    awaitState(lease, HttpNfcLeaseState.ready);
    return lab.objects.require(lease);
  }

  /** Waits until clients see a state. */
  public void awaitState(ManagedObjectReference lease, HttpNfcLeaseState state)
      throws InterruptedException {
    var seen = new CountDownLatch(1);
    Runnable look =
        () -> {
          ManagedObject object = lab.objects.find(lease);
          if (object != null && object.get("state") == state) {
            seen.countDown();
          }
        };
    lab.objects.onChange(look);
    look.run();
    if (!seen.await(30, TimeUnit.SECONDS)) {
      throw new AssertionError(
          lease + " is " + lab.objects.require(lease).get("state") + " and never was " + state);
    }
  }

  static HttpNfcLeaseInfo info(ManagedObject lease) {
    return (HttpNfcLeaseInfo) lease.get("info");
  }

  /** The file behind an address, as the binding finds it. */
  public ExportedFile file(String url) {
    String[] parts = url.split("/");
    return (ExportedFile)
        transfers.file(parts[parts.length - 2], parts[parts.length - 1]).orElseThrow();
  }

  byte[] download(ManagedObject lease, int index) throws IOException {
    var out = new ByteArrayOutputStream();
    transfers.send(file(info(lease).deviceUrl.get(index).url), out);
    return out.toByteArray();
  }

  /** The disk in a stream. */
  static byte[] unpack(byte[] stream) throws IOException {
    StreamReader reader = StreamReader.open(new ByteArrayInputStream(stream), "disk-0.vmdk");
    MemoryDisk disk = new MemoryDisk(reader.sizeBytes());
    reader.copyTo(disk, done -> {});
    return disk.content();
  }

  @Override
  public void close() {
    leases.close();
    packers.close();
    lab.close();
  }
}
