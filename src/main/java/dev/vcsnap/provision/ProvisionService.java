package dev.vcsnap.provision;

import dev.vcsnap.inventory.InventoryTree;
import dev.vcsnap.inventory.ReconfigureService;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.task.TaskBody;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.VimException;
import dev.vcsnap.vim.VirtualMachineCloneSpec;
import dev.vcsnap.vim.VirtualMachineConfigSpec;
import dev.vcsnap.vim.VirtualMachinePowerState;
import dev.vcsnap.vim.VirtualMachineRelocateSpec;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The operations by which machines come and go. Each checks at once what a real server checks
 * before it makes a task, and returns the task's work.
 */
public final class ProvisionService {

  private final Machinery machinery;
  private final MachineCreation creation;
  private final MachineRegistration registration;
  private final MachineRemoval removal;
  private final MachineReloading reloading;
  private final MachineClone clones;
  private final MachinePlaces places;
  private final MachineRelocation relocation;
  private final ReconfigureService reconfigure;

  ProvisionService(
      Machinery machinery,
      MachineCreation creation,
      MachineRegistration registration,
      MachineRemoval removal,
      MachineReloading reloading,
      MachineClone clones,
      MachinePlaces places,
      ReconfigureService reconfigure) {
    this.machinery = machinery;
    this.creation = creation;
    this.registration = registration;
    this.removal = removal;
    this.reloading = reloading;
    this.clones = clones;
    this.places = places;
    this.relocation = new MachineRelocation(machinery, places);
    this.reconfigure = reconfigure;
  }

  /** Makes a machine in a folder from a specification. */
  public TaskBody create(
      ManagedObject folder,
      VirtualMachineConfigSpec spec,
      ManagedObjectReference pool,
      @Nullable ManagedObjectReference host) {
    Site site = Site.of(machinery.tree(), folder, pool, host);
    return progress -> creation.create(site, spec, progress);
  }

  /**
   * Makes a machine whose disks are still to be filled, in a folder or in that of all machines.
   *
   * @return makes it, and first gives the machine to whoever wants it for himself
   * @throws VimException NotSupported for a disk that has bytes already
   */
  public Function<Consumer<VirtualMachine>, MachineImport> beginImport(
      VirtualMachineConfigSpec spec,
      ManagedObjectReference pool,
      @Nullable ManagedObjectReference folder,
      @Nullable ManagedObjectReference host) {
    EmptyDisks.require(spec);
    InventoryTree tree = machinery.tree();
    ManagedObject target =
        folder == null
            ? tree.vmFolder()
            : tree.find(folder).orElseThrow(() -> Faults.notFound(folder));
    Site site = Site.of(tree, target, pool, host);
    return reserve -> creation.begin(site, spec, reserve);
  }

  /** Takes a machine in whose files are there. */
  public TaskBody register(
      ManagedObject folder,
      String path,
      @Nullable String name,
      boolean asTemplate,
      @Nullable ManagedObjectReference pool,
      @Nullable ManagedObjectReference host) {
    if ((pool == null) != asTemplate) {
      throw Faults.invalidArgument("pool");
    }
    if (asTemplate && host == null) {
      throw Faults.invalidArgument("host");
    }
    Site site = Site.of(machinery.tree(), folder, pool, host);
    return progress -> registration.register(site, path, name, asTemplate, progress);
  }

  /**
   * Makes a machine from a machine. Whether the task needs the original to itself, is told by
   * {@link #cloneFreezes}.
   */
  public TaskBody clone(
      VirtualMachine source,
      ManagedObjectReference folder,
      String name,
      VirtualMachineCloneSpec spec) {
    InventoryTree tree = machinery.tree();
    ManagedObject target = tree.find(folder).orElseThrow(() -> Faults.notFound(folder));
    ManagedObjectReference pool = spec.location.pool;
    ManagedObjectReference host = spec.location.host;
    if (pool == null && source.isTemplate() && !spec.template) {
      throw Faults.invalidArgument("spec.location.pool");
    }
    if (pool == null && host == null) {
      pool = source.placement().pool();
    }
    if (host == null && Objects.equals(pool, source.placement().pool())) {
      host = source.placement().host();
    }
    Site site = Site.of(tree, target, pool, host);
    CloneWish wish = CloneWish.of(source, spec, tree);
    boolean freezes = cloneFreezes(source, spec);
    return progress -> {
      if (freezes != cloneFreezes(source, spec)) {
        // It was turned on or off between the call and the task.
        throw Faults.invalidPowerState(
            freezes ? VirtualMachinePowerState.poweredOn : VirtualMachinePowerState.poweredOff,
            source.power());
      }
      return clones.clone(source, site, name, wish, progress);
    };
  }

  /** True if a clone freezes the original's disks for the time of the copy. */
  public boolean cloneFreezes(VirtualMachine source, VirtualMachineCloneSpec spec) {
    return spec.snapshot == null && CloneSource.mustFreeze(source);
  }

  /** Moves a machine to another host, pool or folder. */
  public TaskBody relocate(VirtualMachine machine, VirtualMachineRelocateSpec spec) {
    return relocation.relocate(machine, spec);
  }

  /** Makes a template of a machine that is off. */
  public void markAsTemplate(VirtualMachine machine) {
    places.markAsTemplate(machine);
  }

  /** Makes a machine of a template. */
  public void markAsMachine(
      VirtualMachine template, ManagedObjectReference pool, @Nullable ManagedObjectReference host) {
    ManagedObject folder = machinery.tree().find(template.placement().folder()).orElseThrow();
    places.markAsMachine(template, Site.of(machinery.tree(), folder, pool, host));
  }

  /** Gives a machine another name; its files keep theirs. */
  public void rename(VirtualMachine machine, String name) {
    var spec = new VirtualMachineConfigSpec();
    spec.name = name;
    reconfigure.reconfigure(machine, spec);
  }

  /** Forgets a machine that is off, or whose files cannot be used; its files stay. */
  public void unregister(ManagedObject machine) {
    removal.unregister(machine);
  }

  /** Reads a machine's files again, also those of one whose files could not be used. */
  public void reload(ManagedObject machine) {
    reloading.reload(machine);
  }

  /** Goes on with the files of another configuration; the machine keeps its id and its place. */
  public void reload(ManagedObject machine, String configurationPath) {
    reloading.reload(machine, configurationPath);
  }

  /** Deletes a machine that is off, with its files. */
  public void destroy(ManagedObject machine, TaskBody.Progress progress) {
    removal.destroy(machinery.machines().of(machine), progress);
  }
}
