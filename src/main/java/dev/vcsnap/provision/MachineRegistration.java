package dev.vcsnap.provision;

import dev.vcsnap.datastore.DatastorePath;
import dev.vcsnap.datastore.StoredFile;
import dev.vcsnap.datastore.VmDirectory;
import dev.vcsnap.datastore.Vmx;
import dev.vcsnap.inventory.InventoryTree;
import dev.vcsnap.inventory.Placement;
import dev.vcsnap.snapshot.Recovery;
import dev.vcsnap.task.TaskBody;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.ManagedObjectReference;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Takes a machine into the inventory whose files are there, with all its snapshots. */
final class MachineRegistration {

  private final Machinery machinery;
  private final Recovery recovery;
  private final Set<DatastorePath> underway = ConcurrentHashMap.newKeySet();

  MachineRegistration(Machinery machinery, Recovery recovery) {
    this.machinery = machinery;
    this.recovery = recovery;
  }

  /**
   * Registers a machine; it keeps the identity that its files give it.
   *
   * @param path the configuration, {@code [ds] VM/VM.vmx}
   * @param asTemplate whether the machine is a template from now on
   * @param name what it is called from now on; null or empty for the name in its configuration
   */
  ManagedObjectReference register(
      Site site,
      String path,
      @Nullable String name,
      boolean asTemplate,
      TaskBody.Progress progress) {
    if (path.isEmpty()) {
      throw Faults.invalidArgument("path");
    }
    DatastorePath vmxPath = DatastorePath.parse(path);
    InventoryTree.Store store =
        machinery
            .tree()
            .datastoreNamed(vmxPath.datastore())
            .orElseThrow(() -> ProvisionFaults.unknownDatastore(vmxPath.datastore()));
    if (!VmDirectory.isConfiguration(vmxPath.fileName())) {
      throw ProvisionFaults.invalidPath(path);
    }
    var configuration = new StoredFile(store.datastore(), vmxPath);
    try (var _ = store.datastore().claims().toUse(configuration)) {
      return register(site, store, configuration, name, asTemplate, progress);
    }
  }

  private ManagedObjectReference register(
      Site site,
      InventoryTree.Store store,
      StoredFile configuration,
      @Nullable String name,
      boolean asTemplate,
      TaskBody.Progress progress) {
    DatastorePath canonical = configuration.path();
    if (!store.datastore().exists(canonical)) {
      throw ProvisionFaults.notFound(canonical.toString());
    }
    machinery
        .machines()
        .at(canonical)
        .ifPresent(other -> {
          throw ProvisionFaults.alreadyRegistered(other.id());
        });
    var found = new VmDirectory(store.datastore(), canonical);
    String known = found.readVmx().get("displayName").orElse("");
    String wanted = name == null || name.isEmpty() ? known : name;
    if (wanted.isEmpty()) {
      wanted = found.baseName();
    }
    if (!underway.add(canonical)) {
      throw ProvisionFaults.alreadyRegistered(canonical.toString());
    }
    try (var _ = machinery.names().claim(site.folder(), wanted)) {
      progress.percent(20);
      String title = wanted;
      VmDirectory files = found.isTemplate() == asTemplate ? found : found.asTemplate(asTemplate);
      Placement place = site.with(machinery.tree(), store);
      return new Arrival(machinery)
          .admit(
              files,
              asTemplate ? place.withoutPool() : place,
              machine -> {
                recovery.recover(machine);
                if (!title.equals(known)) {
                  Vmx vmx = machine.vmx();
                  vmx.put("displayName", title);
                  machine.save(vmx, machinery.clock().now());
                }
                progress.percent(80);
              },
              () -> {})
          .reference();
    } finally {
      underway.remove(canonical);
    }
  }
}
