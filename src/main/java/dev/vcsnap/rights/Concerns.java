package dev.vcsnap.rights;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.vim.AlarmInfo;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.Property;
import dev.vcsnap.vim.ScheduledTaskInfo;
import dev.vcsnap.vim.TaskInfo;
import org.jspecify.annotations.Nullable;

/**
 * Says which member of the inventory an object is about, since permissions are set on members only:
 * a snapshot is about its machine, a task about what it works on. The service's own objects, and
 * what a session made for itself, are about the root folder.
 */
public final class Concerns {

  private final ObjectRegistry objects;

  private final RootFolder root;

  /**
   * @param root what everything else is about
   */
  public Concerns(ObjectRegistry objects, RootFolder root) {
    this.objects = objects;
    this.root = root;
  }

  /** The member of the inventory; the object itself if there is no inventory. */
  public ManagedObject entityOf(ManagedObject object) {
    if (object.type().isA("ManagedEntity")) {
      return object;
    }
    ManagedObjectReference about = about(object);
    ManagedObject entity = about == null ? null : objects.find(about);
    if (entity == null || !entity.type().isA("ManagedEntity")) {
      entity = objects.find(root.reference());
    }
    return entity == null ? object : entity;
  }

  /**
   * What is needed to read a property of an object. Where the interface names nothing, that is to
   * read the member of the inventory; of the service's own objects and of what a session made for
   * itself it is to be logged in (assumed).
   */
  public static String privilegeToRead(ManagedObject object, Property property) {
    if (!property.privilege().isEmpty()) {
      return property.privilege();
    }
    boolean ofMember = object.type().isA("ManagedEntity") || about(object) != null;
    return ofMember ? PrivilegeCatalog.READ : PrivilegeCatalog.VIEW;
  }

  private static @Nullable ManagedObjectReference about(ManagedObject object) {
    return switch (object.type().name()) {
      case "VirtualMachineSnapshot" ->
          object.get("vm") instanceof ManagedObjectReference machine ? machine : null;
      case "Task", "ScheduledTask", "Alarm" ->
          switch (object.get("info")) {
            case TaskInfo info -> info.entity;
            case ScheduledTaskInfo info -> info.entity;
            case AlarmInfo info -> info.entity;
            case null, default -> null;
          };
      default -> object.about();
    };
  }
}
