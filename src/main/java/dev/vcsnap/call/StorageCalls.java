package dev.vcsnap.call;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.inventory.DiskFaults;
import dev.vcsnap.inventory.TaskLabels;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.storage.FileNames;
import dev.vcsnap.storage.Located;
import dev.vcsnap.task.TaskBody;
import dev.vcsnap.task.TaskRequest;
import dev.vcsnap.task.TaskService;
import dev.vcsnap.vim.ManagedObjectReference;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the calls on datastore files have in common: the file is found at the call, and the work is
 * a task of the datastore, beside others.
 */
final class StorageCalls {

  private final FileNames names;
  private final TaskService tasks;

  StorageCalls(FileNames names, TaskService tasks) {
    this.names = names;
    this.tasks = tasks;
  }

  /** The file that two parameters name. */
  Located locate(Arguments arguments, String nameParameter, String datacenterParameter) {
    return names.locate(
        arguments.string(nameParameter),
        arguments.optionalReference(datacenterParameter),
        datacenterParameter);
  }

  /** The file of a destination, which is in the source's datacenter when none is given. */
  Located locateDestination(
      Arguments arguments,
      String nameParameter,
      String datacenterParameter,
      String sourceDatacenterParameter) {
    ManagedObjectReference datacenter = arguments.optionalReference(datacenterParameter);
    return names.locate(
        arguments.string(nameParameter),
        datacenter == null ? arguments.optionalReference(sourceDatacenterParameter) : datacenter,
        datacenterParameter);
  }

  /** The file of that name, in whatever datacenter. */
  Located locate(String name) {
    return names.locate(name);
  }

  /** The root of a datastore. */
  Located root(ManagedObjectReference datastore) {
    return names.root(datastore);
  }

  /** Starts the work of a call as a task of the file's datastore. */
  ManagedObjectReference start(
      CallContext context, ManagedObject self, Arguments arguments, Located where, TaskBody body) {
    return tasks.startBeside(
        request(context, self, arguments, where.store()),
        progress -> naming(where, () -> body.run(progress)));
  }

  /** Starts the work of a call as a task of a machine, which nobody else may have meanwhile. */
  ManagedObjectReference startOn(
      CallContext context,
      ManagedObject self,
      Arguments arguments,
      Located where,
      ManagedObject machine,
      TaskBody body) {
    return tasks.start(
        request(context, self, arguments, machine),
        progress -> naming(where, () -> body.run(progress)));
  }

  private static TaskRequest request(
      CallContext context, ManagedObject self, Arguments arguments, ManagedObject entity) {
    String method = arguments.method().name();
    return new TaskRequest(
        entity,
        method,
        TaskLabels.descriptionId(self.type(), method),
        context.requireSession().userName());
  }

  /** Does what takes no time; a failure names the file in its datastore. */
  static <T extends @Nullable Object> T naming(Located where, Supplier<T> work) {
    try {
      return work.get();
    } catch (BlockError e) {
      throw DiskFaults.translate(e, List.of(where.file().datastore()));
    }
  }
}
