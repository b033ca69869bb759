package dev.vcsnap.lease;

import dev.vcsnap.datastore.SnapshotEntry;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.provision.MachineImport;
import dev.vcsnap.session.Session;
import dev.vcsnap.session.SessionService;
import dev.vcsnap.task.TaskBody;
import dev.vcsnap.task.TaskService;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.HttpNfcLeaseManifestEntry;
import dev.vcsnap.vim.HttpNfcLeaseManifestEntryChecksumType;
import dev.vcsnap.vim.KeyValue;
import dev.vcsnap.vim.LocalizedMethodFault;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.VimException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Gives leases on the files of machines, and keeps them until they end: rules B24 and D12 of real
 * servers.
 *
 * <p>The task of a lease runs for as long as the lease is held. That of a whole machine, exported
 * or imported, has the machine to itself. That of a snapshot lets the machine go on, and has the
 * links that the snapshot froze locked for reading.
 */
public final class LeaseService implements AutoCloseable {

  private static final String EXPORT = "VApp.Export";
  private static final String IMPORT = "VApp.Import";

  /** How long a lease that ended can still be looked at. */
  private static final Duration READABLE_AFTER_END = Duration.ofMinutes(10);

  /** Each packs some grains ahead, which takes a few MiB. */
  private static final int TRANSFERS_MAX = 32;

  private final ObjectRegistry objects;
  private final TaskService tasks;
  private final Clock clock;
  private final Ids ids;
  private final ExportFiles exports;
  private final LeaseLimits limits;
  private final Semaphore transfers = new Semaphore(TRANSFERS_MAX);
  private final Map<String, Lease> byId = new LinkedHashMap<>();
  private boolean closed;

  LeaseService(
      ObjectRegistry objects,
      TaskService tasks,
      SessionService sessions,
      Clock clock,
      Ids ids,
      ExportFiles exports,
      LeaseLimits limits) {
    this.objects = objects;
    this.tasks = tasks;
    this.clock = clock;
    this.ids = ids;
    this.exports = exports;
    this.limits = limits;
    sessions.onEnd(this::endOf);
  }

  /**
   * Begins the export of a machine that is off, which nothing else may change meanwhile.
   *
   * @throws VimException InvalidPowerState, TaskInProgress
   */
  public ManagedObjectReference exportMachine(VirtualMachine machine, LeaseRequest request) {
    ExportFiles.requireOff(machine);
    return begin(machine.reference(), EXPORT, request, true, progress -> exports.of(machine));
  }

  /**
   * Begins the export of a snapshot, whatever its machine does meanwhile.
   *
   * @throws VimException TaskInProgress
   */
  public ManagedObjectReference exportSnapshot(
      VirtualMachine machine, int uid, LeaseRequest request) {
    return begin(
        machine.reference(),
        EXPORT,
        request,
        false,
        progress -> exports.of(machine, requireSnapshot(machine, uid)));
  }

  /**
   * Begins the import of a machine, which is there from the first moment on, and is only kept when
   * its client completes the lease.
   *
   * @param making makes the machine, and gives it to the task of the lease before anybody sees it
   */
  public ManagedObjectReference importMachine(
      Function<Consumer<VirtualMachine>, MachineImport> making, LeaseRequest request) {
    return begin(
        request.task().entity().reference(),
        IMPORT,
        request,
        true,
        progress -> ImportFiles.of(making.apply(machine -> progress.take(machine.object()))));
  }

  private static SnapshotEntry requireSnapshot(VirtualMachine machine, int uid) {
    return machine
        .snapshots()
        .find(uid)
        .orElseThrow(() ->
            Faults.notFound(
                new ManagedObjectReference("VirtualMachineSnapshot", machine.snapshotId(uid))));
  }

  private ManagedObjectReference begin(
      ManagedObjectReference about,
      String privilegeId,
      LeaseRequest request,
      boolean alone,
      Function<TaskBody.Progress, Offer> prepare) {
    Lease lease = add(about, privilegeId, request);
    TaskBody holding =
        progress -> {
          lease.hold(progress, alone, prepare);
          return null;
        };
    boolean begun = false;
    try {
      if (privilegeId.equals(IMPORT)) {
        tasks.startBeside(request.task(), holding);
      } else {
        tasks.start(request.task(), holding);
      }
      begun = true;
    } finally {
      if (!begun) {
        forget(lease);
      }
    }
    return lease.reference();
  }

  private Lease add(ManagedObjectReference about, String privilegeId, LeaseRequest request) {
    Session session = request.session();
    String ticket = ids.uuid().toString();
    var terms =
        new LeaseTerms(
            about,
            session,
            privilegeId,
            ticket,
            request.serverAddress() + "/nfc/" + ticket + "/",
            limits.sslThumbprint(),
            limits.timeout());
    var object = new ManagedObject("HttpNfcLease", "session[" + session.key() + "]" + ids.uuid());
    var lease = new Lease(objects, clock, object, terms);
    synchronized (byId) {
      if (closed) {
        throw LeaseFaults.invalidState("The server stops.");
      }
      forgetOld();
      if (byId.values().stream().filter(other -> other.endedAt().isEmpty()).count()
          >= limits.leasesMax()) {
        throw LeaseFaults.invalidState(
            "There are %d leases already, which is the most.".formatted(limits.leasesMax()));
      }
      byId.put(object.id(), lease);
    }
    lease.show();
    return lease;
  }

  /** Those that ended long ago, and the oldest of those that ended if there are very many. */
  private void forgetOld() {
    Instant since = clock.now().minus(READABLE_AFTER_END);
    List<Lease> old =
        byId.values().stream()
            .filter(lease -> lease.endedAt().isPresent())
            .filter(lease -> lease.endedAt().orElseThrow().isBefore(since))
            .toList();
    old.forEach(this::forget);
    byId.values().stream()
        .filter(lease -> lease.endedAt().isPresent())
        .limit(Math.max(0, byId.size() - 2L * limits.leasesMax()))
        .toList()
        .forEach(this::forget);
  }

  private void forget(Lease lease) {
    synchronized (byId) {
      byId.remove(lease.reference().value());
    }
    objects.change(tx -> tx.remove(lease.reference()));
  }

  private Lease require(ManagedObject object) {
    synchronized (byId) {
      Lease lease = byId.get(object.id());
      if (lease == null) {
        throw Faults.notFound(object.reference());
      }
      return lease;
    }
  }

  /** What working with a lease asks for, on the machine that it is about. */
  public String privilegeFor(ManagedObject lease) {
    return require(lease).terms().privilegeId();
  }

  /** Notes how far a client is, and that it is alive. */
  public void progress(ManagedObject lease, int percent) {
    if (percent < 0 || percent > 100) {
      throw Faults.invalidArgument("percent");
    }
    require(lease).progress(percent);
  }

  /** Ends a lease whose client has all it wanted. */
  public void complete(ManagedObject lease) {
    require(lease).complete();
  }

  /** Ends a lease whose client gives up, for a reason that others will see. */
  public void abort(ManagedObject lease, @Nullable LocalizedMethodFault fault) {
    require(lease)
        .abort(
            fault == null || fault.fault == null
                ? LeaseFaults.canceled("The lease was aborted by its client.")
                : new VimException(
                    fault.fault,
                    fault.localizedMessage == null
                        ? "The lease was aborted by its client."
                        : fault.localizedMessage));
  }

  /** The files that were transferred, each with a checksum. */
  public List<HttpNfcLeaseManifestEntry> manifest(ManagedObject lease) {
    List<HttpNfcLeaseManifestEntry> entries = new ArrayList<>();
    for (LeasedFile file : require(lease).files()) {
      file.transferred().ifPresent(entries::add);
    }
    return entries;
  }

  /** Says which checksums the manifest is to have; the key is a device's or a file's address. */
  public void checksumTypes(ManagedObject object, List<KeyValue> types) {
    Lease lease = require(object);
    for (KeyValue wanted : types) {
      if (wanted.key == null || wanted.value == null) {
        throw Faults.invalidArgument("deviceUrlsToChecksumTypes");
      }
      HttpNfcLeaseManifestEntryChecksumType type = checksumType(wanted.value);
      lease.files().stream()
          .filter(file ->
              wanted.key.equals(file.key())
                  || wanted.key.equals(lease.terms().baseUrl() + file.targetId()))
          .findFirst()
          .orElseThrow(() -> Faults.invalidArgument("deviceUrlsToChecksumTypes.key"))
          .checksumType(type);
    }
  }

  private static HttpNfcLeaseManifestEntryChecksumType checksumType(String name) {
    if (HttpNfcLeaseManifestEntryChecksumType.TYPE.valueOf(name)
        instanceof HttpNfcLeaseManifestEntryChecksumType type) {
      return type;
    }
    throw Faults.invalidArgument("deviceUrlsToChecksumTypes.value");
  }

  /** The file behind an address; empty if there is none, or none any more. */
  public Optional<LeasedFile> file(String ticket, String name) {
    Optional<Lease> found;
    synchronized (byId) {
      found = byId.values().stream().filter(l -> l.terms().ticket().equals(ticket)).findFirst();
    }
    return found.flatMap(lease -> lease.file(name));
  }

  /**
   * Sends a file to a client.
   *
   * @return false if nothing was sent, as too many are being sent already
   * @throws dev.vcsnap.disk.block.BlockError when it cannot be read, or the lease ended
   */
  public boolean send(ExportedFile file, OutputStream out) throws IOException {
    if (!transfers.tryAcquire()) {
      return false;
    }
    try {
      file.sendTo(out);
      return true;
    } finally {
      transfers.release();
    }
  }

  /**
   * Takes a disk from a client.
   *
   * @param announcedBytes how much will come, or -1
   * @return false if nothing was taken, as too many are being taken already
   * @throws dev.vcsnap.disk.block.BlockError for what is no disk or does not fit, or when the lease
   *     ended
   */
  public boolean receive(ImportedDisk disk, InputStream body, long announcedBytes)
      throws IOException {
    if (!transfers.tryAcquire()) {
      return false;
    }
    try {
      disk.receive(body, announcedBytes);
      return true;
    } finally {
      transfers.release();
    }
  }

  private void endOf(Session session) {
    List<Lease> orphans;
    synchronized (byId) {
      orphans = byId.values().stream().filter(lease -> lease.isOf(session)).toList();
    }
    orphans.forEach(lease -> lease.fail(LeaseFaults.canceled("The session of the lease ended.")));
  }

  /** Ends all leases, and gives no more. */
  @Override
  public void close() {
    List<Lease> all;
    synchronized (byId) {
      closed = true;
      all = List.copyOf(byId.values());
    }
    all.forEach(lease -> lease.fail(LeaseFaults.canceled("The server stops.")));
  }
}
