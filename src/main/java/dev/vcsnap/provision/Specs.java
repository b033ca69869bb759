package dev.vcsnap.provision;

import dev.vcsnap.vim.VirtualMachineConfigSpec;

/** What of a new machine's specification is left to a reconfiguration. */
final class Specs {

  private Specs() {}

  /** The specification without the members that only a new machine takes. */
  static VirtualMachineConfigSpec furtherPart(VirtualMachineConfigSpec spec) {
    var further = new VirtualMachineConfigSpec();
    for (int i = 0; i < VirtualMachineConfigSpec.TYPE.properties().size(); i++) {
      further.set(i, spec.get(i));
    }
    further.changeVersion = null;
    further.name = null;
    further.version = null;
    further.uuid = null;
    further.instanceUuid = null;
    further.locationId = null;
    further.createDate = null;
    further.files = null;
    further.firmware = null;
    return further;
  }
}
