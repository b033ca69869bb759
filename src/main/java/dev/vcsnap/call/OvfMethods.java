package dev.vcsnap.call;

import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.inventory.VirtualMachines;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.ovf.OvfService;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.OvfCreateDescriptorParams;
import dev.vcsnap.vim.VirtualMachineConfigInfo;

/** Descriptors of machines. */
public final class OvfMethods implements MethodTable.Contributor {

  private final ObjectRegistry objects;
  private final VirtualMachines machines;
  private final OvfService ovf;

  public OvfMethods(ObjectRegistry objects, VirtualMachines machines, OvfService ovf) {
    this.objects = objects;
    this.machines = machines;
    this.ovf = ovf;
  }

  @Override
  public void contribute(MethodTable table) {
    table.on("OvfManager", "CreateDescriptor", this::describe);
  }

  private Object describe(CallContext context, ManagedObject self, Arguments arguments) {
    ManagedObject object = objects.require(arguments.reference("obj"));
    if (!object.type().isA("VirtualMachine")) {
      throw Faults.notSupported("CreateDescriptor of a " + object.type().name());
    }
    VirtualMachine machine = machines.of(object);
    var params = arguments.data("cdp", OvfCreateDescriptorParams.class);
    ManagedObject described = object;
    if (params.snapshot != null) {
      described = objects.require(params.snapshot);
      if (!machines.ownerOf(described).equals(machine)) {
        throw Faults.invalidArgument("cdp.snapshot");
      }
    }
    if (described.get("config") instanceof VirtualMachineConfigInfo config) {
      return ovf.describe(machine, config, params);
    }
    throw Faults.invalidArgument("obj");
  }
}
