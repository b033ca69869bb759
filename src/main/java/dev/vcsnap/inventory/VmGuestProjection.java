package dev.vcsnap.inventory;

import dev.vcsnap.vim.GuestInfo;
import dev.vcsnap.vim.ManagedEntityStatus;
import dev.vcsnap.vim.VirtualMachineConfigInfo;
import dev.vcsnap.vim.VirtualMachinePowerState;
import dev.vcsnap.vim.VirtualMachineToolsStatus;

/** Makes {@code guest} of what VMware Tools tell. */
final class VmGuestProjection {

  private static final String RUNNING = "guestToolsRunning";

  private VmGuestProjection() {}

  static GuestInfo guest(
      VirtualMachinePowerState power, VirtualMachineConfigInfo config, GuestTools tools) {
    boolean installed = tools.state() != GuestTools.State.NOT_INSTALLED;
    var guest = new GuestInfo();
    guest.toolsStatus =
        switch (tools.state()) {
          case NOT_INSTALLED -> VirtualMachineToolsStatus.toolsNotInstalled;
          case NOT_RUNNING -> VirtualMachineToolsStatus.toolsNotRunning;
          case RUNNING -> VirtualMachineToolsStatus.toolsOk;
        };
    guest.toolsRunningStatus = tools.running() ? RUNNING : "guestToolsNotRunning";
    guest.toolsVersion = Integer.toString(tools.version());
    guest.toolsVersionStatus = installed ? versionStatus(tools) : "guestToolsNotInstalled";
    guest.toolsVersionStatus2 = guest.toolsVersionStatus;
    guest.guestState = power == VirtualMachinePowerState.poweredOn ? "running" : "notRunning";
    guest.appHeartbeatStatus = "appStatusGray";
    guest.appState = "none";
    guest.guestOperationsReady = false;
    guest.interactiveGuestOperationsReady = false;
    guest.guestStateChangeSupported = tools.running();
    if (installed) {
      guest.toolsInstallType =
          tools.family() == GuestTools.Family.WINDOWS
              ? "guestToolsTypeMSI"
              : "guestToolsTypeOpenVMTools";
      guest.guestFamily = tools.family().wireName();
      guest.guestId = tools.guestId() == null ? config.guestId : tools.guestId();
      guest.guestFullName = tools.fullName() == null ? config.guestFullName : tools.fullName();
      guest.hostName = tools.hostName();
      guest.ipAddress = tools.ipAddress();
      guest.net = tools.nics();
      guest.disk = tools.disks();
    }
    return guest;
  }

  /** Tools of a distribution are not the host's to update. */
  private static String versionStatus(GuestTools tools) {
    return tools.family() == GuestTools.Family.WINDOWS
        ? "guestToolsCurrent"
        : "guestToolsUnmanaged";
  }

  /** Green while Tools beat, gray where there is nothing that could. */
  static ManagedEntityStatus heartbeat(GuestInfo guest) {
    return RUNNING.equals(guest.toolsRunningStatus)
        ? ManagedEntityStatus.green
        : ManagedEntityStatus.gray;
  }
}
