package dev.vcsnap.inventory;

import dev.vcsnap.datastore.Datastore;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.inventory.InventoryLayout.Compute;
import dev.vcsnap.inventory.InventoryLayout.Distributed;
import dev.vcsnap.inventory.InventoryLayout.Folders;
import dev.vcsnap.inventory.InventoryLayout.Named;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.Transaction;
import dev.vcsnap.vim.DatacenterConfigInfo;
import dev.vcsnap.vim.FileQuery;
import dev.vcsnap.vim.FloppyImageFileQuery;
import dev.vcsnap.vim.FolderFileQuery;
import dev.vcsnap.vim.IsoImageFileQuery;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.VmConfigFileQuery;
import dev.vcsnap.vim.VmDiskFileQuery;
import dev.vcsnap.vim.VmLogFileQuery;
import dev.vcsnap.vim.VmNvramFileQuery;
import dev.vcsnap.vim.VmSnapshotFileQuery;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Builds the objects that a layout names: everything in the inventory but machines. */
final class InventoryDrafts {

  private final InventoryLayout layout;
  private final Clock clock;
  private final Personality personality;
  private final HostIdentity identity;
  private final HostHardware hardware = HostHardware.standard();
  private final Instant started;
  private final List<ManagedObjectReference> stores;
  private final List<Draft> drafts = new ArrayList<>();

  InventoryDrafts(
      InventoryLayout layout, Clock clock, Personality personality, HostIdentity identity) {
    this.layout = layout;
    this.clock = clock;
    this.personality = personality;
    this.identity = identity;
    this.started = clock.now();
    this.stores = List.copyOf(layout.datastores().keySet());
    folders();
    layout.computes().forEach(this::compute);
    networks();
    layout.datastores().forEach(this::datastore);
  }

  void publish(Transaction tx) {
    drafts.forEach(draft -> draft.publish(tx));
  }

  List<ManagedObject> objects() {
    return drafts.stream().map(Draft::object).toList();
  }

  private void folders() {
    Folders folders = layout.folders();
    Named datacenter = layout.datacenter();
    List<ManagedObjectReference> networks = new ArrayList<>();
    List<ManagedObjectReference> portgroups = new ArrayList<>();
    networks.add(layout.network().reference());
    portgroups.add(layout.network().reference());
    layout
        .distributed()
        .ifPresent(dvs -> {
          networks.add(dvs.self().reference());
          networks.addAll(dvs.portgroups());
          portgroups.addAll(dvs.portgroups());
        });
    folder(
        layout.root().reference(),
        layout.root().name(),
        null,
        List.of("Folder", "Datacenter"),
        List.of(datacenter.reference()));
    entity(datacenter, layout.root().reference())
        .set("vmFolder", folders.machines())
        .set("hostFolder", folders.hosts())
        .set("datastoreFolder", folders.datastores())
        .set("networkFolder", folders.networks())
        .set("datastore", stores)
        .set("network", List.copyOf(portgroups))
        .set("configuration", new DatacenterConfigInfo());
    folder(folders.machines(), "vm", List.of("Folder", "VirtualMachine", "VirtualApp"), List.of());
    folder(
        folders.hosts(),
        "host",
        List.of("Folder", "ComputeResource"),
        layout.computes().stream().map(compute -> compute.self().reference()).toList());
    folder(folders.datastores(), "datastore", List.of("Folder", "Datastore", "StoragePod"), stores);
    folder(
        folders.networks(),
        "network",
        List.of("Folder", "Network", "DistributedVirtualSwitch"),
        List.copyOf(networks));
  }

  private void compute(Compute compute) {
    List<ManagedObjectReference> hosts = List.copyOf(compute.hosts().values());
    ManagedObjectReference self = compute.self().reference();
    Draft draft =
        entity(compute.self(), layout.folders().hosts())
            .set("resourcePool", compute.pool())
            .set("host", hosts)
            .set("datastore", stores)
            .set("network", layout.machineNetworks())
            .set("environmentBrowser", compute.browser());
    var projection = new ComputeProjection(hardware);
    if (compute.cluster()) {
      projection.fillCluster(draft, hosts.size());
    } else {
      projection.fillStandalone(draft);
    }
    draft(compute.browser()).set("datastoreBrowser", browser(self.value(), stores.stream()));
    String pool = InventoryLayout.poolName();
    new PoolProjection(hardware, hosts.size())
        .fill(entity(new Named(compute.pool(), pool), self), pool, self);
    compute.hosts().forEach((name, host) -> host(host, name, self));
  }

  private void host(ManagedObjectReference host, String name, ManagedObjectReference parent) {
    Draft draft =
        entity(new Named(host, name), parent)
            .set("datastore", stores)
            .set("network", layout.machineNetworks())
            .set("vm", List.of())
            .set("datastoreBrowser", browser(host.value(), stores.stream()));
    new HostProjection(personality, identity, hardware, started).fill(draft, name);
  }

  private void networks() {
    ManagedObjectReference folder = layout.folders().networks();
    var projection = new NetworkProjection(layout.hosts().toList());
    projection.fillNetwork(entity(layout.network(), folder), layout.network().name());
    layout.distributed().ifPresent(dvs -> distributed(dvs, folder, projection));
  }

  private void distributed(
      Distributed dvs, ManagedObjectReference folder, NetworkProjection projection) {
    String name = dvs.self().name();
    ManagedObjectReference self = dvs.self().reference();
    UUID uuid =
        UUID.nameUUIDFromBytes(
            (personality.instanceUuid() + " switch " + name).getBytes(StandardCharsets.UTF_8));
    projection.fillSwitch(
        entity(dvs.self(), folder),
        name,
        Ids.spaced(uuid),
        started,
        dvs.uplinks().reference(),
        dvs.portgroups(),
        List.of(dvs.uplinks().name(), dvs.portgroup().name()));
    projection.fillPortgroup(entity(dvs.uplinks(), folder), dvs.uplinks().name(), self, true);
    projection.fillPortgroup(entity(dvs.portgroup(), folder), dvs.portgroup().name(), self, false);
  }

  private void datastore(ManagedObjectReference reference, Datastore datastore) {
    Draft draft =
        entity(new Named(reference, datastore.name()), layout.folders().datastores())
            .set("browser", browser(reference.value(), Stream.of(reference)));
    new DatastoreProjection(datastore, clock).fill(draft, layout.hosts().toList());
  }

  /** A browser of its owner's datastores, with the owner's id in its own. */
  private ManagedObjectReference browser(String owner, Stream<ManagedObjectReference> datastores) {
    return draft(new ManagedObjectReference("HostDatastoreBrowser", "datastoreBrowser-" + owner))
        .set("datastore", datastores.toList())
        .set("supportedType", fileTypes())
        .reference();
  }

  private void folder(
      ManagedObjectReference folder,
      String name,
      List<String> childType,
      List<ManagedObjectReference> children) {
    folder(folder, name, layout.datacenter().reference(), childType, children);
  }

  private void folder(
      ManagedObjectReference folder,
      String name,
      @Nullable ManagedObjectReference parent,
      List<String> childType,
      List<ManagedObjectReference> children) {
    drafts.add(
        Draft.entity(folder, name, parent)
            .set("childType", childType)
            .set("childEntity", children));
  }

  private Draft entity(Named named, ManagedObjectReference parent) {
    Draft draft = Draft.entity(named.reference(), named.name(), parent);
    drafts.add(draft);
    return draft;
  }

  private Draft draft(ManagedObjectReference reference) {
    Draft draft = new Draft(reference);
    drafts.add(draft);
    return draft;
  }

  private static List<FileQuery> fileTypes() {
    return List.of(
        new VmConfigFileQuery(),
        new VmDiskFileQuery(),
        new VmSnapshotFileQuery(),
        new VmNvramFileQuery(),
        new VmLogFileQuery(),
        new FolderFileQuery(),
        new IsoImageFileQuery(),
        new FloppyImageFileQuery());
  }
}
