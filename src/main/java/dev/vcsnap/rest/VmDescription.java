package dev.vcsnap.rest;

import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.ParaVirtualSCSIController;
import dev.vcsnap.vim.VirtualAHCIController;
import dev.vcsnap.vim.VirtualBusLogicController;
import dev.vcsnap.vim.VirtualCdrom;
import dev.vcsnap.vim.VirtualCdromIsoBackingInfo;
import dev.vcsnap.vim.VirtualController;
import dev.vcsnap.vim.VirtualDevice;
import dev.vcsnap.vim.VirtualDeviceConnectInfo;
import dev.vcsnap.vim.VirtualDeviceFileBackingInfo;
import dev.vcsnap.vim.VirtualDisk;
import dev.vcsnap.vim.VirtualE1000;
import dev.vcsnap.vim.VirtualE1000e;
import dev.vcsnap.vim.VirtualEthernetCard;
import dev.vcsnap.vim.VirtualEthernetCardDistributedVirtualPortBackingInfo;
import dev.vcsnap.vim.VirtualEthernetCardNetworkBackingInfo;
import dev.vcsnap.vim.VirtualIDEController;
import dev.vcsnap.vim.VirtualLsiLogicSASController;
import dev.vcsnap.vim.VirtualMachineConfigInfo;
import dev.vcsnap.vim.VirtualMachineRuntimeInfo;
import dev.vcsnap.vim.VirtualNVMEController;
import dev.vcsnap.vim.VirtualSCSIController;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Tells a machine's configuration in the words of the Automation interface. */
final class VmDescription {

  private final VirtualMachineConfigInfo config;
  private final VirtualMachineRuntimeInfo runtime;
  private final Map<Integer, VirtualDevice> devices = new LinkedHashMap<>();

  VmDescription(VirtualMachineConfigInfo config, VirtualMachineRuntimeInfo runtime) {
    this.config = config;
    this.runtime = runtime;
    config.hardware.device.forEach(device -> devices.put(device.key, device));
  }

  VmInfo whole() {
    return new VmInfo(
        guestOs(config.guestId),
        config.name,
        new VmInfo.Identity(config.name, config.uuid, config.instanceUuid),
        PowerState.of(runtime.powerState),
        false,
        hardware(),
        boot(),
        List.of(),
        cpu(),
        memory(),
        disks(),
        nics(),
        cdroms(),
        Map.of(),
        Map.of(),
        Map.of(),
        Map.of(),
        scsiAdapters(),
        Map.of());
  }

  VmInfo.Hardware hardware() {
    String version = config.version.replace("vmx-", "VMX_").toUpperCase(Locale.ROOT);
    return new VmInfo.Hardware(version, "NEVER", "NONE");
  }

  VmInfo.Boot boot() {
    var options = config.bootOptions;
    return new VmInfo.Boot(
        config.firmware.toUpperCase(Locale.ROOT),
        options.bootDelay,
        options.bootRetryEnabled,
        options.bootRetryDelay,
        options.enterBIOSSetup);
  }

  VmInfo.Cpu cpu() {
    return new VmInfo.Cpu(
        config.hardware.numCPU,
        config.hardware.numCoresPerSocket,
        config.cpuHotAddEnabled,
        config.cpuHotRemoveEnabled);
  }

  VmInfo.Memory memory() {
    return new VmInfo.Memory(config.hardware.memoryMB, config.memoryHotAddEnabled);
  }

  Map<String, VmInfo.Disk> disks() {
    return byKey(VirtualDisk.class, this::disk);
  }

  Map<String, VmInfo.Nic> nics() {
    return byKey(VirtualEthernetCard.class, VmDescription::nic);
  }

  Map<String, VmInfo.Cdrom> cdroms() {
    return byKey(VirtualCdrom.class, this::cdrom);
  }

  Map<String, VmInfo.ScsiAdapter> scsiAdapters() {
    return byKey(VirtualSCSIController.class, VmDescription::scsiAdapter);
  }

  private <D extends VirtualDevice, T> Map<String, T> byKey(
      Class<D> type, Function<D, T> description) {
    Map<String, T> found = new LinkedHashMap<>();
    for (VirtualDevice device : devices.values()) {
      if (type.isInstance(device)) {
        found.put(String.valueOf(device.key), description.apply(type.cast(device)));
      }
    }
    return found;
  }

  private VmInfo.Disk disk(VirtualDisk disk) {
    VirtualDevice controller = devices.get(disk.controllerKey);
    String file = disk.backing instanceof VirtualDeviceFileBackingInfo at ? at.fileName : "";
    return new VmInfo.Disk(
        label(disk),
        busOf(controller),
        controller instanceof VirtualSCSIController scsi
            ? new VmInfo.Address(scsi.busNumber, disk.unitNumber)
            : null,
        new VmInfo.DiskBacking("VMDK_FILE", file),
        disk.capacityInBytes);
  }

  private VmInfo.Cdrom cdrom(VirtualCdrom cdrom) {
    boolean iso = cdrom.backing instanceof VirtualCdromIsoBackingInfo;
    var backing =
        new VmInfo.CdromBacking(
            iso ? "ISO_FILE" : "CLIENT_DEVICE",
            cdrom.backing instanceof VirtualCdromIsoBackingInfo file ? file.fileName : null);
    return new VmInfo.Cdrom(
        label(cdrom),
        busOf(devices.get(cdrom.controllerKey)),
        backing,
        state(cdrom.connectable),
        startsConnected(cdrom.connectable),
        guestControls(cdrom.connectable));
  }

  private static VmInfo.Nic nic(VirtualEthernetCard card) {
    return new VmInfo.Nic(
        label(card),
        switch (card) {
          case VirtualE1000 _ -> "E1000";
          case VirtualE1000e _ -> "E1000E";
          default -> "VMXNET3";
        },
        Objects.requireNonNullElse(card.addressType, "generated").toUpperCase(Locale.ROOT),
        Objects.requireNonNullElse(card.macAddress, ""),
        Boolean.TRUE.equals(card.wakeOnLanEnabled),
        switch (card.backing) {
          case VirtualEthernetCardNetworkBackingInfo network -> standard(network);
          case VirtualEthernetCardDistributedVirtualPortBackingInfo port ->
              new VmInfo.NicBacking("DISTRIBUTED_PORTGROUP", port.port.portgroupKey, null);
          case null, default -> new VmInfo.NicBacking("OPAQUE_NETWORK", null, null);
        },
        state(card.connectable),
        startsConnected(card.connectable),
        guestControls(card.connectable));
  }

  private static VmInfo.NicBacking standard(VirtualEthernetCardNetworkBackingInfo backing) {
    ManagedObjectReference network = backing.network;
    boolean distributed = network != null && network.type().equals("DistributedVirtualPortgroup");
    return new VmInfo.NicBacking(
        distributed ? "DISTRIBUTED_PORTGROUP" : "STANDARD_PORTGROUP",
        network == null ? null : network.value(),
        backing.deviceName);
  }

  private static VmInfo.ScsiAdapter scsiAdapter(VirtualSCSIController adapter) {
    String type =
        switch (adapter) {
          case ParaVirtualSCSIController _ -> "PVSCSI";
          case VirtualLsiLogicSASController _ -> "LSILOGICSAS";
          case VirtualBusLogicController _ -> "BUSLOGIC";
          default -> "LSILOGIC";
        };
    String sharing =
        switch (adapter.sharedBus) {
          case noSharing -> "NONE";
          case virtualSharing -> "VIRTUAL";
          case physicalSharing -> "PHYSICAL";
        };
    return new VmInfo.ScsiAdapter(
        label(adapter),
        type,
        new VmInfo.Address(adapter.busNumber, adapter.scsiCtlrUnitNumber),
        sharing);
  }

  private static String busOf(@Nullable VirtualDevice controller) {
    return switch (controller) {
      case VirtualIDEController _ -> "IDE";
      case VirtualAHCIController _ -> "SATA";
      case VirtualNVMEController _ -> "NVME";
      case VirtualController _ -> "SCSI";
      case null, default -> "SCSI";
    };
  }

  private static String label(VirtualDevice device) {
    return device.deviceInfo == null ? "" : device.deviceInfo.label;
  }

  private static String state(@Nullable VirtualDeviceConnectInfo connection) {
    return connection != null && connection.connected ? "CONNECTED" : "NOT_CONNECTED";
  }

  private static boolean startsConnected(@Nullable VirtualDeviceConnectInfo connection) {
    return connection != null && connection.startConnected;
  }

  private static boolean guestControls(@Nullable VirtualDeviceConnectInfo connection) {
    return connection != null && connection.allowGuestControl;
  }

  /** {@code rhel8_64Guest} becomes {@code RHEL_8_64}, as most of the names do. */
  static String guestOs(String guestId) {
    return guestId
        .replace("Guest", "")
        .replaceAll("(?<=[a-z])(?=[0-9A-Z])|(?<=x)(?=[A-Z])", "_")
        .toUpperCase(Locale.ROOT);
  }
}
