package dev.vcsnap.inventory;

import dev.vcsnap.vim.HostCapability;
import java.util.List;

/**
 * What a host says it can do.
 *
 * <p>True only what this server does when it is asked: a client that finds a capability tries it.
 */
final class HostCapabilities {

  private HostCapabilities() {}

  static HostCapability capability(HostHardware hardware) {
    var capability = new HostCapability();
    capability.recursiveResourcePoolsSupported = true;
    capability.highGuestMemSupported = true;
    capability.perVmSwapFiles = true;
    capability.cloneFromSnapshotSupported = true;
    capability.deltaDiskBackingsSupported = true;
    capability.vmotionSupported = false;
    capability.storageVMotionSupported = false;
    capability.maxSupportedVMs = 1024;
    capability.maxRunningVMs = 1024;
    capability.maxHostRunningVms = 1024;
    capability.maxRegisteredVMs = 4096;
    capability.maxSupportedVcpus = 768;
    capability.maxHostSupportedVcpus = 4096;
    capability.maxSupportedVmMemory = (int) hardware.memoryMegabytes();
    capability.supportedVmfsMajorVersion = List.of(5, 6);
    capability.cryptoSupported = false;
    capability.vsanSupported = false;
    return capability;
  }
}
