package dev.vcsnap.hardware;

import dev.vcsnap.datastore.Vmx;
import dev.vcsnap.vim.DistributedVirtualSwitchPortConnection;
import dev.vcsnap.vim.VirtualDevice;
import dev.vcsnap.vim.VirtualDeviceBackingInfo;
import dev.vcsnap.vim.VirtualE1000;
import dev.vcsnap.vim.VirtualE1000e;
import dev.vcsnap.vim.VirtualEthernetCard;
import dev.vcsnap.vim.VirtualEthernetCardDistributedVirtualPortBackingInfo;
import dev.vcsnap.vim.VirtualEthernetCardMacType;
import dev.vcsnap.vim.VirtualEthernetCardNetworkBackingInfo;
import dev.vcsnap.vim.VirtualPCNet32;
import dev.vcsnap.vim.VirtualVmxnet2;
import dev.vcsnap.vim.VirtualVmxnet3;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Network adapters, on standard networks and on portgroups of distributed switches. */
final class NetworkCardKind implements DeviceKind {

  static final int KEY = 4000;
  private static final int CARDS_MAX = 10;
  private static final int FIRST_UNIT = 7;

  /** The most ports that a distributed switch can have. */
  private static final int PORTS = 60_000;

  /** Cookies are below this. */
  private static final int COOKIES = 1_000_000_000;

  private static final Pattern MAC = Pattern.compile("([0-9a-f]{2}:){5}[0-9a-f]{2}");

  /** What {@code virtualDev} says, to the type in the interface. */
  private static final Map<String, Supplier<VirtualEthernetCard>> TYPES =
      Map.of(
          "vmxnet3", VirtualVmxnet3::new,
          "vmxnet", VirtualVmxnet2::new,
          "e1000", VirtualE1000::new,
          "e1000e", VirtualE1000e::new,
          "vlance", VirtualPCNet32::new);

  /** The interface's address types to those of .vmx files. */
  private static final Map<String, String> ADDRESS_TYPES =
      Map.of(
          VirtualEthernetCardMacType.manual.name(), "static",
          VirtualEthernetCardMacType.generated.name(), "generated",
          VirtualEthernetCardMacType.assigned.name(), "vpx");

  private final Networks networks;

  NetworkCardKind(Networks networks) {
    this.networks = networks;
  }

  @Override
  public boolean covers(VirtualDevice device) {
    return device instanceof VirtualEthernetCard;
  }

  /** Lists those that the configuration has. */
  void show(VmDevices list) {
    for (int number = 0; number < CARDS_MAX; number++) {
      if (list.vmx().flag(prefix(number) + ".present")) {
        show(list, number);
      }
    }
  }

  private void show(VmDevices list, int number) {
    String prefix = prefix(number);
    Vmx vmx = list.vmx();
    var card =
        TYPES
            .getOrDefault(vmx.get(prefix + ".virtualDev").orElse("vmxnet3"), VirtualVmxnet3::new)
            .get();
    String network = vmx.get(prefix + ".networkName").orElse("VM Network");
    card.backing = backing(vmx, prefix, network);
    card.connectable = list.connection(prefix);
    card.addressType = addressType(vmx, prefix);
    card.macAddress =
        vmx.get(prefix + (card.addressType.equals("manual") ? ".address" : ".generatedAddress"))
            .orElse("");
    card.wakeOnLanEnabled = !"FALSE".equals(vmx.get(prefix + ".wakeOnPcktRcv").orElse(""));
    card.uptCompatibilityEnabled = card instanceof VirtualVmxnet3;
    list.child(
        card,
        KEY + number,
        "Network adapter " + (number + 1),
        network,
        VmDevices.PCI,
        FIRST_UNIT + number);
  }

  private VirtualDeviceBackingInfo backing(Vmx vmx, String prefix, String name) {
    Optional<String> portgroup = vmx.get(prefix + ".dvs.portgroupId");
    if (portgroup.isPresent()) {
      var distributed = new VirtualEthernetCardDistributedVirtualPortBackingInfo();
      distributed.port = new DistributedVirtualSwitchPortConnection();
      distributed.port.switchUuid = vmx.get(prefix + ".dvs.switchId").orElse("");
      distributed.port.portgroupKey = portgroup.get();
      distributed.port.portKey = vmx.get(prefix + ".dvs.portId").orElse(null);
      distributed.port.connectionCookie =
          vmx.get(prefix + ".dvs.connectionId")
              .filter(text -> text.matches("\\d{1,9}"))
              .map(Integer::valueOf)
              .orElse(null);
      return distributed;
    }
    var standard = new VirtualEthernetCardNetworkBackingInfo();
    standard.deviceName = name;
    standard.useAutoDetect = false;
    standard.network = networks.named(name).map(Networks.Network::reference).orElse(null);
    standard.inPassthroughMode = false;
    return standard;
  }

  private static String addressType(Vmx vmx, String prefix) {
    String type = vmx.get(prefix + ".addressType").orElse("generated");
    return ADDRESS_TYPES.entrySet().stream()
        .filter(entry -> entry.getValue().equals(type))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(type);
  }

  @Override
  public void add(DeviceChange change) {
    change.requireNoFileOperation();
    int number = 0;
    while (change.vmx().flag(prefix(number) + ".present")) {
      number++;
    }
    if (number >= CARDS_MAX) {
      throw DeviceFaults.invalid(
          change.index(), "virtualDeviceSpec.device", "a machine has " + CARDS_MAX + " adapters");
    }
    var card = (VirtualEthernetCard) change.device();
    String prefix = prefix(number);
    if (card.backing == null) {
      throw DeviceFaults.backing(change.index(), "the adapter has no backing");
    }
    change.clear(prefix);
    change.vmx().putFlag(prefix + ".present", true);
    change.vmx().put(prefix + ".virtualDev", virtualDev(change, card));
    putNetwork(change, prefix, card.backing);
    putAddress(change, prefix, card, true);
    putWakeOnLan(change, prefix, card);
    change.connect(prefix, card.connectable);
    change.assign(KEY + number);
  }

  @Override
  public void edit(DeviceChange change) {
    change.requireNoFileOperation();
    String prefix = present(change);
    var card = (VirtualEthernetCard) change.device();
    if (!virtualDev(change, card)
        .equals(change.vmx().get(prefix + ".virtualDev").orElse("vmxnet3"))) {
      throw DeviceFaults.operation(
          change.index(), change.spec(), "the type of an adapter cannot be changed");
    }
    if (card.backing != null) {
      putNetwork(change, prefix, card.backing);
    }
    putAddress(change, prefix, card, false);
    putWakeOnLan(change, prefix, card);
    change.connect(prefix, card.connectable);
  }

  @Override
  public void remove(DeviceChange change) {
    change.requireNoFileOperation();
    change.clear(present(change));
  }

  private static String present(DeviceChange change) {
    String prefix = prefix(change.device().key - KEY);
    if (!change.vmx().flag(prefix + ".present")) {
      throw change.notThere();
    }
    return prefix;
  }

  private static String prefix(int number) {
    return "ethernet" + number;
  }

  private static String virtualDev(DeviceChange change, VirtualEthernetCard card) {
    return switch (card) {
      case VirtualVmxnet3 any when any.getClass() == VirtualVmxnet3.class -> "vmxnet3";
      case VirtualVmxnet2 any -> "vmxnet";
      case VirtualE1000e any -> "e1000e";
      case VirtualE1000 any -> "e1000";
      case VirtualPCNet32 any -> "vlance";
      default ->
          throw DeviceFaults.invalid(
              change.index(),
              "virtualDeviceSpec.device",
              card.getClass().getSimpleName() + " is not served");
    };
  }

  private void putNetwork(DeviceChange change, String prefix, VirtualDeviceBackingInfo backing) {
    Networks.Network network =
        find(backing)
            .orElseThrow(() -> DeviceFaults.backing(change.index(), "there is no such network"));
    change.put(prefix + ".networkName", network.name());
    change.clear(prefix + ".dvs");
    if (backing instanceof VirtualEthernetCardDistributedVirtualPortBackingInfo distributed) {
      if (!distributed.port.switchUuid.equals(network.switchUuid())) {
        throw DeviceFaults.backing(change.index(), "the portgroup is of another switch");
      }
      change.put(prefix + ".dvs.switchId", distributed.port.switchUuid);
      change.put(prefix + ".dvs.portgroupId", network.reference().value());
      // libvirt wants both. The port is one of the switch's own choice (assumed), as is the cookie.
      long chosen = chosen(change.vmx(), prefix + "@" + distributed.port.switchUuid);
      change.put(
          prefix + ".dvs.portId",
          distributed.port.portKey == null
              ? Long.toString(chosen % PORTS)
              : distributed.port.portKey);
      change.put(prefix + ".dvs.connectionId", Long.toString(chosen % COOKIES));
    }
  }

  private Optional<Networks.Network> find(VirtualDeviceBackingInfo backing) {
    return switch (backing) {
      case VirtualEthernetCardNetworkBackingInfo standard ->
          standard.network == null || isNamed(standard)
              ? networks.named(String.valueOf(standard.deviceName))
              : networks.byId(standard.network.value());
      case VirtualEthernetCardDistributedVirtualPortBackingInfo distributed ->
          distributed.port == null || distributed.port.portgroupKey == null
              ? Optional.empty()
              : networks.byId(distributed.port.portgroupKey);
      default -> Optional.empty();
    };
  }

  /** The name counts where clients give both: they change the name of what they read. */
  private boolean isNamed(VirtualEthernetCardNetworkBackingInfo backing) {
    return backing.deviceName != null && networks.named(backing.deviceName).isPresent();
  }

  private static void putAddress(
      DeviceChange change, String prefix, VirtualEthernetCard card, boolean isNew) {
    String type = card.addressType == null ? "" : card.addressType.toLowerCase(Locale.ROOT);
    String address = card.macAddress == null ? "" : card.macAddress.toLowerCase(Locale.ROOT);
    if (!address.isEmpty() && !MAC.matcher(address).matches()) {
      throw DeviceFaults.invalid(
          change.index(),
          "virtualDeviceSpec.device.macAddress",
          "'" + card.macAddress + "' is no MAC address");
    }
    if (type.equals("manual") && !address.isEmpty()) {
      change.vmx().put(prefix + ".addressType", "static");
      change.vmx().put(prefix + ".address", address);
      change.vmx().remove(prefix + ".generatedAddress");
    } else if (isNew || change.vmx().get(prefix + ".generatedAddress").isEmpty()) {
      if (!isNew && type.isEmpty()) {
        return;
      }
      change.vmx().put(prefix + ".addressType", "vpx");
      change.vmx().put(prefix + ".generatedAddress", assigned(change.vmx(), prefix));
      change.vmx().remove(prefix + ".address");
    }
  }

  /** An address of the range that vCenter gives out, the same for the same machine and adapter. */
  private static String assigned(Vmx vmx, String prefix) {
    long bits = chosen(vmx, prefix);
    return String.format(
        Locale.ROOT,
        "00:50:56:%02x:%02x:%02x",
        0x80 | (bits >> 16 & 0x3f),
        bits >> 8 & 0xff,
        bits & 0xff);
  }

  /** 32 bits that are the same for the same machine and purpose. */
  private static long chosen(Vmx vmx, String purpose) {
    var crc = new CRC32C();
    String seed = vmx.get("vc.uuid").orElse("") + vmx.get("uuid.bios").orElse("") + purpose;
    crc.update(seed.getBytes(StandardCharsets.UTF_8));
    return crc.getValue();
  }

  private static void putWakeOnLan(DeviceChange change, String prefix, VirtualEthernetCard card) {
    @Nullable Boolean wake = card.wakeOnLanEnabled;
    if (wake != null) {
      change.vmx().putFlag(prefix + ".wakeOnPcktRcv", wake);
    }
  }
}
