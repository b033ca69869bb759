package dev.vcsnap.provision;

import dev.vcsnap.datastore.Datastore;
import dev.vcsnap.datastore.DatastorePath;
import dev.vcsnap.datastore.VmDirectory;
import dev.vcsnap.datastore.Vmx;
import dev.vcsnap.inventory.InventoryTree;
import dev.vcsnap.inventory.ReconfigureService;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.task.TaskBody;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.VirtualMachineConfigSpec;
import java.util.function.Consumer;

/**
 * Makes machines from a specification: a folder with a configuration of no devices, which is then
 * reconfigured as any other machine would be, and shown when it is complete.
 */
final class MachineCreation {

  private static final int NVRAM_BYTES = 8684;

  private final Machinery machinery;
  private final ReconfigureService reconfigure;
  private final MachineIdentity identity;
  private final Arrival arrival;

  MachineCreation(Machinery machinery, ReconfigureService reconfigure, MachineIdentity identity) {
    this.machinery = machinery;
    this.reconfigure = reconfigure;
    this.identity = identity;
    this.arrival = new Arrival(machinery);
  }

  /** Makes a machine that is off; nothing is left of one that cannot be made. */
  ManagedObjectReference create(
      Site site, VirtualMachineConfigSpec spec, TaskBody.Progress progress) {
    requireName(spec);
    InventoryTree.Store store = storeOf(spec);
    try (var _ = machinery.names().claim(site.folder(), spec.name);
        var home = home(store.datastore(), spec)) {
      progress.percent(10);
      writeFiles(home.files(), spec);
      progress.percent(50);
      return arrival
          .admit(
              home.files(),
              site.with(machinery.tree(), store),
              machine -> {
                reconfigure.reconfigure(machine, Specs.furtherPart(spec));
                progress.percent(90);
              },
              home::keep)
          .reference();
    }
  }

  /**
   * Makes a machine whose disks are still to be filled.
   *
   * @param reserve called with the machine before anybody sees it
   */
  MachineImport begin(Site site, VirtualMachineConfigSpec spec, Consumer<VirtualMachine> reserve) {
    requireName(spec);
    InventoryTree.Store store = storeOf(spec);
    try (var _ = machinery.names().claim(site.folder(), spec.name)) {
      NewHome home = home(store.datastore(), spec);
      boolean shown = false;
      try {
        writeFiles(home.files(), spec);
        VirtualMachine machine =
            arrival.open(
                home.files(),
                site.with(machinery.tree(), store),
                opened -> {
                  reconfigure.reconfigure(opened, Specs.furtherPart(spec));
                  reserve.accept(opened);
                });
        machinery.machines().show(machine);
        shown = true;
        return new MachineImport(machinery, home, machine);
      } finally {
        if (!shown) {
          home.close();
        }
      }
    }
  }

  private void writeFiles(VmDirectory files, VirtualMachineConfigSpec spec) {
    Vmx vmx = identity.of(spec.name, files.baseName(), spec);
    files.writeFile(files.baseName() + ".nvram", new byte[NVRAM_BYTES]);
    files.create(vmx);
  }

  private static void requireName(VirtualMachineConfigSpec spec) {
    if (spec.name == null || spec.name.isEmpty()) {
      throw ProvisionFaults.invalidConfig("configSpec.name");
    }
  }

  private InventoryTree.Store storeOf(VirtualMachineConfigSpec spec) {
    if (spec.files == null || spec.files.vmPathName == null || spec.files.vmPathName.isEmpty()) {
      throw ProvisionFaults.invalidConfig("configSpec.files.vmPathName");
    }
    String name = DatastorePath.parse(spec.files.vmPathName).datastore();
    return machinery
        .tree()
        .datastoreNamed(name)
        .orElseThrow(() -> ProvisionFaults.unknownDatastore(name));
  }

  /**
   * A datastore alone leaves the folder to the server; a folder alone has the file named after it.
   */
  private NewHome home(Datastore datastore, VirtualMachineConfigSpec spec) {
    DatastorePath wanted = DatastorePath.parse(spec.files.vmPathName);
    if (wanted.isRoot()) {
      return NewHome.named(datastore, spec.name, false, this::isRegistered);
    }
    // The one way to write it: a machine is known by its path.
    wanted = datastore.nameOf(datastore.fileOf(wanted));
    return NewHome.at(
        datastore,
        wanted.fileName().endsWith(VmDirectory.MACHINE)
            ? wanted
            : wanted.resolve(NewHome.fileName(spec.name) + VmDirectory.MACHINE),
        this::isRegistered);
  }

  private boolean isRegistered(DatastorePath vmxPath) {
    return machinery.machines().at(vmxPath).isPresent();
  }
}
