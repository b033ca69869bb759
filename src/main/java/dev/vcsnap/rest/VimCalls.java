package dev.vcsnap.rest;

import dev.vcsnap.call.Arguments;
import dev.vcsnap.call.CallContext;
import dev.vcsnap.call.CallService;
import dev.vcsnap.call.Target;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.ObjectContent;
import dev.vcsnap.vim.ObjectSpec;
import dev.vcsnap.vim.PropertyFilterSpec;
import dev.vcsnap.vim.PropertySpec;
import dev.vcsnap.vim.ServiceContent;
import dev.vcsnap.vim.TaskInfo;
import dev.vcsnap.vim.UpdateSet;
import dev.vcsnap.vim.VimException;
import dev.vcsnap.vim.WaitOptions;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The vSphere interface in the caller's name: what stands behind the Automation interface goes
 * through the same door, with the same rights, as everybody else's calls.
 */
final class VimCalls {

  private static final ManagedObjectReference SERVICE =
      new ManagedObjectReference("ServiceInstance", "ServiceInstance");
  private static final int WAIT_SECONDS = 60;
  private static final int WAITS_MAX = 10;

  private final CallService calls;
  private final CallContext context;

  VimCalls(CallService calls, CallContext context) {
    this.calls = calls;
    this.context = context;
  }

  /** The entry points of the vSphere interface. */
  ServiceContent content() {
    return (ServiceContent) Objects.requireNonNull(read(SERVICE, "content"));
  }

  /**
   * The value of a property; null if it is unset.
   *
   * @throws VimException ManagedObjectNotFound, NoPermission
   */
  @Nullable Object read(ManagedObjectReference object, String property) {
    return calls.read(
        context, calls.resolveProperty(context, object.type(), object.value(), property));
  }

  /** What an object is called. */
  String name(ManagedObjectReference object) {
    return (String) Objects.requireNonNull(read(object, "name"));
  }

  /** The id of the object that a property refers to. */
  String id(ManagedObjectReference object, String property) {
    return ((ManagedObjectReference) Objects.requireNonNull(read(object, property))).value();
  }

  /**
   * Refuses a caller who lacks a privilege of tagging.
   *
   * @param object on what; the root folder for what is about nothing, or about something gone
   * @throws VimException NoPermission
   */
  void requireTagging(@Nullable ManagedObjectReference object, String privilege) {
    calls.requirePrivilege(context, object, "InventoryService.Tagging." + privilege);
  }

  /** Calls a method. */
  @Nullable Object call(
      ManagedObjectReference object, String method, UnaryOperator<Arguments> arguments) {
    Target target = calls.resolve(context, object.type(), object.value(), method);
    return calls.call(context, target, arguments.apply(new Arguments(target.method())));
  }

  /** Reads properties of all objects that a specification selects. */
  @SuppressWarnings("unchecked")
  List<ObjectContent> retrieve(PropertyFilterSpec spec) {
    Object found =
        call(
            content().propertyCollector,
            "RetrieveProperties",
            arguments -> arguments.with("specSet", List.of(spec)));
    return found == null ? List.of() : (List<ObjectContent>) found;
  }

  /**
   * Calls a method that starts a task, and waits for its end.
   *
   * @throws VimException what the call or the task failed with
   * @throws RestException TIMED_OUT after ten minutes; the task goes on
   */
  void perform(ManagedObjectReference object, String method) {
    var task =
        (ManagedObjectReference)
            Objects.requireNonNull(call(object, method, UnaryOperator.identity()));
    var collector =
        (ManagedObjectReference)
            Objects.requireNonNull(
                call(
                    content().propertyCollector,
                    "CreatePropertyCollector",
                    UnaryOperator.identity()));
    try {
      call(
          collector,
          "CreateFilter",
          arguments -> arguments.with("spec", stateOf(task)).with("partialUpdates", false));
      await(task, collector);
    } finally {
      call(collector, "DestroyPropertyCollector", UnaryOperator.identity());
    }
  }

  private void await(ManagedObjectReference task, ManagedObjectReference collector) {
    String version = "";
    for (int waits = 0; waits < WAITS_MAX; ) {
      var options = new WaitOptions();
      options.maxWaitSeconds = WAIT_SECONDS;
      String seen = version;
      Object update =
          call(
              collector,
              "WaitForUpdatesEx",
              arguments -> arguments.with("version", seen).with("options", options));
      if (update instanceof UpdateSet set) {
        version = set.version;
      } else {
        waits++;
      }
      var info = (TaskInfo) Objects.requireNonNull(read(task, "info"));
      if (info.error != null) {
        throw new VimException(info.error.fault, info.error.localizedMessage);
      }
      if (info.completeTime != null) {
        return;
      }
    }
    throw new RestException(
        ErrorType.TIMED_OUT,
        "dev.vcsnap.timed_out",
        task.value() + " is still running after " + WAITS_MAX * WAIT_SECONDS + " s",
        task.value());
  }

  private static PropertyFilterSpec stateOf(ManagedObjectReference task) {
    var object = new ObjectSpec();
    object.obj = task;
    var properties = new PropertySpec();
    properties.type = "Task";
    properties.pathSet = List.of("info.state");
    var spec = new PropertyFilterSpec();
    spec.objectSet = List.of(object);
    spec.propSet = List.of(properties);
    return spec;
  }
}
