package dev.vcsnap.call;

import dev.vcsnap.inventory.ConfigOptions;
import dev.vcsnap.vim.EnvironmentBrowserConfigOptionQuerySpec;
import java.util.List;

/** What the environment browsers of compute resources and machines tell. */
final class BrowserMethods implements MethodTable.Contributor {

  private static final String TYPE = "EnvironmentBrowser";

  private final ConfigOptions options;

  BrowserMethods(ConfigOptions options) {
    this.options = options;
  }

  @Override
  public void contribute(MethodTable table) {
    table
        .on(TYPE, "QueryConfigOptionDescriptor", (context, self, arguments) -> options.versions())
        .on(
            TYPE,
            "QueryConfigOption",
            (context, self, arguments) -> options.of(arguments.optionalString("key"), List.of()))
        .on(
            TYPE,
            "QueryConfigOptionEx",
            (context, self, arguments) -> {
              var spec =
                  arguments.optionalData("spec", EnvironmentBrowserConfigOptionQuerySpec.class);
              return spec == null
                  ? options.of(null, List.of())
                  : options.of(spec.key, spec.guestId == null ? List.of() : spec.guestId);
            });
  }
}
