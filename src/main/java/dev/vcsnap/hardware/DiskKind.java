package dev.vcsnap.hardware;

import dev.vcsnap.vim.VimException;
import dev.vcsnap.vim.VirtualDevice;
import dev.vcsnap.vim.VirtualDeviceConfigSpecFileOperation;
import dev.vcsnap.vim.VirtualDisk;
import dev.vcsnap.vim.VirtualDiskFlatVer2BackingInfo;
import dev.vcsnap.vim.VirtualDiskMode;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Virtual disks: made, attached, enlarged, detached and destroyed (rules B20, B21). */
final class DiskKind implements DeviceKind {

  /** 62 TB, in the interface's binary terabytes. */
  private static final long BYTES_MAX = 62L << 40;

  private static final Set<String> MODES =
      Set.of(
          VirtualDiskMode.persistent.name(),
          VirtualDiskMode.nonpersistent.name(),
          VirtualDiskMode.independent_persistent.name(),
          VirtualDiskMode.independent_nonpersistent.name());

  private static final String MULTI_WRITER = "sharingMultiWriter";

  @Override
  public boolean covers(VirtualDevice device) {
    return device instanceof VirtualDisk;
  }

  @Override
  public void add(DeviceChange change) {
    VirtualDisk disk = disk(change);
    VirtualDiskFlatVer2BackingInfo backing = backing(change);
    if (backing == null) {
      throw DeviceFaults.backing(change.index(), "the disk has no backing");
    }
    if (change.machine().running()
        && backing.diskMode != null
        && backing.diskMode.endsWith("nonpersistent")) {
      throw DeviceFaults.hotPlug(change.index());
    }
    Place place = change.freePlace();
    String node = place.node();
    var files = new NewDiskFile(change, backing);
    VirtualDeviceConfigSpecFileOperation operation = change.spec().fileOperation;
    DiskChange made =
        switch (operation) {
          case null -> files.attached(node);
          case create -> files.created(place, bytesOf(change, disk, 0));
          case replace, destroy ->
              throw DeviceFaults.operation(
                  change.index(), change.spec(), operation + " does not go with add");
        };
    change.disks().add(made);
    change.clear(node);
    change.vmx().putFlag(node + ".present", true);
    change.put(node + ".deviceType", deviceType(place.bus()));
    change.put(node + ".fileName", files.nameInConfiguration());
    putMode(change, node, backing.diskMode);
    putSharing(change, node, backing.sharing);
    if (change.vmx().flag("ctkEnabled")) {
      change.vmx().putFlag(node + ".ctkEnabled", true);
    }
    IoShares.put(change, node, disk);
    change.assign(place.key());
  }

  @Override
  public void edit(DeviceChange change) {
    change.requireNoFileOperation();
    VirtualDisk disk = disk(change);
    String node = node(change);
    Place place = Place.of(node);
    change.requireSamePlace(place.controllerKey(), place.unit());
    MachineHardware.Disk present = present(change, node);
    VirtualDiskFlatVer2BackingInfo backing = backing(change);
    if (backing != null) {
      requireSameFile(change, backing, present);
      changeMode(change, node, backing.diskMode);
      putSharing(change, node, backing.sharing);
    }
    long bytes = bytesOf(change, disk, present.sizeBytes());
    if (bytes != present.sizeBytes()) {
      requireGrowable(change, node, present, bytes);
      change.disks().add(new DiskChange.Grow(node, bytes));
    }
    IoShares.put(change, node, disk);
  }

  @Override
  public void remove(DeviceChange change) {
    String node = node(change);
    if (change.machine().frozen().contains(node)) {
      throw DeviceFaults.invalid(
          change.index(), "virtualDeviceSpec.device", "a snapshot needs the disk");
    }
    if (change.machine().running() && !Place.of(node).bus().hotPlug()) {
      throw DeviceFaults.hotPlug(change.index());
    }
    VirtualDeviceConfigSpecFileOperation operation = change.spec().fileOperation;
    change
        .disks()
        .add(
            switch (operation) {
              case null -> new DiskChange.Detach(node);
              case destroy -> new DiskChange.Destroy(node);
              case create, replace ->
                  throw DeviceFaults.operation(
                      change.index(), change.spec(), operation + " does not go with remove");
            });
    change.clear(node);
    change.vmx().keysStartingWith("sched." + node + ".").forEach(change.vmx()::remove);
  }

  private static VirtualDisk disk(DeviceChange change) {
    return (VirtualDisk) change.device();
  }

  /** The disk that the client means: by its key alone, as on a real server. */
  private static String node(DeviceChange change) {
    return change.machine().disks().keySet().stream()
        .filter(node -> Place.of(node).key() == change.device().key)
        .filter(node -> change.vmx().get(node + ".fileName").isPresent())
        .findFirst()
        .orElseThrow(change::notThere);
  }

  private static MachineHardware.Disk present(DeviceChange change, String node) {
    Map<String, MachineHardware.Disk> disks = change.machine().disks();
    MachineHardware.Disk disk = disks.get(node);
    if (disk == null) {
      throw change.notThere();
    }
    return disk;
  }

  private static @Nullable VirtualDiskFlatVer2BackingInfo backing(DeviceChange change) {
    return switch (change.device().backing) {
      case null -> null;
      case VirtualDiskFlatVer2BackingInfo flat -> flat;
      default -> throw DeviceFaults.backing(change.index(), "only flat disks are served");
    };
  }

  private static void requireSameFile(
      DeviceChange change, VirtualDiskFlatVer2BackingInfo backing, MachineHardware.Disk present) {
    if (backing.fileName != null
        && !backing.fileName.isBlank()
        && !backing.fileName.equals(present.fileName())) {
      throw DeviceFaults.backing(
          change.index(), "the file of a disk that is there cannot be changed");
    }
  }

  /**
   * The capacity that is asked for. Clients that change one of the two members send the other as
   * they read it, so the one that differs from the present capacity counts.
   */
  private static long bytesOf(DeviceChange change, VirtualDisk disk, long present) {
    Long bytes = disk.capacityInBytes;
    if (disk.capacityInKB < 0
        || disk.capacityInKB > BYTES_MAX / 1024
        || (bytes != null && (bytes < 0 || bytes > BYTES_MAX || bytes % 512 != 0))) {
      throw DeviceFaults.invalid(
          change.index(),
          "virtualDeviceSpec.device.capacityInKB",
          "a disk has up to 62 TB, in whole sectors of 512 bytes");
    }
    if (bytes != null && bytes != 0 && bytes != present) {
      return bytes;
    }
    return disk.capacityInKB == 0 || disk.capacityInKB == present / 1024
        ? present
        : disk.capacityInKB * 1024;
  }

  /** Rule B20. */
  private static void requireGrowable(
      DeviceChange change, String node, MachineHardware.Disk present, long bytes) {
    if (change.machine().running() && (present.hasParent() || !isPersistent(change, node))) {
      throw DeviceFaults.operation(
          change.index(),
          change.spec(),
          "Hot-extend is currently supported only for VMFS flat virtual disks without snapshots"
              + " opened in persistent mode");
    }
    if (present.hasParent()) {
      throw DeviceFaults.operation(
          change.index(), change.spec(), "Disks with parents cannot be expanded.");
    }
    if (bytes < present.sizeBytes()) {
      throw DeviceFaults.operation(change.index(), change.spec(), "a disk can become larger only");
    }
  }

  private static boolean isPersistent(DeviceChange change, String node) {
    return !modeOf(change, node).contains("nonpersistent");
  }

  private static String modeOf(DeviceChange change, String node) {
    return change
        .vmx()
        .get(node + ".mode")
        .map(mode -> mode.toLowerCase(Locale.ROOT).replace('-', '_'))
        .orElse(VirtualDiskMode.persistent.name());
  }

  /** Rule B21. */
  private static void changeMode(DeviceChange change, String node, @Nullable String mode) {
    if (mode == null || mode.isEmpty() || mode.equals(modeOf(change, node))) {
      return;
    }
    if (change.machine().frozen().contains(node)) {
      throw DeviceFaults.mode(change.index());
    }
    if (change.machine().running()) {
      throw DeviceFaults.hotPlug(change.index());
    }
    putMode(change, node, mode);
  }

  private static void putMode(DeviceChange change, String node, @Nullable String mode) {
    if (mode == null || mode.isEmpty()) {
      return;
    }
    if (!MODES.contains(mode)) {
      throw unsupportedMode(change, mode);
    }
    if (mode.equals(VirtualDiskMode.persistent.name())) {
      change.vmx().remove(node + ".mode");
    } else {
      change.vmx().put(node + ".mode", mode.replace('_', '-'));
    }
  }

  private static VimException unsupportedMode(DeviceChange change, String mode) {
    return DeviceFaults.backing(change.index(), "the disk mode '" + mode + "' is not served");
  }

  private static void putSharing(DeviceChange change, String node, @Nullable String sharing) {
    if (MULTI_WRITER.equals(sharing)) {
      change.vmx().put(node + ".sharing", "multi-writer");
    } else if (sharing != null) {
      change.vmx().remove(node + ".sharing");
    }
  }

  private static String deviceType(Bus bus) {
    return switch (bus) {
      case SCSI -> "scsi-hardDisk";
      case IDE, SATA -> "ata-hardDisk";
      case NVME -> "disk";
    };
  }
}
