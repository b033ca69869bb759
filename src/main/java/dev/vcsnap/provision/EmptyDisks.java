package dev.vcsnap.provision;

import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.VirtualDeviceConfigSpec;
import dev.vcsnap.vim.VirtualDeviceConfigSpecFileOperation;
import dev.vcsnap.vim.VirtualDisk;
import dev.vcsnap.vim.VirtualDiskFlatVer2BackingInfo;
import dev.vcsnap.vim.VirtualMachineConfigSpec;
import java.util.List;

/**
 * Refuses to import a machine whose disks are not all made empty with it: whoever fills one that is
 * there, or a child of one, would get its bytes mixed with what he sends.
 */
final class EmptyDisks {

  private EmptyDisks() {}

  /**
   * Looks at all disks that a specification adds.
   *
   * @throws dev.vcsnap.vim.VimException NotSupported for one that has bytes already
   */
  static void require(VirtualMachineConfigSpec spec) {
    List<VirtualDeviceConfigSpec> changes =
        spec.deviceChange == null ? List.of() : spec.deviceChange;
    for (VirtualDeviceConfigSpec change : changes) {
      if (change.device instanceof VirtualDisk disk
          && (change.fileOperation != VirtualDeviceConfigSpecFileOperation.create
              || hasParent(disk))) {
        throw Faults.notSupported("ImportVApp with a disk that is not made empty");
      }
    }
  }

  private static boolean hasParent(VirtualDisk disk) {
    return disk.backing instanceof VirtualDiskFlatVer2BackingInfo flat && flat.parent != null;
  }
}
