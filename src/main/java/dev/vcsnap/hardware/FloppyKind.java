package dev.vcsnap.hardware;

import dev.vcsnap.datastore.Vmx;
import dev.vcsnap.vim.VirtualDevice;
import dev.vcsnap.vim.VirtualDeviceBackingInfo;
import dev.vcsnap.vim.VirtualFloppy;
import dev.vcsnap.vim.VirtualFloppyDeviceBackingInfo;
import dev.vcsnap.vim.VirtualFloppyImageBackingInfo;
import dev.vcsnap.vim.VirtualFloppyRemoteDeviceBackingInfo;
import org.jspecify.annotations.Nullable;

/** Floppy drives, at most two. Nothing is read. */
final class FloppyKind implements DeviceKind {

  private static final NumberedDevices DRIVES =
      new NumberedDevices("floppy", 8000, 2, "a machine has two floppy drives");
  private static final String FILE = "file";
  private static final String DEVICE = "device";

  @Override
  public boolean covers(VirtualDevice device) {
    return device instanceof VirtualFloppy;
  }

  /** Lists those that the configuration has. */
  void show(VmDevices list) {
    for (int number = 0; number < DRIVES.most(); number++) {
      String prefix = DRIVES.prefix(number);
      if (list.vmx().flag(prefix + ".present")) {
        var drive = new VirtualFloppy();
        drive.backing = backing(list, prefix);
        drive.connectable = list.connection(prefix);
        list.child(
            drive,
            DRIVES.key() + number,
            "Floppy drive " + (number + 1),
            summary(drive.backing),
            VmDevices.SIO,
            number);
      }
    }
  }

  private static String summary(VirtualDeviceBackingInfo backing) {
    return switch (backing) {
      case VirtualFloppyImageBackingInfo image -> "Image " + image.fileName;
      case VirtualFloppyDeviceBackingInfo host -> "Image " + host.deviceName;
      default -> "Remote";
    };
  }

  private static VirtualDeviceBackingInfo backing(VmDevices list, String prefix) {
    Vmx vmx = list.vmx();
    String file = vmx.get(prefix + ".fileName").orElse("");
    if (vmx.flag(prefix + ".clientDevice")) {
      var remote = new VirtualFloppyRemoteDeviceBackingInfo();
      remote.deviceName = file;
      remote.useAutoDetect = false;
      return remote;
    }
    if (vmx.get(prefix + ".fileType").orElse(DEVICE).equals(FILE)) {
      var image = new VirtualFloppyImageBackingInfo();
      image.fileName = list.images().forClients(file);
      return image;
    }
    var host = new VirtualFloppyDeviceBackingInfo();
    host.deviceName = file;
    host.useAutoDetect = false;
    return host;
  }

  @Override
  public void add(DeviceChange change) {
    DRIVES.add(change, prefix -> put(change, prefix));
  }

  @Override
  public void edit(DeviceChange change) {
    DRIVES.edit(change, prefix -> put(change, prefix));
  }

  @Override
  public void remove(DeviceChange change) {
    DRIVES.remove(change);
  }

  private static void put(DeviceChange change, String prefix) {
    putBacking(change, prefix, change.device().backing);
    change.connect(prefix, change.device().connectable);
  }

  private static void putBacking(
      DeviceChange change, String prefix, @Nullable VirtualDeviceBackingInfo backing) {
    switch (backing) {
      case null -> {}
      case VirtualFloppyImageBackingInfo image ->
          put(change, prefix, FILE, change.images().inConfiguration(image.fileName), false);
      case VirtualFloppyDeviceBackingInfo host ->
          put(change, prefix, DEVICE, host.deviceName, false);
      case VirtualFloppyRemoteDeviceBackingInfo client ->
          put(change, prefix, DEVICE, client.deviceName, true);
      default -> throw DeviceFaults.backing(change.index(), "it is no backing of a floppy drive");
    }
  }

  private static void put(
      DeviceChange change, String prefix, String type, @Nullable String file, boolean client) {
    change.put(prefix + ".fileType", type);
    change.put(prefix + ".fileName", file == null ? "" : file);
    if (client) {
      change.vmx().putFlag(prefix + ".clientDevice", true);
    } else {
      change.vmx().remove(prefix + ".clientDevice");
    }
  }
}
