package dev.vcsnap.call;

import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.inventory.VirtualMachines;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.quiesce.QuiesceSpec;
import dev.vcsnap.quiesce.VssOptions;
import dev.vcsnap.snapshot.SnapshotRequest;
import dev.vcsnap.snapshot.SnapshotService;
import dev.vcsnap.task.TaskBody;
import dev.vcsnap.task.TaskRequest;
import dev.vcsnap.task.TaskService;
import dev.vcsnap.vim.ArrayOf;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.SnapshotSelectionSpec;
import dev.vcsnap.vim.StorageRequirement;
import dev.vcsnap.vim.TypeRef;
import dev.vcsnap.vim.VirtualMachineGuestQuiesceSpec;
import dev.vcsnap.vim.VirtualMachineWindowsQuiesceSpec;
import dev.vcsnap.vim.VirtualMachineWindowsQuiesceSpecVssBackupContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The snapshot operations of a virtual machine and of its snapshots. */
public final class SnapshotMethods implements MethodTable.Contributor {

  private static final String MACHINE = "VirtualMachine";
  private static final String SNAPSHOT = "VirtualMachineSnapshot";

  /** Rule A9, in minutes. */
  private static final int QUIESCE_TIMEOUT_MIN = 5;

  private static final int QUIESCE_TIMEOUT_MAX = 240;

  /** VSS_BT_OTHER; the interface's documentation names VSS_BACKUP_TYPE's numbers. */
  private static final int VSS_BACKUP_TYPE_MAX = 6;

  private final VirtualMachines machines;
  private final TaskService tasks;
  private final SnapshotService snapshots;

  public SnapshotMethods(VirtualMachines machines, TaskService tasks, SnapshotService snapshots) {
    this.machines = machines;
    this.tasks = tasks;
    this.snapshots = snapshots;
  }

  @Override
  public void contribute(MethodTable table) {
    table
        .on(MACHINE, "CreateSnapshot_Task", this::create)
        .on(MACHINE, "CreateSnapshotEx_Task", this::createEx)
        .on(MACHINE, "RevertToCurrentSnapshot_Task", this::revertToCurrent)
        .on(MACHINE, "RemoveAllSnapshots_Task", this::removeAll)
        .on(MACHINE, "ConsolidateVMDisks_Task", this::consolidate)
        .on(MACHINE, "EstimateStorageForConsolidateSnapshots_Task", this::estimate)
        .on(MACHINE, "PowerOffVM_Task", this::powerOff)
        .on(SNAPSHOT, "RevertToSnapshot_Task", this::revert)
        .on(SNAPSHOT, "RemoveSnapshot_Task", this::remove)
        .on(SNAPSHOT, "RenameSnapshot", this::rename);
  }

  private @Nullable Object create(CallContext context, ManagedObject self, Arguments arguments) {
    return create(
        context,
        self,
        arguments,
        arguments.bool("quiesce") ? Optional.of(QuiesceSpec.DEFAULT) : Optional.empty(),
        "VirtualMachine.createSnapshot");
  }

  private @Nullable Object createEx(CallContext context, ManagedObject self, Arguments arguments) {
    var spec = arguments.optionalData("quiesceSpec", VirtualMachineGuestQuiesceSpec.class);
    return create(
        context,
        self,
        arguments,
        Optional.ofNullable(spec).map(SnapshotMethods::quiesceSpec),
        "VirtualMachine.createSnapshotEx");
  }

  /** Rule A9: refused at the call, before there is a task. */
  private static QuiesceSpec quiesceSpec(VirtualMachineGuestQuiesceSpec spec) {
    if (spec.timeout != null
        && (spec.timeout < QUIESCE_TIMEOUT_MIN || spec.timeout > QUIESCE_TIMEOUT_MAX)) {
      throw Faults.invalidArgument("quiesceSpec.timeout");
    }
    return new QuiesceSpec(
        Optional.ofNullable(spec.timeout).map(Duration::ofMinutes),
        spec instanceof VirtualMachineWindowsQuiesceSpec windows
            ? Optional.of(vssOptions(windows))
            : Optional.empty());
  }

  private static VssOptions vssOptions(VirtualMachineWindowsQuiesceSpec spec) {
    VssOptions otherwise = VssOptions.DEFAULT;
    int type = spec.vssBackupType == null ? otherwise.backupType() : spec.vssBackupType;
    if (type < 0 || type > VSS_BACKUP_TYPE_MAX) {
      throw Faults.invalidArgument("quiesceSpec.vssBackupType");
    }
    String asked = spec.vssBackupContext == null ? otherwise.context() : spec.vssBackupContext;
    if (VirtualMachineWindowsQuiesceSpecVssBackupContext.TYPE.valueOf(asked) == null) {
      throw Faults.invalidArgument("quiesceSpec.vssBackupContext");
    }
    return new VssOptions(
        type,
        Boolean.TRUE.equals(spec.vssBootableSystemState),
        Boolean.TRUE.equals(spec.vssPartialFileSupport),
        asked);
  }

  private ManagedObjectReference create(
      CallContext context,
      ManagedObject self,
      Arguments arguments,
      Optional<QuiesceSpec> quiesce,
      String descriptionId) {
    VirtualMachine machine = machines.of(self);
    if (machine.isTemplate()) {
      throw Faults.notSupported(arguments.method().name() + " on a template");
    }
    String name = arguments.string("name");
    SnapshotService.requireName(machine, name);
    String description = arguments.optionalString("description");
    var request =
        new SnapshotRequest(
            name, description == null ? "" : description, arguments.bool("memory"), quiesce);
    return start(
        context,
        machine,
        arguments,
        descriptionId,
        progress ->
            new ManagedObjectReference(
                SNAPSHOT, machine.snapshotId(snapshots.create(machine, request, progress))));
  }

  private @Nullable Object revert(CallContext context, ManagedObject self, Arguments arguments) {
    VirtualMachine machine = machines.ownerOf(self);
    int uid = uid(machine, self);
    boolean suppressPowerOn = arguments.boolOr("suppressPowerOn", false);
    requireOwnHost(machine, arguments);
    return start(
        context,
        machine,
        arguments,
        "vm.Snapshot.revert",
        progress -> {
          snapshots.revert(machine, uid, suppressPowerOn, progress);
          return null;
        });
  }

  private @Nullable Object revertToCurrent(
      CallContext context, ManagedObject self, Arguments arguments) {
    VirtualMachine machine = machines.of(self);
    boolean suppressPowerOn = arguments.boolOr("suppressPowerOn", false);
    requireOwnHost(machine, arguments);
    return start(
        context,
        machine,
        arguments,
        "VirtualMachine.revertToCurrentSnapshot",
        progress -> {
          snapshots.revertToCurrent(machine, suppressPowerOn, progress);
          return null;
        });
  }

  private @Nullable Object remove(CallContext context, ManagedObject self, Arguments arguments) {
    VirtualMachine machine = machines.ownerOf(self);
    int uid = uid(machine, self);
    boolean children = arguments.bool("removeChildren");
    boolean consolidate = arguments.boolOr("consolidate", true);
    return start(
        context,
        machine,
        arguments,
        "vm.Snapshot.remove",
        progress -> {
          snapshots.remove(machine, uid, children, consolidate, progress);
          return null;
        });
  }

  private @Nullable Object removeAll(CallContext context, ManagedObject self, Arguments arguments) {
    VirtualMachine machine = machines.of(self);
    var spec = arguments.optionalData("spec", SnapshotSelectionSpec.class);
    Integer days = spec == null ? null : spec.retentionDays;
    if (days != null && days < 0) {
      throw Faults.invalidArgument("spec.retentionDays");
    }
    boolean consolidate = arguments.boolOr("consolidate", true);
    return start(
        context,
        machine,
        arguments,
        "VirtualMachine.removeAllSnapshots",
        progress -> {
          if (days == null) {
            snapshots.removeAll(machine, consolidate, progress);
          } else {
            snapshots.removeOlder(machine, days, consolidate, progress);
          }
          return null;
        });
  }

  private @Nullable Object consolidate(
      CallContext context, ManagedObject self, Arguments arguments) {
    VirtualMachine machine = machines.of(self);
    return start(
        context,
        machine,
        arguments,
        "VirtualMachine.consolidateDisks",
        progress -> {
          snapshots.consolidate(machine, progress);
          return null;
        });
  }

  private @Nullable Object estimate(CallContext context, ManagedObject self, Arguments arguments) {
    VirtualMachine machine = machines.of(self);
    return start(
        context,
        machine,
        arguments,
        "VirtualMachine.estimateStorageRequirement",
        progress -> {
          var requirement = new StorageRequirement();
          requirement.datastore = machine.placement().datastore();
          requirement.freeSpaceRequiredInKb =
              Math.ceilDiv(snapshots.estimateConsolidation(machine), 1024);
          return new ArrayOf(
              new TypeRef(TypeRef.Kind.DATA, StorageRequirement.TYPE.name(), false),
              List.of(requirement));
        });
  }

  private @Nullable Object powerOff(CallContext context, ManagedObject self, Arguments arguments) {
    VirtualMachine machine = machines.of(self);
    return start(
        context,
        machine,
        arguments,
        "VirtualMachine.powerOff",
        progress -> {
          snapshots.powerOff(machine, progress);
          return null;
        });
  }

  /** The host must be the machine's: a revert moves no machine to another one. */
  private static void requireOwnHost(VirtualMachine machine, Arguments arguments) {
    ManagedObjectReference host = arguments.optionalReference("host");
    if (host != null && !host.equals(machine.placement().host())) {
      throw Faults.notSupported(arguments.method().name() + " with another host");
    }
  }

  private @Nullable Object rename(CallContext context, ManagedObject self, Arguments arguments) {
    VirtualMachine machine = machines.ownerOf(self);
    int uid = uid(machine, self);
    return tasks.runNow(
        request(context, machine, arguments, "vm.Snapshot.rename"),
        progress -> {
          snapshots.rename(
              machine,
              uid,
              arguments.optionalString("name"),
              arguments.optionalString("description"));
          return null;
        });
  }

  private static int uid(VirtualMachine machine, ManagedObject snapshot) {
    return machine.uidOf(snapshot.id()).orElseThrow(() -> Faults.notFound(snapshot.reference()));
  }

  /** The entity is the machine, also for methods of its snapshots (rule D3). */
  private ManagedObjectReference start(
      CallContext context,
      VirtualMachine machine,
      Arguments arguments,
      String descriptionId,
      TaskBody body) {
    return tasks.start(request(context, machine, arguments, descriptionId), body);
  }

  private static TaskRequest request(
      CallContext context, VirtualMachine machine, Arguments arguments, String descriptionId) {
    return new TaskRequest(
        machine.object(),
        arguments.method().name(),
        descriptionId,
        context.requireSession().userName());
  }
}
