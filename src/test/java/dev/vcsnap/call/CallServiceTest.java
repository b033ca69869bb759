package dev.vcsnap.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.evidence.Rule;
import dev.vcsnap.evidence.Witness;
import dev.vcsnap.ground.clock.SystemClock;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.rights.AccessService;
import dev.vcsnap.rights.AuthorizationService;
import dev.vcsnap.rights.PrivilegeCatalog;
import dev.vcsnap.session.Account;
import dev.vcsnap.session.Session;
import dev.vcsnap.session.SessionService;
import dev.vcsnap.session.Tickets;
import dev.vcsnap.vim.FileLocked;
import dev.vcsnap.vim.InvalidArgument;
import dev.vcsnap.vim.InvalidLogin;
import dev.vcsnap.vim.InvalidProperty;
import dev.vcsnap.vim.ManagedObjectNotFound;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.MethodFault;
import dev.vcsnap.vim.MethodNotFound;
import dev.vcsnap.vim.NoClientCertificate;
import dev.vcsnap.vim.NoPermission;
import dev.vcsnap.vim.NotAuthenticated;
import dev.vcsnap.vim.NotSupported;
import dev.vcsnap.vim.Release;
import dev.vcsnap.vim.VimException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class CallServiceTest {

  private static final Release RELEASE = Release.parse("8.0.2.0");

  private final ObjectRegistry objects = new ObjectRegistry();
  private final SessionService sessions =
      new SessionService(
          new SystemClock(),
          new Ids(new Dice(1)),
          List.of(Account.administrator("user", "pass"), new Account("nobody", "x")),
          Duration.ofMinutes(30));
  private final AccessService access =
      new AccessService(
          objects, new AuthorizationService(sessions.accounts(), new PrivilegeCatalog()));
  private final Tickets tickets = new Tickets(sessions, new SystemClock(), new Ids(new Dice(2)));
  private final MethodTable table =
      new MethodTable(
          List.<MethodTable.Contributor>of(
              new SessionMethods(objects, sessions, tickets, access),
              methods ->
                  methods
                      .on("ServiceInstance", "CurrentTime", (context, self, arguments) -> "now")
                      .on(
                          "VirtualMachine",
                          "RefreshStorageInfo",
                          (context, self, arguments) -> {
                            throw new BlockError(BlockError.Kind.LOCKED, "'VM.vmdk' is locked");
                          })
                      .on(
                          "VirtualMachine",
                          "CreateSnapshot_Task",
                          (context, self, arguments) -> arguments.string("name"))));
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private String refused = "none";
  private final CallService calls =
      new CallService(
          objects,
          sessions,
          table,
          (session, object, privilege) -> !refused.equals(privilege),
          meters);

  CallServiceTest() {
    objects.change(tx ->
        tx.add(new ManagedObject("ServiceInstance", "ServiceInstance"))
            .add(new ManagedObject("SessionManager", "SessionManager"))
            .add(new ManagedObject("VirtualMachine", "vm-1")));
  }

  @Test
  void before_login_only_anonymous_methods_are_answered() {
    assertThat(fault(() -> call(null, "vm-1", "RefreshStorageInfo")))
        .isInstanceOf(NotAuthenticated.class);
    assertThat(fault(() -> call(null, "vm-1", "PowerOnVM_Task")))
        .isInstanceOf(NotAuthenticated.class);
    assertThat(fault(() -> call(null, "SessionManager", "Logout")))
        .isInstanceOf(NotAuthenticated.class);
    assertThat(fault(() -> calls.resolve(open("no such id"), null, "vm-9", "PowerOnVM_Task")))
        .isInstanceOf(NotAuthenticated.class);
  }

  @Test
  void login_opens_a_session_and_logout_ends_it() {
    CallContext context = open(null);
    Target login = calls.resolve(context, "SessionManager", "SessionManager", "Login");
    calls.call(
        context,
        login,
        new Arguments(login.method()).with("userName", "user").with("password", "pass"));
    Session session = context.issuedSession();
    assertThat(session).isNotNull();
    assertThat(call(session.id(), "ServiceInstance", "CurrentTime")).isEqualTo("now");
    call(session.id(), "SessionManager", "Logout");
    assertThat(fault(() -> call(session.id(), "SessionManager", "Logout")))
        .isInstanceOf(NotAuthenticated.class);
  }

  @Test
  @Rule(
      value = "E4",
      says = "What the caller lacks the privilege for is refused at the call, without a task.",
      by = Witness.DOCUMENT)
  void what_one_lacks_the_privilege_for_is_refused_at_the_call() {
    Session session = login();
    refused = "VirtualMachine.State.CreateSnapshot";
    var fault = (NoPermission) fault(() -> call(session.id(), "vm-1", "CreateSnapshot_Task"));
    assertThat(fault.privilegeId).isEqualTo("VirtualMachine.State.CreateSnapshot");
    assertThat(fault.object).isEqualTo(new ManagedObjectReference("VirtualMachine", "vm-1"));
  }

  @Test
  void one_cannot_terminate_ones_own_session_but_others() {
    Session mine = login();
    Session other = login();
    assertThat(fault(() -> terminate(mine, mine.key()))).isInstanceOf(InvalidArgument.class);
    terminate(mine, other.key());
    assertThat(sessions.use(other.id())).isEmpty();
    assertThat(sessions.use(mine.id())).isPresent();
  }

  @Test
  void a_clone_ticket_opens_another_session_of_the_same_user_once() {
    Session origin = login();
    String ticket = (String) call(origin.id(), "SessionManager", "AcquireCloneTicket");
    CallContext context = open(null);
    cloneWith(context, ticket);
    assertThat(context.issuedSession()).isNotNull().isNotSameAs(origin);
    assertThat(context.issuedSession().userName()).isEqualTo(origin.userName());
    assertThat(fault(() -> cloneWith(open(null), ticket))).isInstanceOf(InvalidLogin.class);
  }

  @Test
  void logins_by_other_means_are_refused_as_wrong_ones() {
    assertThat(fault(() -> call(null, "SessionManager", "LoginByToken")))
        .isInstanceOf(InvalidLogin.class);
    CallContext context = open(null);
    Target target = calls.resolve(context, null, "SessionManager", "LoginExtensionByCertificate");
    var arguments = new Arguments(target.method()).with("extensionKey", "com.example");
    assertThat(fault(() -> calls.call(context, target, arguments)))
        .isInstanceOf(NoClientCertificate.class);
  }

  @Test
  void who_may_see_nothing_cannot_log_in() {
    CallContext context = open(null);
    Target login = calls.resolve(context, null, "SessionManager", "Login");
    var arguments = new Arguments(login.method()).with("userName", "nobody").with("password", "x");
    var fault = (NoPermission) fault(() -> calls.call(context, login, arguments));
    assertThat(fault.privilegeId).isEqualTo("System.View");
    assertThat(sessions.all()).isEmpty();
  }

  @Test
  void what_is_not_there_is_named_by_kind() {
    String id = login().id();
    assertThat(fault(() -> call(id, "vm-9", "PowerOnVM_Task")))
        .isInstanceOf(ManagedObjectNotFound.class);
    assertThat(fault(() -> call(id, "vm-1", "FlyVM_Task"))).isInstanceOf(MethodNotFound.class);
    assertThat(fault(() -> calls.resolve(open(id), "HostSystem", "vm-1", "PowerOnVM_Task")))
        .isInstanceOf(ManagedObjectNotFound.class);
    assertThat(fault(() -> calls.resolveProperty(open(id), null, "vm-1", "colour")))
        .isInstanceOf(InvalidProperty.class);
  }

  @Test
  void a_method_that_is_not_served_is_refused_by_name_and_counted() {
    String id = login().id();
    VimException refused =
        catchThrowableOfType(VimException.class, () -> call(id, "vm-1", "PowerOnVM_Task"));
    assertThat(refused.fault()).isInstanceOf(NotSupported.class);
    assertThat(refused).hasMessageContaining("VirtualMachine.PowerOnVM_Task");
    assertThat(
            meters
                .counter("vcsnap_calls_not_supported", "method", "VirtualMachine.PowerOnVM_Task")
                .count())
        .isOne();
  }

  @Test
  void a_missing_argument_is_named() {
    String id = login().id();
    assertThat(fault(() -> call(id, "vm-1", "CreateSnapshot_Task")))
        .isInstanceOfSatisfying(
            InvalidArgument.class, fault -> assertThat(fault.invalidProperty).isEqualTo("name"));
  }

  @Test
  void a_failure_of_the_disks_is_the_fault_of_a_real_server_and_no_system_error() {
    String id = login().id();
    assertThat(fault(() -> call(id, "vm-1", "RefreshStorageInfo"))).isInstanceOf(FileLocked.class);
  }

  private Session login() {
    return sessions.login("user", "pass", "en", "", "").orElseThrow();
  }

  private void terminate(Session caller, String key) {
    CallContext context = open(caller.id());
    Target target = calls.resolve(context, null, "SessionManager", "TerminateSession");
    calls.call(context, target, new Arguments(target.method()).with("sessionId", List.of(key)));
  }

  private void cloneWith(CallContext context, String ticket) {
    Target target = calls.resolve(context, null, "SessionManager", "CloneSession");
    calls.call(context, target, new Arguments(target.method()).with("cloneTicket", ticket));
  }

  private CallContext open(String sessionId) {
    return calls.open(sessionId, RELEASE, "127.0.0.1", "test");
  }

  private Object call(String sessionId, String object, String method) {
    CallContext context = open(sessionId);
    Target target = calls.resolve(context, null, object, method);
    return calls.call(context, target, new Arguments(target.method()));
  }

  private static MethodFault fault(ThrowingCallable call) {
    VimException thrown = catchThrowableOfType(VimException.class, call);
    assertThat(thrown).isNotNull();
    return thrown.fault();
  }
}
