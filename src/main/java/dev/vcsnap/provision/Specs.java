package dev.vcsnap.provision;

import dev.vcsnap.vim.DataObject;
import dev.vcsnap.vim.VirtualDeviceConfigSpec;
import dev.vcsnap.vim.VirtualMachineConfigSpec;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Takes specifications of new machines apart, and puts them together. */
final class Specs {

  private Specs() {}

  /** The specification without the members that only a new machine takes. */
  static VirtualMachineConfigSpec furtherPart(VirtualMachineConfigSpec spec) {
    VirtualMachineConfigSpec further = DataObject.copyOf(spec);
    further.changeVersion = null;
    further.name = null;
    further.version = null;
    further.uuid = null;
    further.instanceUuid = null;
    further.locationId = null;
    further.createDate = null;
    further.files = null;
    return further;
  }

  /** A specification with changes of devices before its own; null if there is neither. */
  static @Nullable VirtualMachineConfigSpec with(
      @Nullable VirtualMachineConfigSpec spec, @Nullable List<VirtualDeviceConfigSpec> changes) {
    if (changes == null || changes.isEmpty()) {
      return spec;
    }
    VirtualMachineConfigSpec whole =
        spec == null ? new VirtualMachineConfigSpec() : DataObject.copyOf(spec);
    whole.deviceChange =
        Stream.concat(
                changes.stream(),
                whole.deviceChange == null ? Stream.empty() : whole.deviceChange.stream())
            .toList();
    return whole;
  }
}
