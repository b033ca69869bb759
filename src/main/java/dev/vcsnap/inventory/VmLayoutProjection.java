package dev.vcsnap.inventory;

import dev.vcsnap.datastore.DatastorePath;
import dev.vcsnap.datastore.SnapshotEntry;
import dev.vcsnap.datastore.VmFile;
import dev.vcsnap.datastore.VmFileType;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.hardware.Place;
import dev.vcsnap.hardware.VmDisk;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.VirtualMachineFileLayout;
import dev.vcsnap.vim.VirtualMachineFileLayoutDiskLayout;
import dev.vcsnap.vim.VirtualMachineFileLayoutEx;
import dev.vcsnap.vim.VirtualMachineFileLayoutExDiskLayout;
import dev.vcsnap.vim.VirtualMachineFileLayoutExDiskUnit;
import dev.vcsnap.vim.VirtualMachineFileLayoutExFileInfo;
import dev.vcsnap.vim.VirtualMachineFileLayoutExSnapshotLayout;
import dev.vcsnap.vim.VirtualMachineFileLayoutSnapshotLayout;
import dev.vcsnap.vim.VirtualMachineStorageInfo;
import dev.vcsnap.vim.VirtualMachineStorageSummary;
import dev.vcsnap.vim.VirtualMachineUsageOnDatastore;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Turns the machine's folder into {@code layoutEx}, {@code layout} and {@code storage}: real files
 * with real sizes.
 */
final class VmLayoutProjection {

  private final VirtualMachine machine;
  private final Instant now;
  private final List<VmDisk> running;
  private final Map<SnapshotEntry, List<VmDisk>> frozen;
  private final Map<String, VirtualMachineFileLayoutExFileInfo> files = new LinkedHashMap<>();

  VmLayoutProjection(
      VirtualMachine machine,
      Instant now,
      List<VmDisk> running,
      Map<SnapshotEntry, List<VmDisk>> frozen) {
    this.machine = machine;
    this.now = now;
    this.running = running;
    this.frozen = frozen;
    Map<String, Long> allocated = allocatedBytes(machine);
    machine.files().files().forEach(file -> put(file, allocated));
    linksElsewhere().forEach(file -> put(file, allocated));
  }

  private void put(VmFile file, Map<String, Long> allocated) {
    var info = new VirtualMachineFileLayoutExFileInfo();
    info.key = files.size();
    info.name = file.path().toString();
    info.type = file.type().wireName();
    info.size = allocated.getOrDefault(info.name, file.sizeBytes());
    info.uniqueSize = info.size;
    info.backingObjectId = "";
    info.accessible = true;
    files.putIfAbsent(info.name, info);
  }

  /** The files of links that do not lie in the machine's folder: rule B25 wants whole units. */
  private List<VmFile> linksElsewhere() {
    List<VmFile> elsewhere = new ArrayList<>();
    for (VmDisk disk : running) {
      for (VmDisk.Link link : disk.links()) {
        if (!files.containsKey(link.fileName())) {
          unitFiles(link.fileName()).forEach(name -> found(name).ifPresent(elsewhere::add));
        }
      }
    }
    return elsewhere;
  }

  private Optional<VmFile> found(String name) {
    DatastorePath path = DatastorePath.parse(name);
    VmFileType type =
        name.matches(".*-(flat|sesparse|delta)\\.vmdk")
            ? VmFileType.DISK_EXTENT
            : VmFileType.DISK_DESCRIPTOR;
    return machine
        .files()
        .datastore()
        .entry(path)
        .map(entry -> new VmFile(path, type, entry.sizeBytes()));
  }

  /**
   * The storage behind the extents of the running chains: a thin extent takes less than its length.
   */
  private static Map<String, Long> allocatedBytes(VirtualMachine machine) {
    Map<String, Long> bytes = new HashMap<>();
    for (RunningDisk disk : machine.disks().values()) {
      for (Path link : disk.links()) {
        String extent = disk.descriptorOf(link).extents().getFirst().fileName();
        bytes.put(machine.nameOf(link.resolveSibling(extent)), disk.allocatedBytesOf(link));
      }
    }
    return bytes;
  }

  VirtualMachineFileLayoutEx layoutEx() {
    var layout = new VirtualMachineFileLayoutEx();
    layout.file = List.copyOf(files.values());
    layout.disk = running.stream().map(this::diskLayout).toList();
    layout.snapshot = frozen.keySet().stream().map(this::snapshotLayout).toList();
    layout.timestamp = now;
    return layout;
  }

  VirtualMachineFileLayout layout() {
    var layout = new VirtualMachineFileLayout();
    layout.configFile =
        files.values().stream()
            .filter(file ->
                file.type.equals(VmFileType.NVRAM.wireName())
                    || file.type.equals(VmFileType.SNAPSHOT_LIST.wireName()))
            .map(file -> file.name.substring(file.name.lastIndexOf('/') + 1))
            .toList();
    layout.disk =
        running.stream()
            .map(disk -> {
              var diskLayout = new VirtualMachineFileLayoutDiskLayout();
              diskLayout.key = Place.of(disk.node()).key();
              diskLayout.diskFile = disk.links().stream().map(VmDisk.Link::fileName).toList();
              return diskLayout;
            })
            .toList();
    layout.snapshot =
        frozen.keySet().stream()
            .map(snapshot -> {
              var snapshotLayout = new VirtualMachineFileLayoutSnapshotLayout();
              snapshotLayout.key = reference(snapshot);
              snapshotLayout.snapshotFile = List.of(pathOf(snapshot.vmsnFileName()));
              return snapshotLayout;
            })
            .toList();
    return layout;
  }

  VirtualMachineStorageInfo storage(ManagedObjectReference datastore) {
    VirtualMachineStorageSummary summary = storageSummary();
    var usage = new VirtualMachineUsageOnDatastore();
    usage.datastore = datastore;
    usage.committed = summary.committed;
    usage.uncommitted = summary.uncommitted;
    usage.unshared = summary.unshared;
    var storage = new VirtualMachineStorageInfo();
    storage.perDatastoreUsage = List.of(usage);
    storage.timestamp = now;
    return storage;
  }

  VirtualMachineStorageSummary storageSummary() {
    var summary = new VirtualMachineStorageSummary();
    summary.committed = files.values().stream().mapToLong(file -> file.size).sum();
    long provisioned = running.stream().mapToLong(VmDisk::capacityBytes).sum();
    summary.uncommitted = Math.max(0, provisioned - summary.committed);
    summary.unshared = summary.committed;
    summary.timestamp = now;
    return summary;
  }

  private VirtualMachineFileLayoutExDiskLayout diskLayout(VmDisk disk) {
    var layout = new VirtualMachineFileLayoutExDiskLayout();
    layout.key = Place.of(disk.node()).key();
    layout.chain = disk.links().stream().map(this::unit).toList();
    return layout;
  }

  /** The descriptor and the extent of a link; the tracking file is not part of the unit. */
  private VirtualMachineFileLayoutExDiskUnit unit(VmDisk.Link link) {
    List<Integer> keys = new ArrayList<>();
    for (String name : unitFiles(link.fileName())) {
      VirtualMachineFileLayoutExFileInfo file = files.get(name);
      if (file != null) {
        keys.add(file.key);
      }
    }
    var unit = new VirtualMachineFileLayoutExDiskUnit();
    unit.fileKey = keys;
    return unit;
  }

  private static List<String> unitFiles(String descriptor) {
    String stem = descriptor.substring(0, descriptor.length() - ".vmdk".length());
    return List.of(descriptor, stem + "-flat.vmdk", stem + "-sesparse.vmdk", stem + "-delta.vmdk");
  }

  private VirtualMachineFileLayoutExSnapshotLayout snapshotLayout(SnapshotEntry snapshot) {
    var layout = new VirtualMachineFileLayoutExSnapshotLayout();
    layout.key = reference(snapshot);
    layout.dataKey = keyOf(snapshot.vmsnFileName());
    layout.memoryKey = keyOf(snapshot.vmsnFileName().replaceFirst("\\.vmsn$", ".vmem"));
    layout.disk = frozen.getOrDefault(snapshot, List.of()).stream().map(this::diskLayout).toList();
    return layout;
  }

  private int keyOf(String fileName) {
    VirtualMachineFileLayoutExFileInfo file = files.get(pathOf(fileName));
    return file == null ? -1 : file.key;
  }

  private String pathOf(String fileName) {
    return machine.files().pathOf(fileName).toString();
  }

  private ManagedObjectReference reference(SnapshotEntry snapshot) {
    return new ManagedObjectReference("VirtualMachineSnapshot", machine.snapshotId(snapshot.uid()));
  }
}
