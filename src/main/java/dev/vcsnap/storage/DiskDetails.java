package dev.vcsnap.storage;

import dev.vcsnap.datastore.StoredDisk;
import dev.vcsnap.datastore.StoredFile;
import dev.vcsnap.vim.VmDiskFileInfo;
import dev.vcsnap.vim.VmDiskFileQueryFilter;
import dev.vcsnap.vim.VmDiskFileQueryFlags;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a datastore browser says about a disk beyond its file, taken from its disk.descriptor().
 *
 * @param disk the disk's files
 */
record DiskDetails(StoredDisk disk) {

  /** Fills in what was asked for. */
  void fill(VmDiskFileInfo info, VmDiskFileQueryFlags asked) {
    if (asked.diskType) {
      info.diskType = diskType();
    }
    if (asked.capacityKb) {
      info.capacityKb = disk.descriptor().sectors() / 2;
    }
    if (asked.hardwareVersion) {
      info.hardwareVersion = hardwareVersion();
    }
    if (Boolean.TRUE.equals(asked.controllerType)) {
      info.controllerType = controllerType();
    }
    if (Boolean.TRUE.equals(asked.diskExtents)) {
      info.diskExtents = disk.extents().stream().map(StoredFile::toString).toList();
    }
    if (Boolean.TRUE.equals(asked.thin)) {
      info.thin = thin();
    }
  }

  boolean passes(VmDiskFileQueryFilter filter) {
    return isIn(filter.diskType, diskType())
        && isIn(filter.controllerType, controllerType())
        && isIn(filter.matchHardwareVersion, hardwareVersion())
        && (filter.thin == null || filter.thin == thin())
        && !Boolean.TRUE.equals(filter.encrypted);
  }

  private static <T> boolean isIn(@Nullable List<T> accepted, @Nullable T value) {
    return accepted == null || accepted.isEmpty() || (value != null && accepted.contains(value));
  }

  private boolean thin() {
    return "1".equals(disk.descriptor().ddb().get("ddb.thinProvisioned"));
  }

  private String diskType() {
    return switch (disk.descriptor().createType()) {
      case "monolithicSparse", "twoGbMaxExtentSparse", "streamOptimized" ->
          "VirtualDiskSparseVer2BackingInfo";
      default -> "VirtualDiskFlatVer2BackingInfo";
    };
  }

  private @Nullable Integer hardwareVersion() {
    String version = disk.descriptor().ddb().getOrDefault("ddb.virtualHWVersion", "");
    return version.matches("\\d{1,4}") ? Integer.valueOf(version) : null;
  }

  private String controllerType() {
    return switch (disk.descriptor().ddb().getOrDefault("ddb.adapterType", "")) {
      case "ide" -> "VirtualIDEController";
      case "buslogic" -> "VirtualBusLogicController";
      case "lsisas1068" -> "VirtualLsiLogicSASController";
      case "pvscsi" -> "ParaVirtualSCSIController";
      default -> "VirtualLsiLogicController";
    };
  }
}
