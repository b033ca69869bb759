package dev.vcsnap.call;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.VirtualMachineCloneSpec;
import dev.vcsnap.vim.VirtualMachineConfigInfo;
import dev.vcsnap.vim.VirtualMachineConfigSpec;
import dev.vcsnap.vim.VirtualMachinePowerState;
import dev.vcsnap.vim.VirtualMachineRelocateSpec;
import dev.vcsnap.vim.VirtualMachineRelocateSpecDiskLocator;
import dev.vcsnap.vim.VirtualMachineRuntimeInfo;
import org.jspecify.annotations.Nullable;

/** What making, changing, copying and moving machines asks for. */
final class MachinePrivileges implements MethodTable.Contributor {

  private static final String SPACE = "Datastore.AllocateSpace";
  private static final String POOL = "Resource.AssignVMToPool";

  private final DatastoreNames datastores;

  MachinePrivileges(DatastoreNames datastores) {
    this.datastores = datastores;
  }

  @Override
  public void contribute(MethodTable table) {
    table
        .asks("VirtualMachine", "ReconfigVM_Task", this::reconfigure)
        .asks("VirtualMachine", "CloneVM_Task", this::copy)
        .asks("VirtualMachine", "RelocateVM_Task", MachinePrivileges::relocate)
        .asks("VirtualMachine", "UnregisterVM", MachinePrivileges::unregister)
        .asks("Folder", "CreateVM_Task", this::create)
        .asks("ResourcePool", "CreateChildVM_Task", this::createChild);
  }

  private void reconfigure(ManagedObject self, Arguments arguments, Needs needs) {
    var spec = arguments.optionalData("spec", VirtualMachineConfigSpec.class);
    if (spec != null) {
      of(needs).askForChange(self, spec, config(self));
    }
  }

  private void create(ManagedObject self, Arguments arguments, Needs needs) {
    var spec = arguments.optionalData("config", VirtualMachineConfigSpec.class);
    if (spec != null) {
      of(needs).askForNew(self, spec);
    }
  }

  private void createChild(ManagedObject self, Arguments arguments, Needs needs) {
    needs.on(self, POOL);
    create(self, arguments, needs);
  }

  private void copy(ManagedObject self, Arguments arguments, Needs needs) {
    var spec = arguments.optionalData("spec", VirtualMachineCloneSpec.class);
    ManagedObjectReference folder = arguments.optionalReference("folder");
    boolean toTemplate = spec != null && Boolean.TRUE.equals(spec.template);
    needs
        .on(self, "VirtualMachine.Provisioning." + kindOfCopy(isTemplate(self), toTemplate))
        .on(folder, "VirtualMachine.Inventory.CreateFromExisting");
    if (spec == null) {
      return;
    }
    if (spec.location != null) {
      place(spec.location, needs);
    }
    if (spec.location == null || (spec.location.datastore == null && spec.location.disk == null)) {
      needs.objectsIn(self.get("datastore")).forEach(datastore -> needs.on(datastore, SPACE));
    }
    if (spec.customization != null) {
      needs.on(self, "VirtualMachine.Provisioning.Customize");
    }
    ManagedObject target = folder == null ? null : needs.find(folder);
    if (target != null) {
      askForDifferences(self, target, spec, needs);
    }
  }

  /** What is to be different, whether it is said of the machine or of where it goes. */
  private void askForDifferences(
      ManagedObject self, ManagedObject target, VirtualMachineCloneSpec spec, Needs needs) {
    if (spec.config != null) {
      of(needs).askForChange(target, spec.config, config(self));
    }
    if (spec.location != null) {
      of(needs).askForDevices(target, spec.location.deviceChange, config(self));
    }
  }

  private static String kindOfCopy(boolean fromTemplate, boolean toTemplate) {
    if (fromTemplate) {
      return toTemplate ? "CloneTemplate" : "DeployTemplate";
    }
    return toTemplate ? "CreateTemplateFromVM" : "Clone";
  }

  private static void relocate(ManagedObject self, Arguments arguments, Needs needs) {
    if (self.get("runtime") instanceof VirtualMachineRuntimeInfo runtime
        && runtime.powerState == VirtualMachinePowerState.poweredOn) {
      needs.on(self, "Resource.HotMigrate");
    }
    var spec = arguments.optionalData("spec", VirtualMachineRelocateSpec.class);
    if (spec != null) {
      place(spec, needs);
      if (spec.folder != null) {
        needs
            .on(self, "VirtualMachine.Inventory.Move")
            .on(spec.folder, "VirtualMachine.Inventory.Move");
      }
    }
  }

  private static void place(VirtualMachineRelocateSpec spec, Needs needs) {
    needs.on(spec.pool, POOL).on(spec.datastore, SPACE);
    if (spec.disk != null) {
      for (VirtualMachineRelocateSpecDiskLocator disk : spec.disk) {
        needs.on(disk.datastore, SPACE);
      }
    }
  }

  private static void unregister(ManagedObject self, Arguments arguments, Needs needs) {
    EntityPrivileges.onParent(self, "VirtualMachine.Inventory.Unregister", needs);
  }

  private ConfigSpecPrivileges of(Needs needs) {
    return new ConfigSpecPrivileges(needs, datastores);
  }

  private static boolean isTemplate(ManagedObject machine) {
    VirtualMachineConfigInfo config = config(machine);
    return config != null && config.template;
  }

  private static @Nullable VirtualMachineConfigInfo config(ManagedObject machine) {
    return machine.get("config") instanceof VirtualMachineConfigInfo config ? config : null;
  }
}
