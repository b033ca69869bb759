package dev.vcsnap.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.vcsnap.extension.ExtensionService;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.server.JsonText;
import dev.vcsnap.vijson.VimJson;
import dev.vcsnap.vim.Description;
import dev.vcsnap.vim.Extension;
import dev.vcsnap.vim.InvalidArgument;
import dev.vcsnap.vim.NotFound;
import dev.vcsnap.vim.VimException;
import java.time.Instant;
import java.util.List;

class ExtensionTableTest {

  @EachDatabase
  void extensions_are_there_after_a_restart_and_listed_by_their_manager(Database database) {
    ExtensionService before = service(database, new ObjectRegistry());
    before.register(extension("org.example.backup", "1.0"));
    before.register(extension("org.example.storage", "1.0"));
    before.register(extension("org.example.gone", "1.0"));
    before.update(extension("org.example.backup", "2.0"));
    before.unregister("org.example.gone");

    var objects = new ObjectRegistry();
    var manager = new ManagedObject("ExtensionManager", "ExtensionManager");
    objects.change(tx -> tx.add(manager));
    ExtensionService after = service(database, objects);

    assertThat(after.find("org.example.backup")).contains(extension("org.example.backup", "2.0"));
    assertThat(after.find("org.example.gone")).isEmpty();
    assertThat(manager.get("extensionList"))
        .isEqualTo(
            List.of(
                extension("org.example.backup", "2.0"), extension("org.example.storage", "1.0")));
    after.unregister("org.example.backup");
    assertThat(manager.get("extensionList"))
        .isEqualTo(List.of(extension("org.example.storage", "1.0")));
  }

  @EachDatabase
  void only_what_is_registered_is_changed_and_nothing_twice(Database database) {
    ExtensionService extensions = service(database, new ObjectRegistry());
    extensions.register(extension("once", "1"));
    for (Runnable wrong :
        List.<Runnable>of(
            () -> extensions.register(extension("once", "2")),
            () -> extensions.register(extension(" ", "2")))) {
      var fault = catchThrowableOfType(VimException.class, wrong::run).fault();
      assertThat(fault)
          .isInstanceOfSatisfying(
              InvalidArgument.class,
              argument -> assertThat(argument.invalidProperty).isEqualTo("extension.key"));
    }
    for (Runnable wrong :
        List.<Runnable>of(
            () -> extensions.update(extension("other", "2")),
            () -> extensions.unregister("other"))) {
      assertThat(catchThrowableOfType(VimException.class, wrong::run).fault())
          .isInstanceOf(NotFound.class);
    }
    assertThat(extensions.find("once")).contains(extension("once", "1"));
  }

  private static ExtensionService service(Database database, ObjectRegistry objects) {
    return new ExtensionService(objects, new ExtensionTable(database, new JsonText(new VimJson())));
  }

  private static Extension extension(String key, String version) {
    var extension = new Extension();
    extension.key = key;
    extension.version = version;
    extension.description = new Description();
    extension.description.label = key;
    extension.description.summary = key;
    extension.lastHeartbeatTime = Instant.EPOCH;
    return extension;
  }
}
