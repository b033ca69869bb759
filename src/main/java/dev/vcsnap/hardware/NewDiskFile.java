package dev.vcsnap.hardware;

import dev.vcsnap.datastore.Datastore;
import dev.vcsnap.datastore.DatastorePath;
import dev.vcsnap.datastore.DatastorePathException;
import dev.vcsnap.datastore.DiskNames;
import dev.vcsnap.datastore.VmDirectory;
import dev.vcsnap.vim.FileAlreadyExists;
import dev.vcsnap.vim.FileFault;
import dev.vcsnap.vim.FileNotFound;
import dev.vcsnap.vim.VimException;
import dev.vcsnap.vim.VirtualDiskFlatVer2BackingInfo;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** The file behind a disk that a client adds: named by the client, or after the machine. */
final class NewDiskFile {

  private final DeviceChange change;
  private final VirtualDiskFlatVer2BackingInfo backing;
  private final VmDirectory files;
  private DatastorePath path;

  NewDiskFile(DeviceChange change, VirtualDiskFlatVer2BackingInfo backing) {
    this.change = change;
    this.backing = backing;
    this.files = change.machine().files();
    this.path = files.vmxPath();
  }

  /** A disk that is to be made; one with a parent is an empty child of it. */
  DiskChange created(Place place, long bytes) {
    boolean linked = backing.parent != null && isNamed(backing.parent.fileName);
    if (!linked && bytes == 0) {
      throw DeviceFaults.invalid(
          change.index(), "virtualDeviceSpec.device.capacityInKB", "a new disk needs a capacity");
    }
    path = isNamed(backing.fileName) ? given(backing.fileName) : fresh();
    if (exists(path)) {
      throw file(new FileAlreadyExists(), path, " already exists");
    }
    if (!exists(path.folder()) && !path.folder().isRoot()) {
      throw file(new FileNotFound(), path.folder(), " was not found");
    }
    return new DiskChange.Create(
        place.node(),
        path,
        bytes,
        Boolean.TRUE.equals(backing.thinProvisioned),
        adapter(place),
        uuid(),
        linked ? Optional.of(existing(backing.parent.fileName)) : Optional.empty());
  }

  /** A disk that exists and whose file the client names. */
  DiskChange attached(String node) {
    if (!isNamed(backing.fileName)) {
      throw DeviceFaults.backing(change.index(), "no file is named");
    }
    path = existing(backing.fileName);
    return new DiskChange.Attach(node, path);
  }

  /** The file as the configuration names it: alone when it lies beside it, else absolute. */
  String nameInConfiguration() {
    return files.nameInConfiguration(path);
  }

  /** {@code [ds]} and {@code [ds] dir/} leave the name to the server. */
  private static boolean isNamed(String fileName) {
    return fileName != null && !fileName.isBlank() && !fileName.strip().endsWith("]");
  }

  private DatastorePath given(String fileName) {
    DatastorePath given = parse(fileName);
    if (!given.fileName().endsWith(".vmdk")) {
      throw DeviceFaults.backing(change.index(), "a disk's file ends in .vmdk");
    }
    return given;
  }

  private DatastorePath existing(String fileName) {
    DatastorePath given = given(fileName);
    if (!exists(given)) {
      throw file(new FileNotFound(), given, " was not found");
    }
    return given;
  }

  private DatastorePath parse(String fileName) {
    try {
      return DatastorePath.parse(fileName);
    } catch (DatastorePathException unfit) {
      throw DeviceFaults.backing(change.index(), String.valueOf(unfit.getMessage()));
    }
  }

  /** A name that neither the folder has nor an earlier element of the list takes. */
  private DatastorePath fresh() {
    if (isOtherDatastore(backing.fileName)) {
      throw DeviceFaults.backing(change.index(), "a disk lies in the datastore of its machine");
    }
    Set<String> taken = new HashSet<>(files.names().existing());
    for (DiskChange earlier : change.disks()) {
      if (earlier instanceof DiskChange.Create create) {
        taken.add(create.path().fileName());
      }
    }
    return files.vmxPath().sibling(new DiskNames(taken).nextDisk(files.baseName()));
  }

  private boolean isOtherDatastore(String fileName) {
    return fileName != null
        && !fileName.isBlank()
        && !parse(fileName).datastore().equals(files.datastore().name());
  }

  private boolean exists(DatastorePath file) {
    Datastore datastore = files.datastore();
    if (!file.datastore().equals(datastore.name())) {
      throw DeviceFaults.backing(change.index(), "a disk lies in the datastore of its machine");
    }
    return datastore.exists(file);
  }

  private Optional<UUID> uuid() {
    if (backing.uuid == null || backing.uuid.isBlank()) {
      return Optional.empty();
    }
    String digits = backing.uuid.replaceAll("[^0-9a-fA-F]", "");
    if (digits.length() != 32) {
      throw DeviceFaults.invalid(
          change.index(), "virtualDeviceSpec.device.backing.uuid", "it is no UUID");
    }
    return Optional.of(
        new UUID(
            Long.parseUnsignedLong(digits.substring(0, 16), 16),
            Long.parseUnsignedLong(digits.substring(16), 16)));
  }

  private String adapter(Place place) {
    return switch (place.bus()) {
      case IDE, SATA -> "ide";
      case SCSI ->
          change
              .vmx()
              .get(place.bus().name(place.number()) + ".virtualDev")
              .filter("buslogic"::equals)
              .orElse("lsilogic");
      case NVME -> "lsilogic";
    };
  }

  private static VimException file(FileFault fault, DatastorePath path, String problem) {
    fault.file = path.toString();
    return new VimException(fault, "File " + path + problem);
  }
}
