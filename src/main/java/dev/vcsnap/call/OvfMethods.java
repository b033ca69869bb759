package dev.vcsnap.call;

import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.inventory.VirtualMachines;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.ovf.OvfService;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.OvfCreateDescriptorParams;
import dev.vcsnap.vim.OvfCreateImportSpecParams;
import dev.vcsnap.vim.OvfValidateHostParams;
import dev.vcsnap.vim.VirtualMachineConfigInfo;

/** Descriptors of machines. */
public final class OvfMethods implements MethodTable.Contributor {

  private static final String OVF = "OvfManager";

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
    table
        .on(OVF, "CreateDescriptor", this::describe)
        .on(OVF, "ParseDescriptor", this::parse)
        .on(OVF, "ValidateHost", this::validate)
        .on(OVF, "CreateImportSpec", this::importSpec);
  }

  private Object parse(CallContext context, ManagedObject self, Arguments arguments) {
    return ovf.parse(arguments.string("ovfDescriptor"));
  }

  private Object validate(CallContext context, ManagedObject self, Arguments arguments) {
    objects.require(arguments.reference("host"));
    var params = arguments.data("vhp", OvfValidateHostParams.class);
    return ovf.validate(
        arguments.string("ovfDescriptor"),
        params.deploymentOption == null ? "" : params.deploymentOption);
  }

  private Object importSpec(CallContext context, ManagedObject self, Arguments arguments) {
    objects.require(arguments.reference("resourcePool"));
    ManagedObject datastore = objects.require(arguments.reference("datastore"));
    return ovf.importSpec(
        arguments.string("ovfDescriptor"),
        String.valueOf(datastore.get("name")),
        arguments.data("cisp", OvfCreateImportSpecParams.class));
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
