package dev.vcsnap.event;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.vim.VirtualMachineConfigInfo;
import dev.vcsnap.vim.VirtualMachineRuntimeInfo;
import dev.vcsnap.vim.VmRemovedEvent;
import org.jspecify.annotations.Nullable;

/**
 * What clients saw of a machine before an operation on it.
 *
 * @param removal tells that the machine is gone, with the names that only it knows while it is
 *     there
 */
record MachineBefore(
    ManagedObject machine,
    @Nullable VirtualMachineConfigInfo config,
    @Nullable VirtualMachineRuntimeInfo runtime,
    VmRemovedEvent removal) {

  static MachineBefore of(ManagedObject machine, EventSubjects subjects) {
    return new MachineBefore(
        machine,
        machine.get("config") instanceof VirtualMachineConfigInfo config ? config : null,
        machine.get("runtime") instanceof VirtualMachineRuntimeInfo runtime ? runtime : null,
        subjects.about(new VmRemovedEvent(), machine.reference()));
  }
}
