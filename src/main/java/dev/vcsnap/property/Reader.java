package dev.vcsnap.property;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.rights.Access;
import dev.vcsnap.rights.AccessService;
import dev.vcsnap.rights.Concerns;
import dev.vcsnap.rights.PrivilegeCatalog;
import dev.vcsnap.session.Session;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.Property;
import org.jspecify.annotations.Nullable;

/**
 * Who reads, and what that caller may see. Made for each request, since it stands for the rights of
 * that moment; a caller who may see everything costs no question.
 */
final class Reader {

  private static final String SERVICE = "ServiceInstance";

  private final @Nullable String sessionId;

  /** Null if nothing needs to be asked: before login, and of who may see everything. */
  private final @Nullable Access access;

  private Reader(@Nullable String sessionId, @Nullable Access access) {
    this.sessionId = sessionId;
    this.access = access;
  }

  /** The reader of a session; before login there is none. */
  static Reader of(@Nullable Session session, AccessService rights) {
    if (session == null) {
      return new Reader(null, null);
    }
    Access access = rights.of(session);
    return new Reader(session.id(), access.isUnrestricted() ? null : access);
  }

  /** The session's id, or null before login. */
  @Nullable String sessionId() {
    return sessionId;
  }

  /** True if the object exists for this reader. */
  boolean sees(ManagedObject object) {
    return access == null || access.has(object, PrivilegeCatalog.VIEW);
  }

  /**
   * The privilege that the reader lacks to read what a path begins with; null if it may be read.
   *
   * @throws dev.vcsnap.vim.VimException NotAuthenticated before login for what is not public
   */
  @Nullable String lacks(ManagedObject object, PropertyPath path) {
    Property property = path.property();
    boolean open = property.privilege().equals(PrivilegeCatalog.ANONYMOUS);
    if (sessionId == null) {
      if (!open && !object.type().name().equals(SERVICE)) {
        throw Faults.notAuthenticated();
      }
      return null;
    }
    if (access == null || open) {
      return null;
    }
    String needed = Concerns.privilegeToRead(object, property);
    return access.has(object, needed) ? null : needed;
  }

  /** True if the rights are the same as of the other reader. */
  boolean mayTheSameAs(@Nullable Reader other) {
    return other != null
        && (access == null ? other.access == null : access.isOfTheSameRights(other.access));
  }
}
