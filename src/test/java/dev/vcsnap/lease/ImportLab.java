package dev.vcsnap.lease;

import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.inventory.StillClock;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.provision.ProvisionLab;
import dev.vcsnap.session.Account;
import dev.vcsnap.session.Session;
import dev.vcsnap.session.SessionService;
import dev.vcsnap.task.TaskRequest;
import dev.vcsnap.vim.HttpNfcLeaseInfo;
import dev.vcsnap.vim.HttpNfcLeaseState;
import dev.vcsnap.vim.ManagedObjectReference;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** An empty inventory into which machines can be imported. */
final class ImportLab implements AutoCloseable {

  final ProvisionLab lab;
  final StillClock clock = new StillClock();
  final LeaseService leases;
  final LeaseTransfers transfers;
  final PullService pulls;
  final Leases all;
  private final GrainPackers packers = new GrainPackers(1);
  private final Session session;

  ImportLab(Path root) {
    lab = new ProvisionLab(root);
    var ids = new Ids(new Dice(3));
    var sessions =
        new SessionService(
            clock, ids, List.of(Account.administrator("user", "pass")), Duration.ofHours(8));
    session = sessions.login("user", "pass", "en_US", "127.0.0.1", "test").orElseThrow();
    all =
        new Leases(
            lab.objects, sessions, clock, ids, new LeaseLimits(Duration.ofMinutes(5), 10, ""));
    leases =
        new LeaseService(
            all,
            lab.tasks,
            new ExportFiles(lab.objects, new FrozenDisks(lab.factory), packers.streams(), ids));
    transfers = new LeaseTransfers(all);
    pulls = pulls(InetAddress::getAllByName);
  }

  /** The fetching of files, with a name service of the test's. */
  PullService pulls(PermittedHosts.Search names) {
    return new PullService(lab.objects, all, lab.tasks, servers(names), clock, Duration.ofDays(1));
  }

  /** Servers of the tests, which may be silent for longer than a test waits. */
  static FileServers servers(PermittedHosts.Search names) {
    return new FileServers(
        new PermittedHosts(PullNetworks.parse("127.0.0.0/8"), names), Duration.ofMinutes(10));
  }

  /** Begins the import of a machine with so many empty disks; the lease is ready, or has failed. */
  ManagedObject begin(String name, int disks) throws InterruptedException {
    ManagedObject pool = lab.objects.require(lab.pool());
    ManagedObjectReference lease =
        leases.importMachine(
            lab.provision.beginImport(
                ProvisionLab.spec(name, "[ds]", disks), lab.pool(), null, null),
            new LeaseRequest(
                session,
                "https://vc.example",
                new TaskRequest(pool, "ImportVApp", "ResourcePool.importVApp", "user")));
    awaitEndOf(lease, HttpNfcLeaseState.initializing);
    return lab.objects.require(lease);
  }

  void awaitEndOf(ManagedObjectReference lease, HttpNfcLeaseState state)
      throws InterruptedException {
    var seen = new CountDownLatch(1);
    Runnable look =
        () -> {
          ManagedObject object = lab.objects.find(lease);
          if (object != null && object.get("state") != state) {
            seen.countDown();
          }
        };
    lab.objects.onChange(look);
    look.run();
    if (!seen.await(30, TimeUnit.SECONDS)) {
      throw new AssertionError(lease + " stays " + state);
    }
  }

  static HttpNfcLeaseInfo info(ManagedObject lease) {
    return (HttpNfcLeaseInfo) lease.get("info");
  }

  VirtualMachine machine(ManagedObject lease) {
    return lab.machines.of(lab.objects.require(info(lease).entity));
  }

  ImportedDisk disk(ManagedObject lease, int index) {
    String[] parts = info(lease).deviceUrl.get(index).url.split("/");
    return (ImportedDisk)
        transfers.file(parts[parts.length - 2], parts[parts.length - 1]).orElseThrow();
  }

  @Override
  public void close() {
    leases.close();
    packers.close();
    lab.close();
  }
}
