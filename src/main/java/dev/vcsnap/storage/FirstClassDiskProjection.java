package dev.vcsnap.storage;

import dev.vcsnap.datastore.Datastore;
import dev.vcsnap.datastore.FcdRecord;
import dev.vcsnap.datastore.StoredDisk;
import dev.vcsnap.datastore.StoredFile;
import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.vim.BaseConfigInfoDiskFileBackingInfo;
import dev.vcsnap.vim.ID;
import dev.vcsnap.vim.KeyValue;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.VStorageObject;
import dev.vcsnap.vim.VStorageObjectConfigInfo;
import dev.vcsnap.vim.VStorageObjectSnapshotDetails;
import dev.vcsnap.vim.VStorageObjectSnapshotInfo;
import dev.vcsnap.vim.VStorageObjectSnapshotInfoVStorageObjectSnapshot;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** Shows first class disks and their snapshots to clients. */
public final class FirstClassDiskProjection {

  private final DiskFactory factory;

  FirstClassDiskProjection(DiskFactory factory) {
    this.factory = factory;
  }

  /** A disk as its record and its descriptors say. */
  public VStorageObject of(Located where, FcdRecord record) {
    Datastore datastore = where.file().datastore();
    StoredDisk leaf = StoredDisk.read(FirstClassDisks.fileOf(datastore, record));
    var config = new VStorageObjectConfigInfo();
    config.id = id(record.id());
    config.name = record.name();
    config.createTime = record.created();
    config.keepAfterDeleteVm = record.keepAfterDeleteVm();
    config.relocationDisabled = record.relocationDisabled();
    config.nativeSnapshotSupported = false;
    config.changedBlockTrackingEnabled = leaf.descriptor().changeTrackPath().isPresent();
    config.capacityInMB = leaf.descriptor().sectors() >> 11;
    config.consumptionType = List.of("disk");
    config.backing = backing(where.store().reference(), datastore, leaf.file().file());
    config.metadata =
        record.metadata().entrySet().stream()
            .map(entry -> {
              var pair = new KeyValue();
              pair.key = entry.getKey();
              pair.value = entry.getValue();
              return pair;
            })
            .toList();
    var disk = new VStorageObject();
    disk.config = config;
    return disk;
  }

  private BaseConfigInfoDiskFileBackingInfo backing(
      ManagedObjectReference store, Datastore datastore, Path leaf) {
    List<Path> chain = factory.linksOf(leaf);
    StoredFile base = new StoredFile(datastore, datastore.nameOf(chain.getFirst()));
    String provisioning =
        switch (StoredDisk.read(base).provisioning()) {
          case THIN -> "thin";
          case LAZY_THICK -> "lazyZeroedThick";
          case EAGER_THICK -> "eagerZeroedThick";
        };
    BaseConfigInfoDiskFileBackingInfo above = null;
    for (Path link : chain) {
      var backing = new BaseConfigInfoDiskFileBackingInfo();
      backing.datastore = store;
      backing.filePath = datastore.nameOf(link).toString();
      backing.provisioningType = provisioning;
      if (above != null) {
        backing.parent = above;
        StoredDisk delta = StoredDisk.read(new StoredFile(datastore, datastore.nameOf(link)));
        backing.deltaSizeInMB = delta.storedBytes() >> 20;
      }
      above = backing;
    }
    return Objects.requireNonNull(above);
  }

  /** An id as the interface wraps it. */
  public static ID id(String value) {
    var id = new ID();
    id.id = value;
    return id;
  }

  /** The snapshots, the oldest first. */
  public static VStorageObjectSnapshotInfo snapshots(FcdRecord record) {
    var info = new VStorageObjectSnapshotInfo();
    info.snapshots =
        record.snapshots().stream()
            .map(snapshot -> {
              var shown = new VStorageObjectSnapshotInfoVStorageObjectSnapshot();
              shown.id = id(snapshot.id());
              shown.createTime = snapshot.created();
              shown.description = snapshot.description();
              return shown;
            })
            .toList();
    return info;
  }

  /** Where a snapshot's bytes are, and the moment that it froze. */
  public static VStorageObjectSnapshotDetails details(
      Datastore datastore, FirstClassSnapshots.Details details) {
    var shown = new VStorageObjectSnapshotDetails();
    shown.path = "[" + datastore.name() + "] " + details.snapshot().path();
    shown.changedBlockTrackingId = details.changeId().orElse(null);
    return shown;
  }
}
