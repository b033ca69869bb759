package dev.vcsnap.storage;

import dev.vcsnap.datastore.FileClaims;
import dev.vcsnap.datastore.HeldDisks;
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
   * Claims a file or folder that is to be replaced, moved or deleted; no machine comes into use
   * there until the claim is closed.
   *
   * @throws BlockError LOCKED, naming the file and the machine that has something in it
   */
  FileClaims.Claim toChange(StoredFile file) {
    FileClaims.Claim claim = file.datastore().claims().toChange(file);
    boolean unused = false;
    try {
      // Refused at once; whoever does the work holds them until it is done.
      HeldDisks.of(file).close();
      requireUnused(file);
      unused = true;
      return claim;
    } finally {
      if (!unused) {
        claim.close();
      }
    }
  }

  private void requireUnused(StoredFile file) {
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
