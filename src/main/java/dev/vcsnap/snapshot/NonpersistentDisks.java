package dev.vcsnap.snapshot;

import dev.vcsnap.datastore.Vmx;
import dev.vcsnap.disk.chain.OpenMode;
import dev.vcsnap.disk.chain.PreparedFork;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.vim.VirtualMachinePowerState;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Disks that lose their writes at power off (rule B27): while the machine is not off, such a disk
 * writes a link of its own above the one that the configuration names, and the configuration names
 * that link beside it as {@code redo}.
 */
public final class NonpersistentDisks {

  private final ChainAccess chains;

  public NonpersistentDisks(ChainAccess chains) {
    this.chains = chains;
  }

  /** True for both modes that lose writes. */
  static boolean isNonpersistent(Vmx vmx, String node) {
    return vmx.get(node + ".mode").orElse("").toLowerCase(Locale.ROOT).endsWith("nonpersistent");
  }

  /** Starts what a machine that runs needs, and drops it once the machine is off. */
  public void apply(VirtualMachine machine) {
    boolean off = machine.power() == VirtualMachinePowerState.poweredOff;
    for (String node : List.copyOf(machine.disks().keySet())) {
      Vmx vmx = machine.vmx();
      boolean started = !vmx.get(VirtualMachine.redoKey(node)).orElse("").isBlank();
      if (off && started) {
        drop(machine, vmx, node);
      } else if (!off && !started && isNonpersistent(vmx, node)) {
        start(machine, vmx, node);
      }
    }
  }

  private void start(VirtualMachine machine, Vmx vmx, String node) {
    RunningDisk disk = machine.disk(node);
    Path link = SnapshotCreation.nextLink(disk);
    PreparedFork fork = disk.prepareFork(link, DeltaChoice.above(machine, disk));
    boolean named = false;
    try {
      fork.closeGate();
      vmx.put(VirtualMachine.redoKey(node), machine.fileNameOf(link));
      machine.save(vmx, chains.clock().now());
      named = true;
    } finally {
      if (!named) {
        fork.abandon();
      }
    }
    fork.commit();
    fork.openGate();
  }

  /** Whoever had the disk open finds it closed: the machine is off. */
  private void drop(VirtualMachine machine, Vmx vmx, String node) {
    RunningDisk disk = machine.detach(node);
    Path link = disk.leaf();
    Path kept = disk.links().get(disk.links().size() - 2);
    disk.close();
    chains.factory().delete(link);
    vmx.remove(VirtualMachine.redoKey(node));
    machine.save(vmx, chains.clock().now());
    machine.attach(node, chains.factory().open(kept, OpenMode.READ_WRITE));
  }
}
