package dev.vcsnap.inventory;

import dev.vcsnap.datastore.Vmx;
import dev.vcsnap.hardware.Place;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.VirtualMachineBootOptionsBootableCdromDevice;
import dev.vcsnap.vim.VirtualMachineBootOptionsBootableDevice;
import dev.vcsnap.vim.VirtualMachineBootOptionsBootableDiskDevice;
import dev.vcsnap.vim.VirtualMachineBootOptionsBootableEthernetDevice;
import dev.vcsnap.vim.VirtualMachineBootOptionsBootableFloppyDevice;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * From what a machine boots, as {@code bios.bootOrder} and {@code bios.hddOrder} of its .vmx say.
 *
 * <p>The file has one place for all disks: those that a client puts behind other devices are shown
 * beside the first one.
 */
final class BootOrder {

  private static final String ORDER = "bios.bootOrder";
  private static final String DISKS = "bios.hddOrder";
  private static final String DISK = "hdd";
  private static final String CDROM = "cdrom";
  private static final String FLOPPY = "floppy";
  private static final String CARD = "ethernet";
  private static final int FIRST_CARD_KEY = 4_000;
  private static final int DEVICES_MAX = 100;

  private BootOrder() {}

  /** The devices in their order; null where the firmware's own order holds. */
  static @Nullable List<VirtualMachineBootOptionsBootableDevice> show(Vmx vmx) {
    List<VirtualMachineBootOptionsBootableDevice> devices = new ArrayList<>();
    for (String word : words(vmx, ORDER)) {
      switch (word) {
        case DISK -> words(vmx, DISKS).forEach(node -> disk(node, devices));
        case CDROM -> devices.add(new VirtualMachineBootOptionsBootableCdromDevice());
        case FLOPPY -> devices.add(new VirtualMachineBootOptionsBootableFloppyDevice());
        default -> {
          if (word.matches(CARD + "\\d{1,2}")) {
            var card = new VirtualMachineBootOptionsBootableEthernetDevice();
            card.deviceKey = FIRST_CARD_KEY + Integer.parseInt(word.substring(CARD.length()));
            devices.add(card);
          }
        }
      }
    }
    return devices.isEmpty() ? null : devices;
  }

  private static void disk(String node, List<VirtualMachineBootOptionsBootableDevice> devices) {
    Place.find(node)
        .ifPresent(place -> {
          var disk = new VirtualMachineBootOptionsBootableDiskDevice();
          disk.deviceKey = place.key();
          devices.add(disk);
        });
  }

  /**
   * Notes an order; a device of no kind, which clients send alone, stands for the firmware's own.
   *
   * @param nodes where the machine has disks
   * @throws dev.vcsnap.vim.VimException InvalidArgument for a disk or an adapter that it has not
   */
  static void apply(
      Vmx vmx, Set<String> nodes, @Nullable List<VirtualMachineBootOptionsBootableDevice> wanted) {
    if (wanted == null || wanted.isEmpty()) {
      return;
    }
    if (wanted.size() > DEVICES_MAX) {
      throw invalid();
    }
    List<String> order = new ArrayList<>();
    List<String> disks = new ArrayList<>();
    for (VirtualMachineBootOptionsBootableDevice device : wanted) {
      switch (device) {
        case VirtualMachineBootOptionsBootableDiskDevice disk -> {
          if (disks.isEmpty()) {
            order.add(DISK);
          }
          disks.add(nodeOf(nodes, disk.deviceKey));
        }
        case VirtualMachineBootOptionsBootableEthernetDevice card ->
            order.add(cardOf(vmx, card.deviceKey));
        case VirtualMachineBootOptionsBootableCdromDevice _ -> order.add(CDROM);
        case VirtualMachineBootOptionsBootableFloppyDevice _ -> order.add(FLOPPY);
        default -> {}
      }
    }
    put(vmx, ORDER, order);
    put(vmx, DISKS, disks);
  }

  private static String nodeOf(Set<String> nodes, int key) {
    return nodes.stream()
        .filter(node -> Place.of(node).key() == key)
        .findFirst()
        .orElseThrow(BootOrder::invalid);
  }

  private static String cardOf(Vmx vmx, int key) {
    String card = CARD + (key - FIRST_CARD_KEY);
    if (!vmx.flag(card + ".present")) {
      throw invalid();
    }
    return card;
  }

  private static RuntimeException invalid() {
    return Faults.invalidArgument("configSpec.bootOptions.bootOrder");
  }

  private static void put(Vmx vmx, String key, List<String> words) {
    if (words.isEmpty()) {
      vmx.remove(key);
    } else {
      vmx.put(key, String.join(",", words));
    }
  }

  private static List<String> words(Vmx vmx, String key) {
    return vmx.get(key).map(text -> List.of(text.split(",", DEVICES_MAX))).orElse(List.of());
  }
}
