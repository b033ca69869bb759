package dev.vcsnap.inventory;

import dev.vcsnap.datastore.DatastorePath;
import dev.vcsnap.datastore.VmDirectory;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.VimException;
import dev.vcsnap.vim.VirtualMachineConnectionState;
import dev.vcsnap.vim.VirtualMachinePowerState;

/**
 * A registered machine whose files cannot be used: clients see its name and place, and that it is
 * not connected; no operation works on it but those that mend or forget it.
 *
 * @param configPath its .vmx, as it was registered
 * @param power what it was when the server last knew, and will be again once it is mended
 * @param name its own where its configuration can be read, else that of the file (assumed; a real
 *     vCenter keeps the last one that it knew)
 * @param failure what is wrong with its files
 */
public record UnopenedMachine(
    ManagedObject object,
    DatastorePath configPath,
    Placement placement,
    VirtualMachinePowerState power,
    String name,
    RuntimeException failure) {

  /** True if its configuration has a template's name. */
  public boolean isTemplate() {
    return configPath.fileName().endsWith(VmDirectory.TEMPLATE);
  }

  /**
   * {@code inaccessible} while a file cannot be read, {@code invalid} where the content of one
   * makes no sense. A real host looks at the configuration alone and finds out about a disk at
   * power on (assumed to be the same for all files here).
   */
  public VirtualMachineConnectionState state() {
    if (!(failure instanceof BlockError error)) {
      return VirtualMachineConnectionState.invalid;
    }
    return switch (error.kind()) {
      case NOT_THIS_FORMAT, CORRUPT, TOO_NEW, UNSUPPORTED, OUT_OF_BOUNDS ->
          VirtualMachineConnectionState.invalid;
      case IO, NO_SPACE, NOT_FOUND, ALREADY_EXISTS, READ_ONLY, LOCKED, CLOSED ->
          VirtualMachineConnectionState.inaccessible;
    };
  }

  /** The same machine after another attempt. */
  public UnopenedMachine with(RuntimeException otherFailure) {
    return new UnopenedMachine(object, configPath, placement, power, name, otherFailure);
  }

  /** What every operation on it is refused with (rule A20). */
  public VimException refusal() {
    return Faults.invalidState(
        "the virtual machine '" + name + "' is " + state() + ": " + failure.getMessage());
  }
}
