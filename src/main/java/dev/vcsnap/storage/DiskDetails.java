package dev.vcsnap.storage;

import dev.vcsnap.datastore.StoredFile;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.vmdk.Descriptor;
import dev.vcsnap.disk.vmdk.ExtentLine;
import dev.vcsnap.vim.VmDiskFileInfo;
import dev.vcsnap.vim.VmDiskFileQueryFilter;
import dev.vcsnap.vim.VmDiskFileQueryFlags;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a datastore browser says about a disk beyond its file, taken from its descriptor.
 *
 * @param file the descriptor
 * @param descriptor its content
 */
record DiskDetails(StoredFile file, Descriptor descriptor) {

  /** Reads a disk; empty when the file is not a descriptor, or none that can be understood. */
  static Optional<DiskDetails> read(DiskFactory factory, StoredFile file) {
    try {
      return Optional.of(new DiskDetails(file, factory.descriptorOf(file.file())));
    } catch (BlockError notOurs) {
      return Optional.empty();
    }
  }

  /** Fills in what was asked for. */
  void fill(VmDiskFileInfo info, VmDiskFileQueryFlags asked) {
    if (asked.diskType) {
      info.diskType = diskType();
    }
    if (asked.capacityKb) {
      info.capacityKb = descriptor.sectors() / 2;
    }
    if (asked.hardwareVersion) {
      info.hardwareVersion = hardwareVersion();
    }
    if (Boolean.TRUE.equals(asked.controllerType)) {
      info.controllerType = controllerType();
    }
    if (Boolean.TRUE.equals(asked.diskExtents)) {
      info.diskExtents = extents().stream().map(StoredFile::toString).toList();
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

  /** Bytes of storage behind all of its files. */
  long storedBytes() {
    long sum = file.datastore().storedBytes(file.path());
    for (StoredFile extent : extents()) {
      if (extent.exists()) {
        sum += extent.datastore().storedBytes(extent.path());
      }
    }
    return sum;
  }

  /** The files beside the descriptor that hold the bytes. */
  List<StoredFile> extents() {
    return descriptor.extents().stream()
        .map(ExtentLine::fileName)
        .filter(name -> !name.isEmpty() && name.indexOf('/') < 0)
        .map(name -> file.folder().resolve(name))
        .toList();
  }

  private boolean thin() {
    return "1".equals(descriptor.ddb().get("ddb.thinProvisioned"));
  }

  private String diskType() {
    return switch (descriptor.createType()) {
      case "monolithicSparse", "twoGbMaxExtentSparse", "streamOptimized" ->
          "VirtualDiskSparseVer2BackingInfo";
      default -> "VirtualDiskFlatVer2BackingInfo";
    };
  }

  private @Nullable Integer hardwareVersion() {
    String version = descriptor.ddb().getOrDefault("ddb.virtualHWVersion", "");
    return version.matches("\\d{1,4}") ? Integer.valueOf(version) : null;
  }

  private String controllerType() {
    return switch (descriptor.ddb().getOrDefault("ddb.adapterType", "")) {
      case "ide" -> "VirtualIDEController";
      case "buslogic" -> "VirtualBusLogicController";
      case "lsisas1068" -> "VirtualLsiLogicSASController";
      case "pvscsi" -> "ParaVirtualSCSIController";
      default -> "VirtualLsiLogicController";
    };
  }
}
