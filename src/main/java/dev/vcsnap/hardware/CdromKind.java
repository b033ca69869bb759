package dev.vcsnap.hardware;

import dev.vcsnap.datastore.Vmx;
import dev.vcsnap.vim.VirtualCdrom;
import dev.vcsnap.vim.VirtualCdromAtapiBackingInfo;
import dev.vcsnap.vim.VirtualCdromIsoBackingInfo;
import dev.vcsnap.vim.VirtualCdromPassthroughBackingInfo;
import dev.vcsnap.vim.VirtualCdromRemoteAtapiBackingInfo;
import dev.vcsnap.vim.VirtualCdromRemotePassthroughBackingInfo;
import dev.vcsnap.vim.VirtualDevice;
import dev.vcsnap.vim.VirtualDeviceBackingInfo;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** CD drives with an image, a drive of the host, or a drive of the client. Nothing is read. */
final class CdromKind implements DeviceKind {

  private static final String IMAGE = "cdrom-image";
  private static final String ATAPI = "atapi-cdrom";
  private static final String RAW = "cdrom-raw";

  @Override
  public boolean covers(VirtualDevice device) {
    return device instanceof VirtualCdrom;
  }

  /** Lists those that the configuration has. */
  void show(VmDevices list) {
    int ordinal = 0;
    for (Bus bus : Bus.values()) {
      for (int number = 0; number < bus.buses(); number++) {
        for (int unit = 0; unit < bus.units(); unit++) {
          var place = new Place(bus, number, unit);
          if (isDrive(list.vmx(), place.node())) {
            var drive = new VirtualCdrom();
            drive.backing = backing(list, place.node());
            drive.connectable = list.connection(place.node());
            ordinal++;
            list.child(
                drive,
                place.key(),
                "CD/DVD drive " + ordinal,
                summary(list, place.node()),
                place.controllerKey(),
                unit);
          }
        }
      }
    }
  }

  private static String type(Vmx vmx, String node) {
    return vmx.get(node + ".deviceType").orElse("").toLowerCase(Locale.ROOT);
  }

  private static boolean isDrive(Vmx vmx, String node) {
    return vmx.flag(node + ".present") && type(vmx, node).contains("cdrom");
  }

  private static String summary(VmDevices list, String node) {
    Vmx vmx = list.vmx();
    String file = vmx.get(node + ".fileName").orElse("");
    if (type(vmx, node).equals(IMAGE)) {
      return "ISO " + list.images().forClients(file);
    }
    return vmx.flag(node + ".clientDevice")
        ? "Remote " + (type(vmx, node).equals(RAW) ? "device" : "ATAPI")
        : (type(vmx, node).equals(ATAPI) ? "ATAPI " : "Host device ") + file;
  }

  private static VirtualDeviceBackingInfo backing(VmDevices list, String node) {
    Vmx vmx = list.vmx();
    String file = vmx.get(node + ".fileName").orElse("");
    boolean remote = vmx.flag(node + ".clientDevice");
    String type = type(vmx, node);
    if (type.equals(IMAGE)) {
      var image = new VirtualCdromIsoBackingInfo();
      image.fileName = list.images().forClients(file);
      return image;
    }
    if (type.equals(ATAPI)) {
      return remote ? remoteAtapi(file) : atapi(file, vmx.flag(node + ".autodetect"));
    }
    return remote ? remotePassthrough(file) : passthrough(file, vmx.flag(node + ".autodetect"));
  }

  private static VirtualDeviceBackingInfo atapi(String device, boolean autodetect) {
    var backing = new VirtualCdromAtapiBackingInfo();
    backing.deviceName = device;
    backing.useAutoDetect = autodetect;
    return backing;
  }

  private static VirtualDeviceBackingInfo remoteAtapi(String device) {
    var backing = new VirtualCdromRemoteAtapiBackingInfo();
    backing.deviceName = device;
    backing.useAutoDetect = false;
    return backing;
  }

  private static VirtualDeviceBackingInfo passthrough(String device, boolean autodetect) {
    var backing = new VirtualCdromPassthroughBackingInfo();
    backing.deviceName = device;
    backing.useAutoDetect = autodetect;
    backing.exclusive = false;
    return backing;
  }

  private static VirtualDeviceBackingInfo remotePassthrough(String device) {
    var backing = new VirtualCdromRemotePassthroughBackingInfo();
    backing.deviceName = device;
    backing.useAutoDetect = false;
    backing.exclusive = false;
    return backing;
  }

  @Override
  public void add(DeviceChange change) {
    change.requireNoFileOperation();
    Place place = change.freePlace();
    if (change.device().backing == null) {
      throw DeviceFaults.backing(change.index(), "the drive has no backing");
    }
    change.clear(place.node());
    change.vmx().putFlag(place.node() + ".present", true);
    putBacking(change, place.node(), change.device().backing);
    change.connect(place.node(), change.device().connectable);
    change.assign(place.key());
  }

  @Override
  public void edit(DeviceChange change) {
    change.requireNoFileOperation();
    Place place = present(change);
    change.requireSamePlace(place.controllerKey(), place.unit());
    putBacking(change, place.node(), change.device().backing);
    change.connect(place.node(), change.device().connectable);
  }

  @Override
  public void remove(DeviceChange change) {
    change.requireNoFileOperation();
    Place place = present(change);
    if (change.machine().running() && !place.bus().hotPlug()) {
      throw DeviceFaults.hotPlug(change.index());
    }
    change.clear(place.node());
  }

  private static Place present(DeviceChange change) {
    for (Bus bus : Bus.values()) {
      int offset = change.device().key - bus.deviceKey(0, 0);
      if (offset >= 0 && offset < bus.buses() * bus.units()) {
        var place = new Place(bus, offset / bus.units(), offset % bus.units());
        if (isDrive(change.vmx(), place.node())) {
          return place;
        }
      }
    }
    throw change.notThere();
  }

  private static void putBacking(
      DeviceChange change, String node, @Nullable VirtualDeviceBackingInfo backing) {
    switch (backing) {
      case null -> {}
      case VirtualCdromIsoBackingInfo image ->
          put(change, node, IMAGE, change.images().inConfiguration(image.fileName), false);
      case VirtualCdromAtapiBackingInfo host -> put(change, node, ATAPI, host.deviceName, false);
      case VirtualCdromPassthroughBackingInfo host ->
          put(change, node, RAW, host.deviceName, false);
      case VirtualCdromRemoteAtapiBackingInfo client ->
          put(change, node, ATAPI, client.deviceName, true);
      case VirtualCdromRemotePassthroughBackingInfo client ->
          put(change, node, RAW, client.deviceName, true);
      default -> throw DeviceFaults.backing(change.index(), "it is no backing of a CD drive");
    }
  }

  private static void put(
      DeviceChange change, String node, String type, @Nullable String file, boolean client) {
    change.put(node + ".deviceType", type);
    change.put(node + ".fileName", file == null ? "" : file);
    if (client) {
      change.vmx().putFlag(node + ".clientDevice", true);
    } else {
      change.vmx().remove(node + ".clientDevice");
    }
  }
}
