package dev.vcsnap.lease;

import dev.vcsnap.datastore.SnapshotEntry;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.provision.MachineImport;
import dev.vcsnap.task.TaskBody;
import dev.vcsnap.task.TaskService;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.HttpNfcLeaseManifestEntry;
import dev.vcsnap.vim.HttpNfcLeaseManifestEntryChecksumType;
import dev.vcsnap.vim.KeyValue;
import dev.vcsnap.vim.LocalizedMethodFault;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.VimException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Gives leases on the files of machines, and does what their clients ask of them: rules B24 and D12
 * of real servers.
 *
 * <p>The task of a lease runs for as long as the lease is held. That of a whole machine, exported
 * or imported, has the machine to itself. That of a snapshot lets the machine go on, and has the
 * links that the snapshot froze locked for reading.
 */
public final class LeaseService implements AutoCloseable {

  private final Leases leases;
  private final TaskService tasks;
  private final ExportFiles exports;

  LeaseService(Leases leases, TaskService tasks, ExportFiles exports) {
    this.leases = leases;
    this.tasks = tasks;
    this.exports = exports;
  }

  /**
   * Begins the export of a machine that is off, which nothing else may change meanwhile.
   *
   * @throws VimException InvalidPowerState, TaskInProgress
   */
  public ManagedObjectReference exportMachine(VirtualMachine machine, LeaseRequest request) {
    ExportFiles.requireOff(machine);
    return begin(
        machine.reference(), LeaseKind.EXPORT, request, true, progress -> exports.of(machine));
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
        LeaseKind.EXPORT,
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
        LeaseKind.IMPORT,
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
      LeaseKind kind,
      LeaseRequest request,
      boolean alone,
      Function<TaskBody.Progress, Offer> prepare) {
    Lease lease = leases.add(about, kind, request);
    TaskBody holding =
        progress -> {
          lease.hold(progress, alone, prepare);
          return null;
        };
    boolean begun = false;
    try {
      if (kind == LeaseKind.IMPORT) {
        tasks.startBeside(request.task(), holding);
      } else {
        tasks.start(request.task(), holding);
      }
      begun = true;
    } finally {
      if (!begun) {
        leases.forget(lease);
      }
    }
    return lease.reference();
  }

  /** What working with a lease asks for, on the machine that it is about. */
  public String privilegeFor(ManagedObject lease) {
    return leases.require(lease).terms().kind().privilegeId();
  }

  /** Notes how far a client is, and that it is alive. */
  public void progress(ManagedObject lease, int percent) {
    if (percent < 0 || percent > 100) {
      throw Faults.invalidArgument("percent");
    }
    leases.require(lease).progress(percent);
  }

  /** Ends a lease whose client has all it wanted. */
  public void complete(ManagedObject lease) {
    leases.require(lease).complete();
  }

  /** Ends a lease whose client gives up, for a reason that others will see. */
  public void abort(ManagedObject lease, @Nullable LocalizedMethodFault fault) {
    leases
        .require(lease)
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
    for (LeasedFile file : leases.require(lease).files()) {
      file.transferred().ifPresent(entries::add);
    }
    return entries;
  }

  /** Says which checksums the manifest is to have; the key is a device's or a file's address. */
  public void checksumTypes(ManagedObject object, List<KeyValue> types) {
    Lease lease = leases.require(object);
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

  /** Ends all leases, and gives no more. */
  @Override
  public void close() {
    leases.endAll();
  }
}
