package dev.vcsnap.call;

import dev.vcsnap.inventory.TaskLabels;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.inventory.VirtualMachines;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.provision.ProvisionService;
import dev.vcsnap.task.TaskBody;
import dev.vcsnap.task.TaskRequest;
import dev.vcsnap.task.TaskService;
import dev.vcsnap.vim.VirtualMachineCloneSpec;
import dev.vcsnap.vim.VirtualMachineConfigSpec;
import dev.vcsnap.vim.VirtualMachineRelocateSpec;
import org.jspecify.annotations.Nullable;

/** How machines come into the inventory and leave it. */
public final class ProvisionMethods implements MethodTable.Contributor {

  private static final String MACHINE = "VirtualMachine";
  private static final String FOLDER = "Folder";

  private final VirtualMachines machines;
  private final TaskService tasks;
  private final ProvisionService provision;

  public ProvisionMethods(VirtualMachines machines, TaskService tasks, ProvisionService provision) {
    this.machines = machines;
    this.tasks = tasks;
    this.provision = provision;
  }

  @Override
  public void contribute(MethodTable table) {
    table
        .on(FOLDER, "CreateVM_Task", this::create)
        .on(FOLDER, "RegisterVM_Task", this::register)
        .on(MACHINE, "CloneVM_Task", this::cloneMachine)
        .on(MACHINE, "RelocateVM_Task", this::relocate)
        .on(MACHINE, "MarkAsTemplate", this::markAsTemplate)
        .on(MACHINE, "MarkAsVirtualMachine", this::markAsMachine)
        .on(MACHINE, "Rename_Task", this::rename)
        .on(MACHINE, "UnregisterVM", this::unregister)
        .on(MACHINE, "Reload", this::reload)
        .on(MACHINE, "reloadVirtualMachineFromPath_Task", this::reloadFromPath)
        .on(MACHINE, "Destroy_Task", this::destroy);
  }

  private Object create(CallContext context, ManagedObject self, Arguments arguments) {
    TaskBody body =
        provision.create(
            self,
            arguments.data("config", VirtualMachineConfigSpec.class),
            arguments.reference("pool"),
            arguments.optionalReference("host"));
    return tasks.startBeside(request(context, self, arguments), body);
  }

  private Object register(CallContext context, ManagedObject self, Arguments arguments) {
    TaskBody body =
        provision.register(
            self,
            arguments.string("path"),
            arguments.optionalString("name"),
            arguments.bool("asTemplate"),
            arguments.optionalReference("pool"),
            arguments.optionalReference("host"));
    return tasks.startBeside(request(context, self, arguments), body);
  }

  private Object cloneMachine(CallContext context, ManagedObject self, Arguments arguments) {
    VirtualMachine source = machines.of(self);
    var spec = arguments.data("spec", VirtualMachineCloneSpec.class);
    TaskBody body =
        provision.clone(source, arguments.reference("folder"), arguments.string("name"), spec);
    TaskRequest request = request(context, self, arguments);
    return provision.cloneFreezes(source, spec)
        ? tasks.start(request, body)
        : tasks.startBeside(request, body);
  }

  private Object relocate(CallContext context, ManagedObject self, Arguments arguments) {
    TaskBody body =
        provision.relocate(
            machines.of(self), arguments.data("spec", VirtualMachineRelocateSpec.class));
    return tasks.start(request(context, self, arguments), body);
  }

  private @Nullable Object markAsTemplate(
      CallContext context, ManagedObject self, Arguments arguments) {
    VirtualMachine machine = machines.of(self);
    return tasks.runNow(
        request(context, self, arguments),
        progress -> {
          provision.markAsTemplate(machine);
          return null;
        });
  }

  private @Nullable Object markAsMachine(
      CallContext context, ManagedObject self, Arguments arguments) {
    VirtualMachine machine = machines.of(self);
    return tasks.runNow(
        request(context, self, arguments),
        progress -> {
          provision.markAsMachine(
              machine, arguments.reference("pool"), arguments.optionalReference("host"));
          return null;
        });
  }

  private Object rename(CallContext context, ManagedObject self, Arguments arguments) {
    VirtualMachine machine = machines.of(self);
    String name = arguments.string("newName");
    return tasks.start(
        request(context, self, arguments),
        progress -> {
          provision.rename(machine, name);
          return null;
        });
  }

  private @Nullable Object unregister(
      CallContext context, ManagedObject self, Arguments arguments) {
    return tasks.runNow(
        request(context, self, arguments),
        progress -> {
          provision.unregister(self);
          return null;
        });
  }

  private @Nullable Object reload(CallContext context, ManagedObject self, Arguments arguments) {
    return tasks.runNow(
        request(context, self, arguments),
        progress -> {
          provision.reload(self);
          return null;
        });
  }

  private Object reloadFromPath(CallContext context, ManagedObject self, Arguments arguments) {
    String path = arguments.string("configurationPath");
    return tasks.start(
        request(context, self, arguments),
        progress -> {
          provision.reload(self, path);
          return null;
        });
  }

  private Object destroy(CallContext context, ManagedObject self, Arguments arguments) {
    return tasks.start(
        request(context, self, arguments),
        progress -> {
          provision.destroy(self, progress);
          return null;
        });
  }

  static TaskRequest request(CallContext context, ManagedObject self, Arguments arguments) {
    String method = arguments.method().name();
    return new TaskRequest(
        self,
        method,
        TaskLabels.descriptionId(self.type(), method),
        context.requireSession().userName());
  }
}
