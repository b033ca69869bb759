package dev.vcsnap.disk.vmdk;

import java.util.Optional;

/**
 * The formats that a delta can have. A chain never mixes them, because a real host converts a chain
 * when it moves to a datastore that takes the other.
 */
public enum DeltaKind {
  /** VMFS 6, and disks of 2 TB and more: grains of 4 KiB, zeros are recorded. */
  SE_SPARSE("seSparse", "SESPARSE", "sesparse"),

  /** VMFS 5 and NFS: grains of one sector, known as COWD. */
  VMFS_SPARSE("vmfsSparse", "VMFSSPARSE", "delta");

  private final String createType;
  private final String extentType;
  private final String suffix;

  DeltaKind(String createType, String extentType, String suffix) {
    this.createType = createType;
    this.extentType = extentType;
    this.suffix = suffix;
  }

  /** What a descriptor's extent line says. */
  public static Optional<DeltaKind> ofExtentType(String type) {
    for (DeltaKind kind : values()) {
      if (kind.extentType.equals(type)) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }

  /** The descriptor's {@code createType}. */
  public String createType() {
    return createType;
  }

  /** The type in the descriptor's extent line. */
  public String extentType() {
    return extentType;
  }

  /** What the extent's file has after the descriptor's name and a dash. */
  public String suffix() {
    return suffix;
  }
}
