package dev.vcsnap.call;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.schedule.MethodCaller;
import dev.vcsnap.session.Session;
import dev.vcsnap.session.SessionService;
import dev.vcsnap.task.TaskCause;
import dev.vcsnap.vim.DataObject;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.MethodType;
import dev.vcsnap.vim.Property;
import dev.vcsnap.vim.Release;
import dev.vcsnap.vim.TaskReason;
import dev.vcsnap.vim.TypeRef;
import dev.vcsnap.vim.VimEnum;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Calls for scheduled tasks: as their user, with the user's rights at that time. */
final class ScheduledCalls implements MethodCaller {

  private static final Release NEWEST = Release.parse("8.0.3.0");

  private final CallService calls;
  private final SessionService sessions;

  ScheduledCalls(CallService calls, SessionService sessions) {
    this.calls = calls;
    this.sessions = sessions;
  }

  @Override
  public void check(ManagedObject target, String method, List<@Nullable Object> arguments) {
    calls.requireServed(target, method);
    decoded(target, method, arguments).requireComplete();
  }

  @Override
  public @Nullable Object call(
      String userName,
      ManagedObject target,
      String method,
      List<@Nullable Object> arguments,
      TaskReason reason) {
    Session session =
        sessions
            .unlisted(userName)
            .orElseThrow(() -> Faults.noPermission(target.reference(), "System.View"));
    var context = new CallContext(session, NEWEST, "127.0.0.1", "vcsnap-schedule");
    Arguments decoded = decoded(target, method, arguments);
    return TaskCause.because(
        reason, () -> calls.call(context, new Target(target, decoded.method()), decoded));
  }

  private static Arguments decoded(
      ManagedObject target, String method, List<@Nullable Object> values) {
    MethodType description = target.type().methods().get(method);
    if (description == null) {
      throw Faults.methodNotFound(target.reference(), method);
    }
    if (values.size() > description.parameters().size()) {
      throw Faults.invalidArgument("spec.action.argument");
    }
    var arguments = new Arguments(description);
    for (int i = 0; i < values.size(); i++) {
      Property parameter = description.parameters().get(i);
      Object value = values.get(i);
      if (value != null && !fits(value, parameter.type())) {
        throw Faults.invalidArgument("spec.action.argument." + parameter.name());
      }
      arguments.set(i, value);
    }
    return arguments;
  }

  private static boolean fits(Object value, TypeRef type) {
    if (type.array()) {
      return value instanceof List<?> list
          && list.stream().allMatch(element -> element != null && fits(element, type.element()));
    }
    return switch (type.kind()) {
      case STRING -> value instanceof String;
      case BOOLEAN -> value instanceof Boolean;
      case BYTE -> value instanceof Byte;
      case SHORT -> value instanceof Short;
      case INT -> value instanceof Integer;
      case LONG -> value instanceof Long;
      case FLOAT -> value instanceof Float;
      case DOUBLE -> value instanceof Double;
      case DATE_TIME -> value instanceof Instant;
      case BINARY -> value instanceof byte[];
      case REFERENCE -> value instanceof ManagedObjectReference;
      case ENUM ->
          value instanceof VimEnum known && known.getClass().getSimpleName().equals(type.name());
      case DATA -> value instanceof DataObject data && isA(data, type.name());
      case ANY -> true;
      case VOID -> false;
    };
  }

  private static boolean isA(DataObject value, String typeName) {
    for (var type = value.vimType(); type != null; type = type.base()) {
      if (type.name().equals(typeName)) {
        return true;
      }
    }
    return false;
  }
}
