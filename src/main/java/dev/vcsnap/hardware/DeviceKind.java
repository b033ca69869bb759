package dev.vcsnap.hardware;

import dev.vcsnap.vim.VirtualDevice;

/** One kind of device, and what clients may do to it: each method edits the configuration. */
interface DeviceKind {

  boolean covers(VirtualDevice device);

  void add(DeviceChange change);

  void edit(DeviceChange change);

  void remove(DeviceChange change);
}
