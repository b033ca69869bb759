package dev.vcsnap.call;

import dev.vcsnap.inventory.InventoryTree;
import dev.vcsnap.inventory.SessionProjection;
import dev.vcsnap.rights.AccessService;
import dev.vcsnap.rights.PrivilegeCatalog;
import dev.vcsnap.session.Session;
import dev.vcsnap.session.SessionService;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.NotFound;
import dev.vcsnap.vim.UserSession;
import dev.vcsnap.vim.VimException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Login and logout. */
public final class SessionMethods implements MethodTable.Contributor {

  private static final String TYPE = "SessionManager";

  private final SessionService sessions;
  private final AccessService access;

  public SessionMethods(SessionService sessions, AccessService access) {
    this.sessions = sessions;
    this.access = access;
  }

  @Override
  public void contribute(MethodTable table) {
    table
        .on(TYPE, "Login", (context, self, arguments) -> login(context, arguments))
        .on(TYPE, "Logout", (context, self, arguments) -> logout(context))
        .on(TYPE, "SessionIsActive", (context, self, arguments) -> isActive(arguments))
        .on(TYPE, "TerminateSession", (context, self, arguments) -> terminate(context, arguments));
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
      throw Faults.noPermission(InventoryTree.ROOT, PrivilegeCatalog.VIEW);
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
