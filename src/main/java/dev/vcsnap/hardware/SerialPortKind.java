package dev.vcsnap.hardware;

import dev.vcsnap.datastore.Vmx;
import dev.vcsnap.vim.VirtualDevice;
import dev.vcsnap.vim.VirtualDeviceBackingInfo;
import dev.vcsnap.vim.VirtualSerialPort;
import dev.vcsnap.vim.VirtualSerialPortDeviceBackingInfo;
import dev.vcsnap.vim.VirtualSerialPortFileBackingInfo;
import dev.vcsnap.vim.VirtualSerialPortURIBackingInfo;
import org.jspecify.annotations.Nullable;

/** Serial ports with a file, a port of the host, or a network address. Nothing is sent. */
final class SerialPortKind implements DeviceKind {

  private static final NumberedDevices PORTS =
      new NumberedDevices("serial", 9000, 32, "a machine has 32 serial ports");

  private static final int FIRST_UNIT = 2;

  @Override
  public boolean covers(VirtualDevice device) {
    return device instanceof VirtualSerialPort;
  }

  /** Lists those that the configuration has. */
  void show(VmDevices list) {
    for (int number = 0; number < PORTS.most(); number++) {
      String prefix = PORTS.prefix(number);
      if (list.vmx().flag(prefix + ".present")) {
        var port = new VirtualSerialPort();
        port.yieldOnPoll = !"FALSE".equals(list.vmx().get(prefix + ".yieldOnMsrRead").orElse(""));
        port.backing = backing(list, prefix);
        port.connectable = list.connection(prefix);
        list.child(
            port,
            PORTS.key() + number,
            "Serial port " + (number + 1),
            summary(list, prefix),
            VmDevices.SIO,
            FIRST_UNIT + number);
      }
    }
  }

  private static String summary(VmDevices list, String prefix) {
    Vmx vmx = list.vmx();
    String name = vmx.get(prefix + ".fileName").orElse("");
    return switch (vmx.get(prefix + ".fileType").orElse("device")) {
      case "file" -> "File " + list.images().forClients(name);
      case "network" -> "Remote " + name;
      default -> name;
    };
  }

  private static VirtualDeviceBackingInfo backing(VmDevices list, String prefix) {
    Vmx vmx = list.vmx();
    String file = vmx.get(prefix + ".fileName").orElse("");
    String type = vmx.get(prefix + ".fileType").orElse("device");
    if (type.equals("file")) {
      var backing = new VirtualSerialPortFileBackingInfo();
      backing.fileName = list.images().forClients(file);
      return backing;
    }
    if (type.equals("network")) {
      var backing = new VirtualSerialPortURIBackingInfo();
      backing.serviceURI = file;
      backing.direction = vmx.get(prefix + ".network.endPoint").orElse("server");
      backing.proxyURI = vmx.get(prefix + ".vspc").orElse(null);
      return backing;
    }
    var backing = new VirtualSerialPortDeviceBackingInfo();
    backing.deviceName = file;
    backing.useAutoDetect = false;
    return backing;
  }

  @Override
  public void add(DeviceChange change) {
    PORTS.add(change, prefix -> put(change, prefix));
  }

  @Override
  public void edit(DeviceChange change) {
    PORTS.edit(change, prefix -> put(change, prefix));
  }

  @Override
  public void remove(DeviceChange change) {
    PORTS.remove(change);
  }

  private static void put(DeviceChange change, String prefix) {
    var port = (VirtualSerialPort) change.device();
    switch (port.backing) {
      case null -> {}
      case VirtualSerialPortFileBackingInfo file ->
          put(change, prefix, "file", change.images().inConfiguration(file.fileName));
      case VirtualSerialPortDeviceBackingInfo host ->
          put(change, prefix, "device", host.deviceName);
      case VirtualSerialPortURIBackingInfo network -> {
        put(change, prefix, "network", network.serviceURI);
        change.put(
            prefix + ".network.endPoint", network.direction == null ? "server" : network.direction);
        if (network.proxyURI == null || network.proxyURI.isEmpty()) {
          change.vmx().remove(prefix + ".vspc");
        } else {
          change.put(prefix + ".vspc", network.proxyURI);
        }
      }
      default ->
          throw DeviceFaults.backing(change.index(), "it is no backing of a served serial port");
    }
    change.vmx().putFlag(prefix + ".yieldOnMsrRead", port.yieldOnPoll);
    change.connect(prefix, port.connectable);
  }

  private static void put(
      DeviceChange change, String prefix, String type, @Nullable String fileName) {
    change.put(prefix + ".fileType", type);
    change.put(prefix + ".fileName", fileName == null ? "" : fileName);
  }
}
