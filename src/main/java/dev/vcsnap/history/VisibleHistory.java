package dev.vcsnap.history;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.rights.Access;
import dev.vcsnap.rights.AccessService;
import dev.vcsnap.rights.PrivilegeCatalog;
import dev.vcsnap.session.Session;
import dev.vcsnap.vim.ManagedObjectReference;
import java.util.List;
import java.util.function.Predicate;

/**
 * Who may see what happened: those who see what it happened to, or the nearest thing around it that
 * is still there. What is about nothing of the inventory is for those who may read its root
 * (assumed).
 */
public final class VisibleHistory {

  private final ObjectRegistry objects;
  private final AccessService access;

  public VisibleHistory(ObjectRegistry objects, AccessService access) {
    this.objects = objects;
    this.access = access;
  }

  /**
   * What a session may see at this moment, told of one thing after another by what each is about,
   * the most particular first. Rights and inventory are looked at once for all of them, so it is
   * for one request and for one thread.
   */
  public Predicate<List<ManagedObjectReference>> of(Session session) {
    Access caller = access.of(session);
    return caller.isUnrestricted() ? subjects -> true : subjects -> isFor(caller, subjects);
  }

  private boolean isFor(Access caller, List<ManagedObjectReference> subjects) {
    for (ManagedObjectReference subject : subjects) {
      ManagedObject object = objects.find(subject);
      if (object != null) {
        return caller.has(object, PrivilegeCatalog.VIEW);
      }
    }
    ManagedObject root = objects.find(access.root().reference());
    return root == null || caller.has(root, PrivilegeCatalog.READ);
  }
}
