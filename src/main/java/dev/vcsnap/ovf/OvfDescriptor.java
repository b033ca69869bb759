package dev.vcsnap.ovf;

import dev.vcsnap.vim.OvfFile;
import dev.vcsnap.vim.VirtualDevice;
import dev.vcsnap.vim.VirtualDisk;
import dev.vcsnap.vim.VirtualEthernetCard;
import dev.vcsnap.vim.VirtualMachineConfigInfo;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Writes the descriptor of one machine. */
final class OvfDescriptor {

  private static final String STREAM =
      "http://www.vmware.com/interfaces/specifications/vmdk.html#streamOptimized";

  private final VirtualMachineConfigInfo config;
  private final String name;
  private final String annotation;
  private final Map<String, String> fileIds = new LinkedHashMap<>();
  private final Map<String, OvfFile> files = new LinkedHashMap<>();
  private final OvfXml xml = new OvfXml();

  /**
   * Begins a descriptor.
   *
   * @param name what the machine is called in it
   * @param files what goes with it, each under the key of its device
   */
  OvfDescriptor(
      VirtualMachineConfigInfo config,
      String name,
      @Nullable String description,
      List<OvfFile> files) {
    this.config = config;
    this.name = name;
    this.annotation =
        description != null ? description : config.annotation == null ? "" : config.annotation;
    for (OvfFile file : files) {
      fileIds.put(file.deviceId, "file" + (fileIds.size() + 1));
      this.files.put(file.deviceId, file);
    }
  }

  /**
   * Writes it.
   *
   * @param keyOf the key of a device, as a lease names it
   * @param nvramKey the key of the file with the firmware's variables
   */
  String write(Function<VirtualDevice, Optional<String>> keyOf, String nvramKey) {
    references();
    Map<Integer, String> diskIds = disks(keyOf);
    networks();
    xml.start("VirtualSystem", "ovf:id", name).text("Info", "A virtual machine").text("Name", name);
    operatingSystem();
    hardware(diskIds, nvramKey);
    if (!annotation.isEmpty()) {
      xml.start("AnnotationSection", "ovf:required", "false")
          .text("Info", "A human-readable annotation")
          .text("Annotation", annotation)
          .end();
    }
    return xml.end().finish();
  }

  private void references() {
    xml.start("References");
    files.forEach((key, file) ->
        xml.empty(
            "File",
            "ovf:href",
            file.path,
            "ovf:id",
            String.valueOf(fileIds.get(key)),
            "ovf:size",
            String.valueOf(file.size)));
    xml.end();
  }

  private Map<Integer, String> disks(Function<VirtualDevice, Optional<String>> keyOf) {
    Map<Integer, String> ids = new HashMap<>();
    xml.start("DiskSection").text("Info", "Virtual disk information");
    for (VirtualDevice device : config.hardware.device) {
      if (device instanceof VirtualDisk disk) {
        String id = "vmdisk" + (ids.size() + 1);
        ids.put(disk.key, id);
        disk(disk, id, keyOf.apply(disk).orElse(""));
      }
    }
    xml.end();
    return ids;
  }

  /** A disk without a file is an empty one. */
  private void disk(VirtualDisk disk, String id, String key) {
    long bytes = disk.capacityInBytes != null ? disk.capacityInBytes : disk.capacityInKB * 1024;
    int shift = bytes % (1L << 30) == 0 ? 30 : bytes % (1L << 20) == 0 ? 20 : 10;
    Map<String, String> attributes = new LinkedHashMap<>();
    attributes.put("ovf:capacity", String.valueOf(Math.ceilDiv(bytes, 1L << shift)));
    attributes.put("ovf:capacityAllocationUnits", "byte * 2^" + shift);
    attributes.put("ovf:diskId", id);
    OvfFile file = files.get(key);
    if (file != null) {
      attributes.put("ovf:fileRef", String.valueOf(fileIds.get(key)));
    }
    attributes.put("ovf:format", STREAM);
    if (file != null && file.populatedSize != null) {
      attributes.put("ovf:populatedSize", file.populatedSize.toString());
    }
    xml.empty(
        "Disk",
        attributes.entrySet().stream()
            .flatMap(each -> List.of(each.getKey(), each.getValue()).stream())
            .toArray(String[]::new));
  }

  private void networks() {
    Set<String> names = new LinkedHashSet<>();
    for (VirtualDevice device : config.hardware.device) {
      if (device instanceof VirtualEthernetCard card) {
        names.add(HardwareItems.networkOf(card));
      }
    }
    xml.start("NetworkSection").text("Info", "The list of logical networks");
    for (String network : names) {
      xml.start("Network", "ovf:name", network)
          .text("Description", "The " + network + " network")
          .end();
    }
    xml.end();
  }

  private void operatingSystem() {
    xml.start(
            "OperatingSystemSection",
            "ovf:id",
            String.valueOf(OperatingSystems.numberOf(config.guestId)),
            "vmw:osType",
            config.guestId)
        .text("Info", "The kind of installed guest operating system")
        .text("Description", config.guestFullName == null ? config.guestId : config.guestFullName)
        .end();
  }

  private void hardware(Map<Integer, String> diskIds, String nvramKey) {
    xml.start("VirtualHardwareSection").text("Info", "Virtual hardware requirements");
    xml.start("System")
        .text("vssd:ElementName", "Virtual Hardware Family")
        .text("vssd:InstanceID", 0)
        .text("vssd:VirtualSystemIdentifier", name)
        .text("vssd:VirtualSystemType", config.version)
        .end();
    HardwareItems.of(config.hardware, diskIds).forEach(item -> item.write(xml));
    if (config.firmware != null) {
      xml.empty(
          "vmw:Config",
          "ovf:required",
          "false",
          "vmw:key",
          "firmware",
          "vmw:value",
          config.firmware);
    }
    String nvram = fileIds.get(nvramKey);
    if (nvram != null) {
      xml.empty(
          "vmw:ExtraConfig",
          "ovf:required",
          "false",
          "vmw:key",
          "nvram",
          "vmw:value",
          "ovf:/file/" + nvram);
    }
    xml.end();
  }
}
