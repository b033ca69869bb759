package dev.vcsnap.call;

import dev.vcsnap.disk.convert.BaseDisk.Provisioning;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.storage.AttachedDisks;
import dev.vcsnap.storage.Located;
import dev.vcsnap.storage.VirtualDisks;
import dev.vcsnap.task.TaskBody;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.FileBackedVirtualDiskSpec;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.VirtualDiskSpec;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Virtual disks by the paths of their descriptors. */
final class VirtualDiskMethods implements MethodTable.Contributor {

  private static final String TYPE = "VirtualDiskManager";

  /** What is done to one disk in a task. */
  private interface Work {
    void on(Located disk, TaskBody.Progress progress);
  }

  private final StorageCalls calls;
  private final VirtualDisks disks;
  private final AttachedDisks attached;

  VirtualDiskMethods(StorageCalls calls, VirtualDisks disks, AttachedDisks attached) {
    this.calls = calls;
    this.disks = disks;
    this.attached = attached;
  }

  @Override
  public void contribute(MethodTable table) {
    table
        .on(TYPE, "CreateVirtualDisk_Task", this::create)
        .on(TYPE, "CopyVirtualDisk_Task", this::copy)
        .on(TYPE, "MoveVirtualDisk_Task", this::move)
        .on(TYPE, "ExtendVirtualDisk_Task", this::extend)
        .on(TYPE, "SetVirtualDiskUuid", this::setUuid);
    work(table, "DeleteVirtualDisk_Task", (disk, progress) -> disks.delete(disk.file()));
    work(table, "InflateVirtualDisk_Task", (disk, task) -> disks.inflate(disk.file(), task));
    work(table, "EagerZeroVirtualDisk_Task", (disk, task) -> disks.eagerZero(disk.file(), task));
    work(table, "ZeroFillVirtualDisk_Task", (disk, task) -> disks.zeroFill(disk.file(), task));
    work(table, "ShrinkVirtualDisk_Task", (disk, task) -> disks.shrink(disk.file(), task));
    // A flat disk is in one piece as far as the host tells.
    work(table, "DefragmentVirtualDisk_Task", (disk, task) -> disks.fragmentation(disk.file()));
    query(table, "QueryVirtualDiskUuid", disk -> disks.uuid(disk.file()));
    query(table, "QueryVirtualDiskGeometry", disk -> disks.geometry(disk.file()));
    query(table, "QueryVirtualDiskFragmentation", disk -> disks.fragmentation(disk.file()));
  }

  private void work(MethodTable table, String method, Work work) {
    table.on(
        TYPE,
        method,
        (context, self, arguments) -> {
          Located disk = locate(arguments);
          return calls.start(
              context,
              self,
              arguments,
              disk,
              progress -> {
                work.on(disk, progress);
                return null;
              });
        });
  }

  private void query(MethodTable table, String method, Function<Located, Object> query) {
    table.on(
        TYPE,
        method,
        (context, self, arguments) -> {
          Located disk = locate(arguments);
          return StorageCalls.naming(disk, () -> query.apply(disk));
        });
  }

  private Located locate(Arguments arguments) {
    return calls.locate(arguments, "name", "datacenter");
  }

  private ManagedObjectReference create(
      CallContext context, ManagedObject self, Arguments arguments) {
    Located disk = locate(arguments);
    if (!(arguments.data("spec", VirtualDiskSpec.class)
        instanceof FileBackedVirtualDiskSpec spec)) {
      throw Faults.notSupported("CreateVirtualDisk_Task of a disk that is not backed by a file");
    }
    if (spec.crypto != null) {
      throw Faults.notSupported("CreateVirtualDisk_Task of an encrypted disk");
    }
    Provisioning provisioning = provisioning(spec, "spec.diskType");
    String adapter = adapter(spec, "spec.adapterType");
    long bytes = bytes(spec.capacityKb, "spec.capacityKb");
    return calls.start(
        context,
        self,
        arguments,
        disk,
        progress -> {
          disks.create(disk.file(), bytes, provisioning, adapter, progress);
          return disk.file().toString();
        });
  }

  private ManagedObjectReference copy(
      CallContext context, ManagedObject self, Arguments arguments) {
    Located source = source(arguments);
    Located target = target(arguments);
    VirtualDiskSpec spec = arguments.optionalData("destSpec", VirtualDiskSpec.class);
    Provisioning provisioning = spec == null ? null : provisioning(spec, "destSpec.diskType");
    String adapter = spec == null ? null : adapter(spec, "destSpec.adapterType");
    boolean force = arguments.boolOr("force", false);
    return calls.start(
        context,
        self,
        arguments,
        target,
        progress -> {
          disks.copy(source.file(), target.file(), provisioning, adapter, force, progress);
          return target.file().toString();
        });
  }

  private ManagedObjectReference move(
      CallContext context, ManagedObject self, Arguments arguments) {
    Located source = source(arguments);
    Located target = target(arguments);
    boolean force = arguments.boolOr("force", false);
    return calls.start(
        context,
        self,
        arguments,
        source,
        progress -> {
          disks.move(source.file(), target.file(), force, progress);
          return target.file().toString();
        });
  }

  private ManagedObjectReference extend(
      CallContext context, ManagedObject self, Arguments arguments) {
    Located disk = locate(arguments);
    long bytes = bytes(arguments.longInteger("newCapacityKb"), "newCapacityKb");
    boolean eagerZero = arguments.boolOr("eagerZero", false);
    Optional<VirtualMachine> owner = attached.ownerOf(disk.file());
    if (owner.isPresent()) {
      return calls.startOn(
          context,
          self,
          arguments,
          disk,
          owner.get().object(),
          progress -> {
            attached.extend(owner.get(), disk.file(), bytes);
            return null;
          });
    }
    return calls.start(
        context,
        self,
        arguments,
        disk,
        progress -> {
          disks.extend(disk.file(), bytes, eagerZero, progress);
          return null;
        });
  }

  private @Nullable Object setUuid(CallContext context, ManagedObject self, Arguments arguments) {
    Located disk = locate(arguments);
    String uuid = arguments.string("uuid");
    return StorageCalls.naming(
        disk,
        () -> {
          disks.uuid(disk.file(), uuid);
          return null;
        });
  }

  private Located source(Arguments arguments) {
    return calls.locate(arguments, "sourceName", "sourceDatacenter");
  }

  private Located target(Arguments arguments) {
    return calls.locateDestination(arguments, "destName", "destDatacenter", "sourceDatacenter");
  }

  private static long bytes(long kilobytes, String parameter) {
    if (kilobytes <= 0 || kilobytes > Long.MAX_VALUE / 1024) {
      throw Faults.invalidArgument(parameter);
    }
    return kilobytes * 1024;
  }

  /** The names are {@code VirtualDiskType}'s. */
  private static Provisioning provisioning(VirtualDiskSpec spec, String parameter) {
    return switch (String.valueOf(spec.diskType)) {
      case "thin" -> Provisioning.THIN;
      case "preallocated", "thick" -> Provisioning.LAZY_THICK;
      case "eagerZeroedThick" -> Provisioning.EAGER_THICK;
      case "seSparse",
          "delta",
          "rdm",
          "rdmp",
          "raw",
          "sparse2Gb",
          "thick2Gb",
          "flatMonolithic",
          "sparseMonolithic" ->
          throw Faults.notSupported("a disk of the type " + spec.diskType);
      default -> throw Faults.invalidArgument(parameter);
    };
  }

  /** The names are {@code VirtualDiskAdapterType}'s; a descriptor spells them in lower case. */
  private static String adapter(VirtualDiskSpec spec, String parameter) {
    return switch (String.valueOf(spec.adapterType)) {
      case "ide" -> "ide";
      case "busLogic" -> "buslogic";
      case "lsiLogic" -> "lsilogic";
      default -> throw Faults.invalidArgument(parameter);
    };
  }
}
