package dev.vcsnap.call;

import dev.vcsnap.inventory.SessionProjection;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.rights.AccessService;
import dev.vcsnap.rights.PrivilegeCatalog;
import dev.vcsnap.session.HttpTicket;
import dev.vcsnap.session.Session;
import dev.vcsnap.session.SessionService;
import dev.vcsnap.session.Tickets;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.InvalidLocale;
import dev.vcsnap.vim.NoClientCertificate;
import dev.vcsnap.vim.NotFound;
import dev.vcsnap.vim.SessionManagerGenericServiceTicket;
import dev.vcsnap.vim.SessionManagerHttpServiceRequestSpec;
import dev.vcsnap.vim.UserSession;
import dev.vcsnap.vim.VimException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Login and logout, and the tickets that stand for a session. */
public final class SessionMethods implements MethodTable.Contributor {

  private static final String TYPE = "SessionManager";

  /** Assumed: long enough for a client to go on at once, too short for anybody else. */
  private static final Duration CLONE_WITHIN = Duration.ofSeconds(30);

  private static final Duration REQUEST_WITHIN = Duration.ofMinutes(2);
  private static final String CLONING = "clone";
  private static final int MESSAGE_MAX = 4_096;

  private final ObjectRegistry objects;
  private final SessionService sessions;
  private final Tickets tickets;
  private final AccessService access;

  public SessionMethods(
      ObjectRegistry objects, SessionService sessions, Tickets tickets, AccessService access) {
    this.objects = objects;
    this.sessions = sessions;
    this.tickets = tickets;
    this.access = access;
  }

  @Override
  public void contribute(MethodTable table) {
    table
        .on(TYPE, "Login", (context, self, arguments) -> login(context, arguments))
        .on(TYPE, "Logout", (context, self, arguments) -> logout(context))
        .on(TYPE, "SessionIsActive", (context, self, arguments) -> isActive(arguments))
        .on(TYPE, "TerminateSession", (context, self, arguments) -> terminate(context, arguments))
        .on(TYPE, "SetLocale", (context, self, arguments) -> setLocale(context, arguments))
        .on(TYPE, "UpdateServiceMessage", (context, self, arguments) -> message(self, arguments))
        .on(
            TYPE,
            "AcquireCloneTicket",
            (context, self, arguments) ->
                tickets.issue(context.requireSession(), CLONING, CLONE_WITHIN))
        .on(TYPE, "CloneSession", (context, self, arguments) -> cloned(context, arguments))
        .on(
            TYPE,
            "AcquireGenericServiceTicket",
            (context, self, arguments) -> serviceTicket(context, arguments));
    refuseOtherLogins(table);
  }

  /** No token, no certificate and no domain of Windows is known here. */
  private static void refuseOtherLogins(MethodTable table) {
    for (String method : List.of("LoginByToken", "LoginBySSPI", "AcquireLocalTicket")) {
      table.on(
          TYPE,
          method,
          (context, self, arguments) -> {
            throw Faults.invalidLogin();
          });
    }
    for (String method : List.of("LoginExtensionByCertificate", "LoginExtensionBySubjectName")) {
      table.on(
          TYPE,
          method,
          (context, self, arguments) -> {
            throw new VimException(
                new NoClientCertificate(), "The client did not present a certificate.");
          });
    }
  }

  private UserSession cloned(CallContext context, Arguments arguments) {
    Session origin =
        tickets.redeem(arguments.string("cloneTicket"), CLONING).orElseThrow(Faults::invalidLogin);
    Session session = sessions.cloned(origin, context.ipAddress(), context.userAgent());
    context.issue(session);
    return SessionProjection.of(session);
  }

  /** A ticket for one request, in the cookie that the interface's documentation names. */
  private SessionManagerGenericServiceTicket serviceTicket(
      CallContext context, Arguments arguments) {
    Session session = context.requireSession();
    if (!(arguments.get("spec") instanceof SessionManagerHttpServiceRequestSpec spec)
        || spec.url == null) {
      throw Faults.invalidArgument("spec");
    }
    String purpose =
        HttpTicket.purpose(spec.method, spec.url)
            .orElseThrow(() -> Faults.invalidArgument("spec.url"));
    var ticket = new SessionManagerGenericServiceTicket();
    ticket.id = tickets.issue(session, purpose, REQUEST_WITHIN);
    return ticket;
  }

  /** English is the one language that there is. */
  private static @Nullable Void setLocale(CallContext context, Arguments arguments) {
    String locale = arguments.string("locale");
    if (!locale.matches("en([_-][A-Za-z]{2})?")) {
      throw new VimException(
          new InvalidLocale(), "The locale '" + locale + "' is not supported; English is.");
    }
    context.requireSession().locale(locale);
    return null;
  }

  private @Nullable Void message(ManagedObject self, Arguments arguments) {
    String message = arguments.string("message");
    if (message.length() > MESSAGE_MAX) {
      throw Faults.invalidArgument("message");
    }
    objects.change(tx -> tx.set(self, "message", message));
    return null;
  }

  private UserSession login(CallContext context, Arguments arguments) {
    String locale = arguments.optionalString("locale");
    Session session =
        sessions
            .login(
                arguments.string("userName"),
                arguments.string("password"),
                locale == null || locale.isEmpty() ? "en_US" : locale,
                context.ipAddress(),
                context.userAgent())
            .orElseThrow(Faults::invalidLogin);
    if (!access.seesAnything(session.account())) {
      sessions.end(session);
      throw Faults.noPermission(access.root().reference(), PrivilegeCatalog.VIEW);
    }
    context.issue(session);
    return SessionProjection.of(session);
  }

  private @Nullable Void logout(CallContext context) {
    sessions.end(context.requireSession());
    context.drop();
    return null;
  }

  private boolean isActive(Arguments arguments) {
    return sessions.all().stream()
        .anyMatch(session ->
            session.key().equals(arguments.string("sessionID"))
                && session.userName().equalsIgnoreCase(arguments.string("userName")));
  }

  /** Ends other sessions; one's own is refused, as real servers do. */
  private @Nullable Void terminate(CallContext context, Arguments arguments) {
    List<String> keys = arguments.list("sessionId", String.class);
    if (keys.contains(context.requireSession().key())) {
      throw Faults.invalidArgument("sessionId");
    }
    for (String key : keys) {
      Session session =
          sessions.all().stream()
              .filter(candidate -> candidate.key().equals(key))
              .findFirst()
              .orElseThrow(
                  () -> new VimException(new NotFound(), "There is no session '" + key + "'."));
      sessions.end(session);
    }
    return null;
  }
}
