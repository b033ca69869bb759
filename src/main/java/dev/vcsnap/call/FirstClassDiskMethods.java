package dev.vcsnap.call;

import dev.vcsnap.datastore.Datastore;
import dev.vcsnap.datastore.FcdRecord;
import dev.vcsnap.disk.convert.BaseDisk.Provisioning;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.storage.FirstClassDiskProjection;
import dev.vcsnap.storage.FirstClassDisks;
import dev.vcsnap.storage.FirstClassSnapshots;
import dev.vcsnap.storage.Located;
import dev.vcsnap.task.TaskBody;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.ID;
import dev.vcsnap.vim.KeyValue;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.VStorageObjectStateInfo;
import dev.vcsnap.vim.VslmCloneSpec;
import dev.vcsnap.vim.VslmCreateSpec;
import dev.vcsnap.vim.VslmCreateSpecBackingSpec;
import dev.vcsnap.vim.VslmCreateSpecDiskFileBackingSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** First class disks and their snapshots, by id and datastore. */
final class FirstClassDiskMethods implements MethodTable.Contributor {

  private static final String TYPE = "VcenterVStorageObjectManager";

  /** What is done to one disk at once. */
  private interface Query {
    @Nullable Object of(Located store, String id, Arguments arguments);
  }

  /** What is done to one disk in a task. */
  private interface Work {
    @Nullable Object on(Located store, String id, Arguments arguments, TaskBody.Progress progress);
  }

  private final StorageCalls calls;
  private final FirstClassDisks disks;
  private final FirstClassSnapshots snapshots;
  private final FirstClassDiskProjection projection;

  FirstClassDiskMethods(
      StorageCalls calls,
      FirstClassDisks disks,
      FirstClassSnapshots snapshots,
      FirstClassDiskProjection projection) {
    this.calls = calls;
    this.disks = disks;
    this.snapshots = snapshots;
    this.projection = projection;
  }

  @Override
  public void contribute(MethodTable table) {
    table
        .on(TYPE, "CreateDisk_Task", this::create)
        .on(TYPE, "RegisterDisk", this::register)
        .on(TYPE, "ListVStorageObject", this::list)
        .on(TYPE, "ReconcileDatastoreInventory_Task", this::reconcile);
    disks(table);
    snapshots(table);
  }

  private void disks(MethodTable table) {
    query(
        table,
        "RetrieveVStorageObject",
        (store, id, arguments) -> projection.of(store, disks.find(in(store), id)));
    query(
        table,
        "RetrieveVStorageObjectState",
        (store, id, arguments) -> {
          disks.find(in(store), id);
          var state = new VStorageObjectStateInfo();
          state.tentative = false;
          return state;
        });
    query(
        table,
        "RenameVStorageObject",
        (store, id, arguments) -> {
          disks.rename(in(store), id, arguments.string("name"));
          return null;
        });
    for (boolean on : new boolean[] {true, false}) {
      query(
          table,
          (on ? "Set" : "Clear") + "VStorageObjectControlFlags",
          (store, id, arguments) -> {
            disks.flags(in(store), id, arguments.list("controlFlags", String.class), on);
            return null;
          });
    }
    work(
        table,
        "DeleteVStorageObject_Task",
        (store, id, arguments, progress) -> {
          disks.delete(in(store), id);
          return null;
        });
    work(
        table,
        "ExtendDisk_Task",
        (store, id, arguments, progress) -> {
          disks.extend(in(store), id, arguments.longInteger("newCapacityInMB"), progress);
          return null;
        });
    work(
        table,
        "InflateDisk_Task",
        (store, id, arguments, progress) -> {
          disks.inflate(in(store), id, progress);
          return null;
        });
    work(table, "CloneVStorageObject_Task", this::clone);
  }

  private void snapshots(MethodTable table) {
    work(
        table,
        "VStorageObjectCreateSnapshot_Task",
        (store, id, arguments, progress) ->
            FirstClassDiskProjection.id(
                snapshots.create(in(store), id, arguments.string("description")).id()));
    work(
        table,
        "DeleteSnapshot_Task",
        (store, id, arguments, progress) -> {
          snapshots.delete(in(store), id, snapshotId(arguments), progress);
          return null;
        });
    work(
        table,
        "RevertVStorageObject_Task",
        (store, id, arguments, progress) -> {
          snapshots.revert(in(store), id, snapshotId(arguments));
          return null;
        });
    work(
        table,
        "CreateDiskFromSnapshot_Task",
        (store, id, arguments, progress) -> {
          var wish =
              new FirstClassDisks.Wish(
                  arguments.string("name"), arguments.optionalString("path"), false, Map.of());
          FcdRecord made =
              snapshots.createDisk(in(store), id, snapshotId(arguments), wish, progress);
          return projection.of(store, made);
        });
    query(
        table,
        "RetrieveSnapshotInfo",
        (store, id, arguments) -> FirstClassDiskProjection.snapshots(disks.find(in(store), id)));
    query(
        table,
        "RetrieveSnapshotDetails",
        (store, id, arguments) ->
            FirstClassDiskProjection.details(
                in(store), snapshots.details(in(store), id, snapshotId(arguments))));
    query(
        table,
        "VstorageObjectVCenterQueryChangedDiskAreas",
        (store, id, arguments) ->
            snapshots.changed(
                in(store),
                id,
                snapshotId(arguments),
                arguments.longInteger("startOffset"),
                arguments.string("changeId")));
  }

  private void query(MethodTable table, String method, Query query) {
    table.on(
        TYPE,
        method,
        (context, self, arguments) -> {
          Located store = calls.root(arguments.reference("datastore"));
          String id = arguments.data("id", ID.class).id;
          return StorageCalls.naming(store, () -> query.of(store, id, arguments));
        });
  }

  private void work(MethodTable table, String method, Work work) {
    table.on(
        TYPE,
        method,
        (context, self, arguments) -> {
          Located store = calls.root(arguments.reference("datastore"));
          String id = arguments.data("id", ID.class).id;
          return calls.start(
              context, self, arguments, store, progress -> work.on(store, id, arguments, progress));
        });
  }

  private ManagedObjectReference create(
      CallContext context, ManagedObject self, Arguments arguments) {
    var spec = arguments.data("spec", VslmCreateSpec.class);
    if (spec.crypto != null) {
      throw Faults.notSupported("CreateDisk_Task of an encrypted disk");
    }
    Located store = storeOf(spec.backingSpec);
    Provisioning asked = provisioning(spec.backingSpec);
    Provisioning provisioning = asked == null ? Provisioning.THIN : asked;
    var wish =
        new FirstClassDisks.Wish(
            spec.name,
            spec.backingSpec.path,
            Boolean.TRUE.equals(spec.keepAfterDeleteVm),
            metadata(spec.metadata));
    return calls.start(
        context,
        self,
        arguments,
        store,
        progress ->
            projection.of(
                store, disks.create(in(store), wish, spec.capacityInMB, provisioning, progress)));
  }

  private Object clone(Located store, String id, Arguments arguments, TaskBody.Progress progress) {
    var spec = arguments.data("spec", VslmCloneSpec.class);
    Located target = storeOf(spec.backingSpec);
    var wish =
        new FirstClassDisks.Wish(
            spec.name,
            spec.backingSpec.path,
            Boolean.TRUE.equals(spec.keepAfterDeleteVm),
            metadata(spec.metadata));
    FcdRecord made =
        disks.clone(in(store), id, in(target), wish, provisioning(spec.backingSpec), progress);
    return projection.of(target, made);
  }

  private Object register(CallContext context, ManagedObject self, Arguments arguments) {
    Located file = calls.locate(arguments.string("path"));
    String name = arguments.optionalString("name");
    return StorageCalls.naming(file, () -> projection.of(file, disks.register(file.file(), name)));
  }

  private Object list(CallContext context, ManagedObject self, Arguments arguments) {
    Located store = calls.root(arguments.reference("datastore"));
    return StorageCalls.naming(
        store, () -> disks.list(in(store)).stream().map(FirstClassDiskProjection::id).toList());
  }

  private ManagedObjectReference reconcile(
      CallContext context, ManagedObject self, Arguments arguments) {
    Located store = calls.root(arguments.reference("datastore"));
    return calls.start(
        context,
        self,
        arguments,
        store,
        progress -> {
          disks.reconcile(in(store));
          return null;
        });
  }

  private Located storeOf(@Nullable VslmCreateSpecBackingSpec backing) {
    if (backing == null || backing.datastore == null) {
      throw Faults.invalidArgument("spec.backingSpec.datastore");
    }
    return calls.root(backing.datastore);
  }

  private static Datastore in(Located store) {
    return store.file().datastore();
  }

  private static String snapshotId(Arguments arguments) {
    return arguments.data("snapshotId", ID.class).id;
  }

  private static @Nullable Provisioning provisioning(VslmCreateSpecBackingSpec backing) {
    if (!(backing instanceof VslmCreateSpecDiskFileBackingSpec file)) {
      throw Faults.notSupported("a first class disk that is not backed by a file");
    }
    if (file.provisioningType == null) {
      return null;
    }
    return switch (file.provisioningType) {
      case "thin" -> Provisioning.THIN;
      case "lazyZeroedThick" -> Provisioning.LAZY_THICK;
      case "eagerZeroedThick" -> Provisioning.EAGER_THICK;
      default -> throw Faults.invalidArgument("spec.backingSpec.provisioningType");
    };
  }

  private static Map<String, String> metadata(@Nullable List<KeyValue> pairs) {
    Map<String, String> metadata = new LinkedHashMap<>();
    if (pairs != null) {
      pairs.forEach(pair -> metadata.put(pair.key, pair.value));
    }
    return metadata;
  }
}
