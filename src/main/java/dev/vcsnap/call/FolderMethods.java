package dev.vcsnap.call;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.provision.FolderService;
import dev.vcsnap.provision.ProvisionService;
import dev.vcsnap.task.TaskBody;
import dev.vcsnap.task.TaskRequest;
import dev.vcsnap.task.TaskService;
import dev.vcsnap.vim.ManagedObjectReference;
import java.util.List;
import java.util.function.Function;

/** Folders for machines: made, renamed, filled and removed. */
public final class FolderMethods implements MethodTable.Contributor {

  private static final String FOLDER = "Folder";

  /** What happens to the machines of a folder that is removed. */
  private interface Ending {
    void end(ManagedObject machine, TaskBody.Progress progress);
  }

  private final ObjectRegistry objects;
  private final TaskService tasks;
  private final ProvisionService provision;
  private final FolderService folders;

  public FolderMethods(
      ObjectRegistry objects,
      TaskService tasks,
      ProvisionService provision,
      FolderService folders) {
    this.objects = objects;
    this.tasks = tasks;
    this.provision = provision;
    this.folders = folders;
  }

  @Override
  public void contribute(MethodTable table) {
    table
        .on(
            FOLDER,
            "CreateFolder",
            (context, self, arguments) -> folders.create(self, arguments.string("name")))
        .on(FOLDER, "Rename_Task", this::rename)
        .on(FOLDER, "MoveIntoFolder_Task", this::moveInto)
        .on(
            FOLDER,
            "Destroy_Task",
            (context, self, arguments) ->
                remove(
                    context,
                    self,
                    arguments,
                    "Destroy_Task",
                    folders::machinesToDelete,
                    provision::destroy))
        .on(
            FOLDER,
            "UnregisterAndDestroy_Task",
            (context, self, arguments) ->
                remove(
                    context,
                    self,
                    arguments,
                    "UnregisterVM",
                    folders::machinesToForget,
                    (machine, progress) -> provision.unregister(machine)));
  }

  private Object rename(CallContext context, ManagedObject self, Arguments arguments) {
    String name = arguments.string("newName");
    return tasks.start(
        ProvisionMethods.request(context, self, arguments),
        progress -> {
          folders.rename(self, name);
          return null;
        });
  }

  private Object moveInto(CallContext context, ManagedObject self, Arguments arguments) {
    List<ManagedObject> moved =
        arguments.list("list", ManagedObjectReference.class).stream()
            .map(objects::require)
            .toList();
    return tasks.startBeside(
        ProvisionMethods.request(context, self, arguments),
        progress -> {
          folders.moveInto(self, moved, progress);
          return null;
        });
  }

  /** Each machine ends in a task of its own, so that it is not taken from another operation. */
  private Object remove(
      CallContext context,
      ManagedObject self,
      Arguments arguments,
      String method,
      Function<ManagedObject, List<ManagedObject>> concerned,
      Ending ending) {
    TaskRequest request = ProvisionMethods.request(context, self, arguments);
    return tasks.start(
        request,
        progress -> {
          for (ManagedObject machine : concerned.apply(self)) {
            tasks.runNow(
                new TaskRequest(
                    machine,
                    method,
                    method.equals("UnregisterVM")
                        ? "VirtualMachine.unregister"
                        : "VirtualMachine.destroy",
                    request.userName()),
                own -> {
                  ending.end(machine, own);
                  return null;
                });
          }
          folders.remove(self);
          return null;
        });
  }
}
