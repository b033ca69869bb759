package dev.vcsnap.call;

import dev.vcsnap.extension.ExtensionService;
import dev.vcsnap.vim.Extension;

/** The extension manager. */
final class ExtensionMethods implements MethodTable.Contributor {

  private static final String TYPE = "ExtensionManager";

  private final ExtensionService extensions;

  ExtensionMethods(ExtensionService extensions) {
    this.extensions = extensions;
  }

  @Override
  public void contribute(MethodTable table) {
    table
        .on(
            TYPE,
            "FindExtension",
            (context, self, arguments) ->
                extensions.find(arguments.string("extensionKey")).orElse(null))
        .on(
            TYPE,
            "RegisterExtension",
            (context, self, arguments) -> {
              extensions.register(arguments.data("extension", Extension.class));
              return null;
            })
        .on(
            TYPE,
            "UpdateExtension",
            (context, self, arguments) -> {
              extensions.update(arguments.data("extension", Extension.class));
              return null;
            })
        .on(
            TYPE,
            "UnregisterExtension",
            (context, self, arguments) -> {
              extensions.unregister(arguments.string("extensionKey"));
              return null;
            });
  }
}
