package dev.vcsnap.extension;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.vim.Extension;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.NotFound;
import dev.vcsnap.vim.VimException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Knows the extensions that registered themselves: OpenStack, backup and storage programs do so
 * when they start, and look whether they have done so before.
 *
 * <p>An extension is a record: nothing that it announces (tasks, events, privileges, pages) is
 * added to the server.
 */
public final class ExtensionService {

  private static final int EXTENSIONS_MAX = 1_000;
  private static final int CHARACTERS_MAX = 1_000_000;
  private static final int KEY_CHARACTERS_MAX = 256;

  private static final String MANAGER = "ExtensionManager";

  private final ObjectRegistry objects;
  private final KeptExtensions kept;
  private final Map<String, Extension> byKey = new LinkedHashMap<>();

  /**
   * Finds what was kept.
   *
   * @param objects has the manager that lists the extensions; a host has none
   */
  public ExtensionService(ObjectRegistry objects, KeptExtensions kept) {
    this.objects = objects;
    this.kept = kept;
    kept.all().forEach(extension -> byKey.put(extension.key, extension));
    show();
  }

  /** The extension of that key, if it is registered. */
  public synchronized Optional<Extension> find(String key) {
    return Optional.ofNullable(byKey.get(key));
  }

  /**
   * Registers an extension.
   *
   * @throws VimException InvalidArgument without a key, for one that is registered already
   *     (assumed), and for one too many or too large
   */
  public synchronized void register(Extension extension) {
    if (extension.key == null
        || extension.key.isBlank()
        || extension.key.length() > KEY_CHARACTERS_MAX
        || byKey.containsKey(extension.key)
        || byKey.size() == EXTENSIONS_MAX) {
      throw Faults.invalidArgument("extension.key");
    }
    keep(extension);
  }

  /**
   * Replaces what is known of an extension.
   *
   * @throws VimException NotFound if it is not registered, InvalidArgument if it is too large
   */
  public synchronized void update(Extension extension) {
    require(extension.key);
    keep(extension);
  }

  /**
   * Forgets an extension.
   *
   * @throws VimException NotFound if it is not registered
   */
  public synchronized void unregister(String key) {
    require(key);
    kept.remove(key);
    byKey.remove(key);
    show();
  }

  private void keep(Extension extension) {
    if (extension.toString().length() > CHARACTERS_MAX) {
      throw Faults.invalidArgument("extension");
    }
    kept.put(extension);
    byKey.put(extension.key, extension);
    show();
  }

  private void show() {
    ManagedObject manager = objects.find(MANAGER);
    if (manager != null) {
      objects.change(tx -> tx.set(manager, "extensionList", List.copyOf(byKey.values())));
    }
  }

  private void require(String key) {
    if (!byKey.containsKey(key)) {
      throw new VimException(new NotFound(), "The extension '" + key + "' is not registered.");
    }
  }
}
