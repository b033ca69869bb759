package dev.vcsnap.call;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.session.Session;

/** Decides what a session may do; asked before anything of a call is done. */
@FunctionalInterface
public interface Privileges {

  /** True if the session has the privilege on the member of the inventory. */
  boolean has(Session session, ManagedObject object, String privilegeId);
}
