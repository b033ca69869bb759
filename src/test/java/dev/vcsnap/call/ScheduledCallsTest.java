package dev.vcsnap.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.vcsnap.ground.clock.SystemClock;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.session.Account;
import dev.vcsnap.session.SessionService;
import dev.vcsnap.vim.InvalidArgument;
import dev.vcsnap.vim.MethodFault;
import dev.vcsnap.vim.MethodNotFound;
import dev.vcsnap.vim.NoPermission;
import dev.vcsnap.vim.NotSupported;
import dev.vcsnap.vim.TaskReasonSchedule;
import dev.vcsnap.vim.VimException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ScheduledCallsTest {

  private final ObjectRegistry objects = new ObjectRegistry();
  private final SessionService sessions =
      new SessionService(
          new SystemClock(),
          new Ids(new Dice(1)),
          List.of(Account.administrator("user", "pass")),
          Duration.ofMinutes(30));
  private final MethodTable table =
      new MethodTable(
          List.<MethodTable.Contributor>of(methods ->
              methods.on(
                  "VirtualMachine",
                  "CreateSnapshot_Task",
                  (context, self, arguments) ->
                      context.requireSession().userName() + ": " + arguments.string("name"))));
  private boolean mayCall = true;
  private final ScheduledCalls calls =
      new ScheduledCalls(
          new CallService(
              objects,
              sessions,
              table,
              (session, object, privilege) -> mayCall,
              new SimpleMeterRegistry()),
          sessions);
  private final ManagedObject machine = new ManagedObject("VirtualMachine", "vm-1");

  ScheduledCallsTest() {
    objects.change(tx -> tx.add(machine));
  }

  @Test
  void a_call_has_the_rights_of_its_user_at_that_moment_and_leaves_no_session() {
    assertThat(call("user", "a", null, false, false)).isEqualTo("user: a");
    assertThat(sessions.all()).isEmpty();
    mayCall = false;
    assertThat(fault(() -> call("user", "a", null, false, false))).isInstanceOf(NoPermission.class);
    mayCall = true;
    assertThat(fault(() -> call("nobody", "a", null, false, false)))
        .isInstanceOf(NoPermission.class);
  }

  @Test
  void what_could_never_be_called_is_refused_beforehand() {
    assertThat(check("CreateSnapshot_Task", "a", null, "false", false))
        .isInstanceOf(InvalidArgument.class);
    assertThat(check("CreateSnapshot_Task", "a")).isInstanceOf(InvalidArgument.class);
    assertThat(check("CreateSnapshot_Task", "a", null, false, false, "more"))
        .isInstanceOf(InvalidArgument.class);
    assertThat(check("RemoveSnapshot_Task")).isInstanceOf(MethodNotFound.class);
    assertThat(check("PowerOnVM_Task")).isInstanceOf(NotSupported.class);
    calls.check(machine, "CreateSnapshot_Task", Arrays.asList("a", null, false, false));
  }

  private Object call(String user, Object... arguments) {
    return calls.call(
        user, machine, "CreateSnapshot_Task", Arrays.asList(arguments), new TaskReasonSchedule());
  }

  private MethodFault check(String method, Object... arguments) {
    return fault(() -> calls.check(machine, method, Arrays.asList(arguments)));
  }

  private static MethodFault fault(ThrowingCallable call) {
    return catchThrowableOfType(VimException.class, call).fault();
  }
}
