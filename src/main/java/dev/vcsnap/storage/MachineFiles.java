package dev.vcsnap.storage;

import dev.vcsnap.datastore.FileTree;
import dev.vcsnap.datastore.StoredDisk;
import dev.vcsnap.datastore.StoredFile;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.inventory.VirtualMachine;
import java.nio.file.Path;
import java.util.Collection;
import java.util.function.Supplier;

/**
 * Keeps the files that a registered machine cannot do without from being changed behind its back:
 * its configuration, its snapshot list, its NVRAM, and every disk that it has open.
 *
 * <p>A real host lets go of them when the machine is powered off; here they are kept until it is
 * unregistered.
 */
final class MachineFiles {

  private final Supplier<? extends Collection<VirtualMachine>> machines;

  /**
   * @param machines all that are registered
   */
  MachineFiles(Supplier<? extends Collection<VirtualMachine>> machines) {
    this.machines = machines;
  }

  /**
   * Refuses a file or folder in which a machine has something.
   *
   * @throws BlockError LOCKED, naming the file and who has it
   */
  void requireUnused(StoredFile file) {
    FileTree.of(file).requireUnlocked();
    StoredDisk.find(file).ifPresent(StoredDisk::requireUnlocked);
    Path path = file.file();
    for (VirtualMachine machine : machines.get()) {
      Path vmx = machine.files().fileOf(machine.files().vmxPath().fileName());
      if (vmx.startsWith(path) || (isBeside(vmx, path) && isOwn(machine, path))) {
        throw new BlockError(
            BlockError.Kind.LOCKED,
            path,
            "'%s' is used by the virtual machine '%s'".formatted(file, machine.name()),
            null);
      }
    }
  }

  private static boolean isBeside(Path vmx, Path path) {
    Path folder = vmx.getParent();
    return folder != null && folder.equals(path.getParent());
  }

  private static boolean isOwn(VirtualMachine machine, Path path) {
    String name = String.valueOf(path.getFileName());
    return name.equals(machine.files().baseName() + ".vmsd")
        || machine.vmx().get("nvram").filter(name::equals).isPresent()
        || machine.snapshots().snapshots().stream()
            .anyMatch(snapshot -> name.equals(snapshot.vmsnFileName()));
  }
}
