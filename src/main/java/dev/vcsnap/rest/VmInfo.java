package dev.vcsnap.rest;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Everything about a machine; disks and the like by the number of the device. */
record VmInfo(
    @JsonProperty("guest_OS") String guestOs,
    String name,
    Identity identity,
    PowerState powerState,
    boolean instantCloneFrozen,
    Hardware hardware,
    Boot boot,
    List<String> bootDevices,
    Cpu cpu,
    Memory memory,
    Map<String, Disk> disks,
    Map<String, Nic> nics,
    Map<String, Cdrom> cdroms,
    Map<String, Object> floppies,
    Map<String, Object> parallelPorts,
    Map<String, Object> serialPorts,
    Map<String, Object> sataAdapters,
    Map<String, ScsiAdapter> scsiAdapters,
    Map<String, Object> nvmeAdapters) {

  record Identity(String name, String biosUuid, String instanceUuid) {}

  record Hardware(String version, String upgradePolicy, String upgradeStatus) {}

  record Boot(String type, long delay, boolean retry, long retryDelay, boolean enterSetupMode) {}

  record Cpu(int count, int coresPerSocket, boolean hotAddEnabled, boolean hotRemoveEnabled) {}

  record Memory(@JsonProperty("size_MiB") long sizeMebibytes, boolean hotAddEnabled) {}

  /** A place on a bus. */
  record Address(int bus, @Nullable Integer unit) {}

  record ScsiAdapter(String label, String type, Address scsi, String sharing) {}

  record Disk(
      String label, String type, @Nullable Address scsi, DiskBacking backing, long capacity) {}

  record DiskBacking(String type, String vmdkFile) {}

  record Nic(
      String label,
      String type,
      String macType,
      String macAddress,
      boolean wakeOnLanEnabled,
      NicBacking backing,
      String state,
      boolean startConnected,
      boolean allowGuestControl) {}

  record NicBacking(String type, @Nullable String network, @Nullable String networkName) {}

  record Cdrom(
      String label,
      String type,
      CdromBacking backing,
      String state,
      boolean startConnected,
      boolean allowGuestControl) {}

  record CdromBacking(String type, @Nullable String isoFile) {}
}
