package dev.vcsnap.call;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.session.Session;

/** Decides what a session may do; asked once for each call, before anything of it is done. */
@FunctionalInterface
public interface Privileges {

  /** True if the session has the privilege on the object. */
  boolean has(Session session, ManagedObject object, String privilegeId);
}
