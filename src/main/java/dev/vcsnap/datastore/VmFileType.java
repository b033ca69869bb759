package dev.vcsnap.datastore;

/** What a file is to its machine, in the words of {@code layoutEx.file.type}. */
public enum VmFileType {
  CONFIG("config"),
  EXTENDED_CONFIG("extendedConfig"),
  DISK_DESCRIPTOR("diskDescriptor"),
  DISK_EXTENT("diskExtent"),
  SNAPSHOT_LIST("snapshotList"),
  SNAPSHOT_DATA("snapshotData"),
  SNAPSHOT_MEMORY("snapshotMemory"),
  SNAPSHOT_MANIFEST_LIST("snapshotManifestList"),
  SUSPEND("suspend"),
  SUSPEND_MEMORY("suspendMemory"),
  NVRAM("nvram"),
  SWAP("swap"),
  LOG("log");

  private final String wireName;

  VmFileType(String wireName) {
    this.wireName = wireName;
  }

  /** The spelling in the API. */
  public String wireName() {
    return wireName;
  }
}
