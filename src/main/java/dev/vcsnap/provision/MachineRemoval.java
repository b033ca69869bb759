package dev.vcsnap.provision;

import dev.vcsnap.datastore.StoredFile;
import dev.vcsnap.datastore.UnclaimedFiles;
import dev.vcsnap.inventory.UnopenedMachine;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.task.TaskBody;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.VirtualMachinePowerState;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Takes machines out of the inventory, and their files off the datastore if they are to go. */
final class MachineRemoval {

  private final Machinery machinery;

  MachineRemoval(Machinery machinery) {
    this.machinery = machinery;
  }

  /** Forgets a machine, also one whose files cannot be used; its files stay as they are. */
  void unregister(ManagedObject machine) {
    Optional<UnopenedMachine> unopened = machinery.machines().unopened(machine);
    if (unopened.isPresent()) {
      machinery.registrations().removeMachine(machine.id());
      machinery.machines().withdraw(unopened.get());
    } else {
      unregister(machinery.machines().of(machine));
    }
  }

  /** Forgets a machine; its files stay as they are. */
  void unregister(VirtualMachine machine) {
    requireOff(machine);
    machinery.registrations().removeMachine(machine.object().id());
    machinery.machines().withdraw(machine);
    machine.closeDisks();
  }

  /**
   * Forgets a machine and deletes what is its own. Nothing happens while somebody reads one of its
   * disks or has a machine built on one: that is FileLocked. A first class disk that is to outlive
   * the machine stays, with its record; another one goes with its record.
   */
  void destroy(VirtualMachine machine, TaskBody.Progress progress) {
    requireOff(machine);
    var files = machine.files();
    var configuration = new StoredFile(files.datastore(), files.vmxPath());
    try (var _ = files.datastore().claims().toChange(configuration)) {
      destroyClaimed(machine, progress);
    }
  }

  private void destroyClaimed(VirtualMachine machine, TaskBody.Progress progress) {
    OwnFiles all = OwnFiles.of(machine, machinery.factory());
    FirstClassOnes disks = FirstClassOnes.of(machine, all.links(), machinery.factory());
    OwnFiles own = all.without(disks.links(), machine, machinery.factory());
    own.requireUnread(machine);
    progress.percent(10);
    var files = machine.files();
    machine.closeDisks();
    UnclaimedFiles.Note note = null;
    boolean forgotten = false;
    try {
      own.links().forEach(machinery.factory()::requireUnused);
      note = files.datastore().unclaimed().noteOld(files.vmxPath(), own.names());
      disks.keep();
      machinery.registrations().removeMachine(machine.object().id());
      forgotten = true;
    } finally {
      if (!forgotten) {
        if (note != null) {
          note.settle();
        }
        machinery.machines().openAgain(machine);
      }
    }
    machinery.machines().withdraw(machine);
    progress.percent(30);
    List<Path> elsewhere = own.elsewhere();
    elsewhere.reversed().forEach(machinery.factory()::delete);
    note.remove();
    disks.forget();
  }

  static void requireOff(VirtualMachine machine) {
    if (machine.power() != VirtualMachinePowerState.poweredOff) {
      throw Faults.invalidPowerState(VirtualMachinePowerState.poweredOff, machine.power());
    }
  }
}
