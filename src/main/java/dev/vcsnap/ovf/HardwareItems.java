package dev.vcsnap.ovf;

import dev.vcsnap.vim.VirtualAHCIController;
import dev.vcsnap.vim.VirtualCdrom;
import dev.vcsnap.vim.VirtualController;
import dev.vcsnap.vim.VirtualDevice;
import dev.vcsnap.vim.VirtualDisk;
import dev.vcsnap.vim.VirtualEthernetCard;
import dev.vcsnap.vim.VirtualFloppy;
import dev.vcsnap.vim.VirtualHardware;
import dev.vcsnap.vim.VirtualIDEController;
import dev.vcsnap.vim.VirtualNVMEController;
import dev.vcsnap.vim.VirtualSCSIController;
import dev.vcsnap.vim.VirtualUSBController;
import dev.vcsnap.vim.VirtualUSBXHCIController;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Describes a machine's hardware as items: processors, memory, controllers, then what hangs on
 * them. What every machine has anyway is left out, and so is what has no meaning elsewhere.
 */
final class HardwareItems {

  private final List<RasdItem> items = new ArrayList<>();
  private final Map<Integer, String> instanceByKey = new HashMap<>();
  private final Map<Integer, String> diskIds;

  /**
   * @param diskIds the ids of the disks in the descriptor, by their device keys
   */
  private HardwareItems(Map<Integer, String> diskIds) {
    this.diskIds = diskIds;
  }

  static List<RasdItem> of(VirtualHardware hardware, Map<Integer, String> diskIds) {
    return new HardwareItems(diskIds).list(hardware);
  }

  private List<RasdItem> list(VirtualHardware hardware) {
    items.add(
        item(RasdItem.PROCESSOR, hardware.numCPU + " virtual CPU(s)")
            .amounting(hardware.numCPU, "hertz * 10^6"));
    items.add(
        item(RasdItem.MEMORY, hardware.memoryMB + "MB of memory")
            .amounting(hardware.memoryMB, "byte * 2^20"));
    for (VirtualDevice device : hardware.device) {
      if (device instanceof VirtualController controller) {
        controller(controller)
            .ifPresent(item -> {
              items.add(item);
              instanceByKey.put(device.key, item.instanceId());
            });
      }
    }
    for (VirtualDevice device : hardware.device) {
      attached(device).ifPresent(items::add);
    }
    return items;
  }

  private RasdItem item(int type, String name) {
    return RasdItem.of(items.size() + 1, type, name);
  }

  private Optional<RasdItem> controller(VirtualController controller) {
    int number = controller.busNumber;
    String name = label(controller);
    return Optional.ofNullable(
        switch (controller) {
          case VirtualSCSIController scsi ->
              item(RasdItem.SCSI_CONTROLLER, name).controlling(number, DeviceNames.ofScsi(scsi));
          case VirtualIDEController _ ->
              item(RasdItem.IDE_CONTROLLER, name).controlling(number, null);
          case VirtualAHCIController _ ->
              item(RasdItem.STORAGE_CONTROLLER, name).controlling(number, DeviceNames.SATA);
          case VirtualNVMEController _ ->
              item(RasdItem.STORAGE_CONTROLLER, name).controlling(number, DeviceNames.NVME);
          case VirtualUSBController _ ->
              item(RasdItem.USB_CONTROLLER, name).controlling(number, DeviceNames.EHCI);
          case VirtualUSBXHCIController _ ->
              item(RasdItem.USB_CONTROLLER, name).controlling(number, DeviceNames.XHCI);
          default -> null;
        });
  }

  private Optional<RasdItem> attached(VirtualDevice device) {
    String parent = device.controllerKey == null ? null : instanceByKey.get(device.controllerKey);
    String name = label(device);
    return switch (device) {
      case VirtualDisk disk when parent != null ->
          Optional.of(
              item(RasdItem.DISK, name)
                  .hangingOn(parent, unit(disk))
                  .backedBy("ovf:/disk/" + diskIds.get(disk.key)));
      case VirtualCdrom drive when parent != null ->
          Optional.of(item(RasdItem.CDROM, name).hangingOn(parent, unit(drive)).connected(false));
      case VirtualFloppy _ -> Optional.of(item(RasdItem.FLOPPY, name).connected(false));
      case VirtualEthernetCard card ->
          Optional.of(
              item(RasdItem.NETWORK_CARD, name)
                  .connectedTo(networkOf(card), DeviceNames.ofNetworkCard(card))
                  .connected(card.connectable == null || card.connectable.startConnected));
      default -> Optional.empty();
    };
  }

  /** The name of the network that an adapter is on, which its summary says for every backing. */
  static String networkOf(VirtualEthernetCard card) {
    return card.deviceInfo == null ? "VM Network" : card.deviceInfo.summary;
  }

  private static int unit(VirtualDevice device) {
    return device.unitNumber == null ? 0 : device.unitNumber;
  }

  private static String label(VirtualDevice device) {
    return device.deviceInfo == null ? device.vimType().name() : device.deviceInfo.label;
  }
}
