package dev.vcsnap.rights;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.session.Account;
import dev.vcsnap.session.Session;
import dev.vcsnap.session.SessionService;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Answers what a caller may do, from the roles and permissions of this moment. */
public final class AccessService {

  private final ObjectRegistry objects;
  private final AuthorizationService authorization;
  private final Concerns concerns;
  private final Map<String, Standing> standings = new ConcurrentHashMap<>();

  public AccessService(ObjectRegistry objects, AuthorizationService authorization) {
    this.objects = objects;
    this.authorization = authorization;
    this.concerns = new Concerns(objects, root());
  }

  /** Where a permission holds for everything. */
  public RootFolder root() {
    return new RootFolder(authorization.root());
  }

  /** What the session's user may do, for one request. */
  public Access of(Session session) {
    return of(session.account());
  }

  /** True if the session's user has the privilege on the object. */
  public boolean has(Session session, ManagedObject object, String privilegeId) {
    return of(session).has(object, privilegeId);
  }

  /** True if there is anything that the user may see; who may see nothing cannot log in. */
  public boolean seesAnything(Account account) {
    for (var entry : standing(account).all()) {
      if (entry.getValue().here().has(PrivilegeCatalog.VIEW)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Makes every member of the inventory show its permissions, and the reader's roles. Call before
   * there are any.
   */
  public void declareProperties(SessionService sessions) {
    objects.declare(
        "ManagedEntity",
        "effectiveRole",
        entity ->
            sessionId ->
                sessionId == null
                    ? List.of()
                    : sessions
                        .find(sessionId)
                        .map(session -> of(session).on(entity).roleIds())
                        .orElse(List.of()));
    objects.declare(
        "ManagedEntity",
        "permission",
        entity -> sessionId -> authorization.permissionsOn(entity.reference()));
  }

  /** The members that an object inherits permissions from, the nearest first. */
  public Set<ManagedObject> ancestorsOf(ManagedObject entity) {
    return Access.ancestorsOf(entity, objects);
  }

  /** What a user may do, for one request. */
  public Access of(Account account) {
    return new Access(standing(account), objects, concerns, authorization.view());
  }

  private Standing standing(Account account) {
    Rights rights = authorization.rights();
    Standing known = standings.get(account.userName());
    if (known == null || known.rights() != rights) {
      known = new Standing(rights, account, authorization.root().value());
      standings.put(account.userName(), known);
    }
    return known;
  }
}
