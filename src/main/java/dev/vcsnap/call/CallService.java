package dev.vcsnap.call;

import dev.vcsnap.datastore.DatastorePathException;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.inventory.DiskFaults;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.rights.Concerns;
import dev.vcsnap.rights.PrivilegeCatalog;
import dev.vcsnap.rights.RootFolder;
import dev.vcsnap.session.Session;
import dev.vcsnap.session.SessionService;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.ManagedType;
import dev.vcsnap.vim.MethodType;
import dev.vcsnap.vim.Property;
import dev.vcsnap.vim.Release;
import dev.vcsnap.vim.Vim25;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Resolves, authorises and runs calls for all bindings.
 *
 * <p>Before login only what the interface marks {@code System.Anonymous} may be called or read.
 */
public final class CallService {

  private static final String ANONYMOUS = PrivilegeCatalog.ANONYMOUS;

  private final ObjectRegistry objects;
  private final SessionService sessions;
  private final MethodTable table;
  private final Privileges privileges;
  private final Release newest;
  private final MeterRegistry meters;
  private final Concerns concerns;
  private final RootFolder root;

  /** Makes a service that speaks the newest version of the interface. */
  public CallService(
      ObjectRegistry objects,
      SessionService sessions,
      MethodTable table,
      Privileges privileges,
      MeterRegistry meters) {
    this(objects, sessions, table, privileges, RootFolder.OF_VCENTER, Release.NEWEST, meters);
  }

  /**
   * Makes the service.
   *
   * @param root what a call is about that is about nothing else
   * @param newest the newest version of the interface that is spoken
   */
  public CallService(
      ObjectRegistry objects,
      SessionService sessions,
      MethodTable table,
      Privileges privileges,
      RootFolder root,
      Release newest,
      MeterRegistry meters) {
    this.newest = newest;
    this.objects = objects;
    this.sessions = sessions;
    this.table = table;
    this.privileges = privileges;
    this.meters = meters;
    this.root = root;
    this.concerns = new Concerns(objects, root);
  }

  /** Starts a call: finds the session that the client named, if it is still alive. */
  public CallContext open(
      @Nullable String sessionId, Release release, String ipAddress, String userAgent) {
    Session session = sessionId == null ? null : sessions.use(sessionId).orElse(null);
    return new CallContext(session, spoken(release), ipAddress, userAgent);
  }

  /** The newest version of the interface that is spoken. */
  public Release newest() {
    return newest;
  }

  /** The version that a client is answered in: the one it asked for, if that is spoken. */
  public Release spoken(Release asked) {
    return newest.includes(asked) ? asked : newest;
  }

  /**
   * Finds the object and the description of the method, so that the binding can decode the
   * arguments.
   *
   * @param type the type that the client gave, or null if it gave none
   * @throws dev.vcsnap.vim.VimException ManagedObjectNotFound, MethodNotFound, or NotAuthenticated
   *     for a stale reference without a session
   */
  public Target resolve(CallContext context, @Nullable String type, String id, String method) {
    ManagedObject object = objects.find(id);
    if (object == null || (type != null && !isRelated(object.type(), type))) {
      requireSession(context);
      throw Faults.notFound(new ManagedObjectReference(type == null ? "ManagedObject" : type, id));
    }
    MethodType description = object.type().methods().get(method);
    if (description == null || !newest.includes(description.since())) {
      throw Faults.methodNotFound(object.reference(), method);
    }
    return new Target(object, description);
  }

  /** Runs a call whose arguments are decoded. */
  public @Nullable Object call(CallContext context, Target target, Arguments arguments) {
    MethodType method = target.method();
    String type = target.object().type().name();
    if (!method.privilege().equals(ANONYMOUS)) {
      requirePrivileges(context, target, arguments);
    }
    MethodHandler handler = table.find(target.object().type(), method.name());
    if (handler == null) {
      meters
          .counter("vcsnap_calls_not_supported", "method", type + "." + method.name())
          .increment();
      throw Faults.notSupported(type + "." + method.name());
    }
    arguments.requireComplete();
    meters.counter("vcsnap_calls", "method", type + "." + method.name()).increment();
    try {
      Session session = context.session();
      return session == null
          ? handler.invoke(context, target.object(), arguments)
          : sessions.during(session, () -> handler.invoke(context, target.object(), arguments));
    } catch (BlockError | DatastorePathException e) {
      throw DiskFaults.translate(e);
    }
  }

  /**
   * Refuses what could not be called on an object by anybody.
   *
   * @throws dev.vcsnap.vim.VimException MethodNotFound or NotSupported
   */
  void requireServed(ManagedObject object, String method) {
    if (!object.type().methods().containsKey(method)) {
      throw Faults.methodNotFound(object.reference(), method);
    }
    if (table.find(object.type(), method) == null) {
      throw Faults.notSupported(object.type().name() + "." + method);
    }
  }

  /** Finds an object and one of its own properties, for a read of that property alone. */
  public PropertyTarget resolveProperty(
      CallContext context, @Nullable String type, String id, String property) {
    ManagedObject object = objects.find(id);
    if (object == null || (type != null && !isRelated(object.type(), type))) {
      requireSession(context);
      throw Faults.notFound(new ManagedObjectReference(type == null ? "ManagedObject" : type, id));
    }
    Property description = object.type().properties().get(property);
    if (description == null || !newest.includes(description.since())) {
      throw Faults.invalidProperty(property);
    }
    return new PropertyTarget(object, description);
  }

  /** The value of a property; null if unset. */
  public @Nullable Object read(CallContext context, PropertyTarget target) {
    boolean anonymous =
        target.property().privilege().equals(ANONYMOUS)
            || target.object().type().name().equals("ServiceInstance");
    if (!anonymous) {
      new Needs(objects, concerns, privileges, context.requireSession())
          .on(target.object(), Concerns.privilegeToRead(target.object(), target.property()))
          .check();
    }
    return target.object().get(target.property().name(), context.sessionId());
  }

  /**
   * Refuses a caller who lacks a privilege, for what is no method of the interface.
   *
   * @param object on what; the root folder for what is about nothing, or about something gone
   * @throws dev.vcsnap.vim.VimException NotAuthenticated or NoPermission
   */
  public void requirePrivilege(
      CallContext context, @Nullable ManagedObjectReference object, String privilegeId) {
    Session session = context.requireSession();
    ManagedObject found = object == null ? null : objects.find(object);
    ManagedObject on = found == null ? objects.require(root.reference()) : found;
    new Needs(objects, concerns, privileges, session).on(on, privilegeId).check();
  }

  /** Every method that is served. */
  public List<MethodTable.Served> served() {
    return table.served();
  }

  /** Clients may name the object's own type, an ancestor, or nothing that the interface knows. */
  private static boolean isRelated(ManagedType actual, String named) {
    return Vim25.managed(named) == null || actual.isA(named);
  }

  /** Rule E4: what one may not do is refused at the call, before there is a task. */
  private void requirePrivileges(CallContext context, Target target, Arguments arguments) {
    Session session = context.requireSession();
    MethodType method = target.method();
    var needs = new Needs(objects, concerns, privileges, session);
    if (!method.privilege().isEmpty()) {
      needs.on(target.object(), method.privilege());
    }
    for (Property parameter : method.parameters()) {
      if (!parameter.privilege().isEmpty()) {
        switch (arguments.get(parameter.name())) {
          case ManagedObjectReference one -> needs.on(one, parameter.privilege());
          case List<?> many ->
              needs.objectsIn(many).forEach(object -> needs.on(object, parameter.privilege()));
          case null, default -> {}
        }
      }
    }
    PrivilegeRule rule = table.ruleOf(target.object().type(), method.name());
    if (rule != null) {
      rule.ask(target.object(), arguments, needs);
    } else if (method.privilege().isEmpty()) {
      // Assumed: where neither the table nor a rule names one, it is enough to see the object.
      needs.on(target.object(), PrivilegeCatalog.VIEW);
    }
    needs.check();
  }

  private static void requireSession(CallContext context) {
    if (context.session() == null) {
      throw Faults.notAuthenticated();
    }
  }
}
