package dev.vcsnap.inventory;

import dev.vcsnap.datastore.Datastore;
import dev.vcsnap.datastore.DatastorePath;
import dev.vcsnap.datastore.FileSystemType;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.vim.DatastoreCapability;
import dev.vcsnap.vim.DatastoreHostMount;
import dev.vcsnap.vim.DatastoreInfo;
import dev.vcsnap.vim.DatastoreSummary;
import dev.vcsnap.vim.HostMountInfo;
import dev.vcsnap.vim.HostNasVolume;
import dev.vcsnap.vim.HostScsiDiskPartition;
import dev.vcsnap.vim.HostVmfsVolume;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.NasDatastoreInfo;
import dev.vcsnap.vim.VmfsDatastoreInfo;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows a datastore as the kind of volume that decides its disks' deltas (part F), sizes read at
 * each request.
 *
 * <p>The URL is the plain local folder and not {@code ds:///vmfs/…}: tools on the same machine go
 * there, and other emulators made them used to it. A folder that cannot be asked is an inaccessible
 * datastore, as a lost volume is.
 */
final class DatastoreProjection {

  private static final Logger LOG = LoggerFactory.getLogger(DatastoreProjection.class);

  private static final long FILE_BYTES_MAX = 64L << 40;
  private static final long DISK_BYTES_MAX = 62L << 40;
  private static final int MIB = 1 << 20;

  /** What the folder's file system answers now. */
  private record Space(boolean accessible, long capacityBytes, long freeBytes) {}

  private final Datastore datastore;
  private final Clock clock;

  DatastoreProjection(Datastore datastore, Clock clock) {
    this.datastore = datastore;
    this.clock = clock;
  }

  void fill(Draft draft, List<ManagedObjectReference> hosts) {
    ManagedObjectReference reference = draft.reference();
    draft
        .set("capability", capability())
        .set("host", hosts.stream().map(this::mount).toList())
        .set("vm", List.of())
        .object()
        .computed("info", session -> info())
        .computed("summary", session -> summary(reference, hosts.size() > 1));
  }

  private DatastoreInfo info() {
    Space space = space();
    DatastoreInfo info;
    if (datastore.type().isVmfs()) {
      var vmfs = new VmfsDatastoreInfo();
      vmfs.maxPhysicalRDMFileSize = FILE_BYTES_MAX;
      vmfs.maxVirtualRDMFileSize = DISK_BYTES_MAX;
      vmfs.vmfs = volume(space);
      info = vmfs;
    } else {
      var nas = new NasDatastoreInfo();
      nas.nas = share(space);
      info = nas;
    }
    info.name = datastore.name();
    info.url = datastore.url();
    info.freeSpace = space.freeBytes;
    info.maxFileSize = FILE_BYTES_MAX;
    info.maxVirtualDiskCapacity = DISK_BYTES_MAX;
    info.maxMemoryFileSize = FILE_BYTES_MAX;
    info.timestamp = clock.now();
    return info;
  }

  private HostVmfsVolume volume(Space space) {
    var partition = new HostScsiDiskPartition();
    partition.diskName = "mpx.vmhba0:C0:T0:L0";
    partition.partition = 1;
    var volume = new HostVmfsVolume();
    volume.type = datastore.type().wireName();
    volume.name = datastore.name();
    volume.capacity = space.capacityBytes;
    volume.blockSizeMb = 1;
    volume.blockSize = MIB >> 10;
    volume.maxBlocks = Integer.MAX_VALUE;
    boolean current = datastore.type() == FileSystemType.VMFS6;
    volume.majorVersion = current ? 6 : 5;
    volume.version = current ? "6.82" : "5.81";
    volume.uuid = datastore.uuid();
    volume.extent = List.of(partition);
    volume.vmfsUpgradable = false;
    volume.local = true;
    return volume;
  }

  private HostNasVolume share(Space space) {
    var share = new HostNasVolume();
    share.type = datastore.type().wireName();
    share.name = datastore.name();
    share.capacity = space.capacityBytes;
    share.remoteHost = "127.0.0.1";
    share.remotePath = datastore.root().toString();
    share.userName = "";
    share.remoteHostNames = List.of(share.remoteHost);
    share.securityType = "AUTH_SYS";
    share.protocolEndpoint = false;
    return share;
  }

  private DatastoreSummary summary(ManagedObjectReference reference, boolean shared) {
    Space space = space();
    var summary = new DatastoreSummary();
    summary.datastore = reference;
    summary.name = datastore.name();
    summary.url = datastore.url();
    summary.capacity = space.capacityBytes;
    summary.freeSpace = space.freeBytes;
    summary.uncommitted = 0L;
    summary.accessible = space.accessible;
    summary.multipleHostAccess = shared;
    summary.type = datastore.type().wireName();
    summary.maintenanceMode = "normal";
    return summary;
  }

  private DatastoreHostMount mount(ManagedObjectReference host) {
    var mount = new DatastoreHostMount();
    mount.key = host;
    mount.mountInfo = new HostMountInfo();
    // What absolute names in configurations begin with, which libvirt looks for here.
    mount.mountInfo.path = datastore.absoluteName(new DatastorePath(datastore.name(), ""));
    mount.mountInfo.accessMode = "readWrite";
    mount.mountInfo.mounted = true;
    mount.mountInfo.accessible = true;
    return mount;
  }

  private Space space() {
    try {
      return new Space(true, datastore.capacityBytes(), datastore.freeBytes());
    } catch (BlockError e) {
      LOG.warn("Datastore {} is shown as inaccessible: {}", datastore.name(), e.getMessage());
      return new Space(false, 0, 0);
    }
  }

  private DatastoreCapability capability() {
    var capability = new DatastoreCapability();
    capability.directoryHierarchySupported = true;
    capability.rawDiskMappingsSupported = false;
    capability.perFileThinProvisioningSupported = true;
    capability.topLevelDirectoryCreateSupported = true;
    capability.seSparseSupported = datastore.type().isVmfs();
    capability.vmfsSparseSupported = true;
    capability.vmdkExpandSupported = true;
    return capability;
  }
}
