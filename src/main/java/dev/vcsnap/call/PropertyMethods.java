package dev.vcsnap.call;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.property.PropertyCollectors;
import dev.vcsnap.vim.PropertyFilterSpec;
import dev.vcsnap.vim.RetrieveOptions;
import dev.vcsnap.vim.WaitOptions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads of many properties, filters on them, and waits for their changes. */
public final class PropertyMethods implements MethodTable.Contributor {

  private static final String COLLECTOR = "PropertyCollector";

  private final PropertyCollectors collectors;

  public PropertyMethods(PropertyCollectors collectors) {
    this.collectors = collectors;
  }

  @Override
  public void contribute(MethodTable table) {
    table
        .on(
            COLLECTOR,
            "RetrieveProperties",
            (context, self, arguments) -> collectors.retrieve(context.session(), specs(arguments)))
        .on(
            COLLECTOR,
            "RetrievePropertiesEx",
            (context, self, arguments) ->
                collectors.retrieveEx(
                    context.session(),
                    specs(arguments),
                    arguments.optionalData("options", RetrieveOptions.class)))
        .on(
            COLLECTOR,
            "ContinueRetrievePropertiesEx",
            (context, self, arguments) ->
                collectors.continueRetrieve(context.requireSession(), arguments.string("token")))
        .on(COLLECTOR, "CancelRetrievePropertiesEx", this::cancelRetrieve)
        .on(COLLECTOR, "CreateFilter", this::createFilter)
        .on("PropertyFilter", "DestroyPropertyFilter", this::destroyFilter)
        .on(
            COLLECTOR,
            "CreatePropertyCollector",
            (context, self, arguments) -> collectors.createCollector(context.requireSession()))
        .on(COLLECTOR, "DestroyPropertyCollector", this::destroyCollector)
        .on(
            COLLECTOR,
            "CheckForUpdates",
            (context, self, arguments) ->
                collectors.checkForUpdates(
                    context.requireSession(),
                    self.reference(),
                    arguments.optionalString("version")))
        .on(
            COLLECTOR,
            "WaitForUpdates",
            (context, self, arguments) ->
                collectors.waitForUpdates(
                    context.requireSession(),
                    self.reference(),
                    arguments.optionalString("version")))
        .on(COLLECTOR, "WaitForUpdatesEx", this::waitForUpdatesEx)
        .on(COLLECTOR, "CancelWaitForUpdates", this::cancelWait);
  }

  private @Nullable Object waitForUpdatesEx(
      CallContext context, ManagedObject self, Arguments arguments) {
    return collectors.waitForUpdatesEx(
        context.requireSession(),
        self.reference(),
        arguments.optionalString("version"),
        arguments.optionalData("options", WaitOptions.class));
  }

  private @Nullable Object createFilter(
      CallContext context, ManagedObject self, Arguments arguments) {
    return collectors.createFilter(
        context.requireSession(),
        self.reference(),
        arguments.data("spec", PropertyFilterSpec.class),
        arguments.bool("partialUpdates"));
  }

  private @Nullable Object destroyFilter(
      CallContext context, ManagedObject self, Arguments arguments) {
    collectors.destroyFilter(context.requireSession(), self.reference());
    return null;
  }

  private @Nullable Object destroyCollector(
      CallContext context, ManagedObject self, Arguments arguments) {
    collectors.destroyCollector(context.requireSession(), self.reference());
    return null;
  }

  private @Nullable Object cancelRetrieve(
      CallContext context, ManagedObject self, Arguments arguments) {
    collectors.cancelRetrieve(context.requireSession(), arguments.string("token"));
    return null;
  }

  private @Nullable Object cancelWait(
      CallContext context, ManagedObject self, Arguments arguments) {
    collectors.cancelWaitForUpdates(context.requireSession(), self.reference());
    return null;
  }

  private static List<PropertyFilterSpec> specs(Arguments arguments) {
    return arguments.list("specSet", PropertyFilterSpec.class);
  }
}
