package dev.vcsnap.inventory;

import dev.vcsnap.datastore.Datastore;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.ground.ids.Ids;
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
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Builds the inventory that a server starts with: vcsim's names and counts, a vCenter's ids.
 *
 * <pre>
 * Datacenters
 *   DC0
 *     vm
 *     host        DC0_H0 (DC0_H0, Resources)
 *                 DC0_C0 (DC0_C0_H0, DC0_C0_H1, DC0_C0_H2, Resources)
 *     datastore   LocalDS_0
 *     network     VM Network, DVS0, DVS0-DVUplinks-9, DC0_DVPG0
 * </pre>
 *
 * <p>Ids do not depend on how many datastores there are, for those come last. As in vcsim the
 * cluster's root pool is what {@code RP0} in {@code DC0_C0_RP0_VM0} means; it has no pool beneath.
 */
final class DefaultInventory {

  static final String DATACENTER = "DC0";
  static final String HOST = "DC0_H0";
  static final String CLUSTER = "DC0_C0";
  static final String RESOURCES = "Resources";
  static final String NETWORK = "VM Network";
  static final String PORTGROUP = "DC0_DVPG0";

  private static final String SWITCH = "DVS0";
  private static final String UPLINKS = "DVS0-DVUplinks-9";
  private static final int FIRST_DATASTORE = 20;

  private static final ManagedObjectReference DC = reference("Datacenter", "datacenter-2");
  private static final ManagedObjectReference VM_FOLDER = reference("Folder", "group-v3");
  private static final ManagedObjectReference HOST_FOLDER = reference("Folder", "group-h4");
  private static final ManagedObjectReference STORE_FOLDER = reference("Folder", "group-s5");
  private static final ManagedObjectReference NETWORK_FOLDER = reference("Folder", "group-n6");
  private static final ManagedObjectReference VM_NETWORK = reference("Network", "network-7");
  private static final ManagedObjectReference DVS =
      reference("VmwareDistributedVirtualSwitch", "dvs-9");
  private static final ManagedObjectReference UPLINK_GROUP =
      reference("DistributedVirtualPortgroup", "dvportgroup-10");
  private static final ManagedObjectReference DV_GROUP =
      reference("DistributedVirtualPortgroup", "dvportgroup-11");

  /** A compute resource before it is built: its own number, and those of its pool and hosts. */
  private record Compute(
      ManagedObjectReference reference,
      String name,
      ManagedObjectReference pool,
      Map<String, ManagedObjectReference> hosts) {

    ManagedObjectReference browser() {
      return DefaultInventory.reference(
          "EnvironmentBrowser", "envbrowser-" + reference.value().replaceAll("[^0-9]", ""));
    }
  }

  private static final Compute STANDALONE =
      new Compute(
          reference("ComputeResource", "domain-s12"),
          HOST,
          reference("ResourcePool", "resgroup-13"),
          Map.of(HOST, reference("HostSystem", "host-14")));
  private static final Compute CLUSTERED =
      new Compute(
          reference("ClusterComputeResource", "domain-c15"),
          CLUSTER,
          reference("ResourcePool", "resgroup-16"),
          clusterHosts());

  private final Clock clock;
  private final Personality personality;
  private final HostIdentity identity;
  private final HostHardware hardware = HostHardware.standard();
  private final Instant started;
  private final Map<ManagedObjectReference, Datastore> stores = new LinkedHashMap<>();
  private final List<ManagedObjectReference> networks = List.of(VM_NETWORK, DV_GROUP);
  private final List<Draft> drafts = new ArrayList<>();

  DefaultInventory(
      Clock clock, Personality personality, HostIdentity identity, List<Datastore> datastores) {
    this.clock = clock;
    this.personality = personality;
    this.identity = identity;
    this.started = clock.now();
    int number = FIRST_DATASTORE;
    for (Datastore datastore : datastores) {
      stores.put(reference("Datastore", "datastore-" + number++), datastore);
    }
    folders();
    compute(STANDALONE);
    compute(CLUSTERED);
    networks();
    stores.forEach(this::datastore);
  }

  void publish(Transaction tx) {
    drafts.forEach(draft -> draft.publish(tx));
  }

  List<ManagedObject> objects() {
    return drafts.stream().map(Draft::object).toList();
  }

  Map<ManagedObjectReference, Datastore> datastores() {
    return stores;
  }

  /** The highest number that an id ends with. */
  int lastNumber() {
    return Math.max(FIRST_DATASTORE + stores.size() - 1, FIRST_DATASTORE);
  }

  private void folders() {
    folder(InventoryTree.ROOT, "Datacenters", List.of("Folder", "Datacenter"), List.of(DC));
    entity(DC, DATACENTER, InventoryTree.ROOT)
        .set("vmFolder", VM_FOLDER)
        .set("hostFolder", HOST_FOLDER)
        .set("datastoreFolder", STORE_FOLDER)
        .set("networkFolder", NETWORK_FOLDER)
        .set("datastore", List.copyOf(stores.keySet()))
        .set("network", List.of(VM_NETWORK, UPLINK_GROUP, DV_GROUP))
        .set("configuration", new DatacenterConfigInfo());
    folder(VM_FOLDER, "vm", List.of("Folder", "VirtualMachine", "VirtualApp"), List.of());
    folder(
        HOST_FOLDER,
        "host",
        List.of("Folder", "ComputeResource"),
        List.of(STANDALONE.reference, CLUSTERED.reference));
    folder(
        STORE_FOLDER,
        "datastore",
        List.of("Folder", "Datastore", "StoragePod"),
        List.copyOf(stores.keySet()));
    folder(
        NETWORK_FOLDER,
        "network",
        List.of("Folder", "Network", "DistributedVirtualSwitch"),
        List.of(VM_NETWORK, DVS, UPLINK_GROUP, DV_GROUP));
  }

  private void compute(Compute compute) {
    List<ManagedObjectReference> hosts = List.copyOf(compute.hosts.values());
    Draft draft =
        entity(compute.reference, compute.name, HOST_FOLDER)
            .set("resourcePool", compute.pool)
            .set("host", hosts)
            .set("datastore", List.copyOf(stores.keySet()))
            .set("network", networks)
            .set("environmentBrowser", compute.browser());
    var projection = new ComputeProjection(hardware);
    if (compute.equals(CLUSTERED)) {
      projection.fillCluster(draft, hosts.size());
    } else {
      projection.fillStandalone(draft);
    }
    draft(compute.browser())
        .set("datastoreBrowser", browser(compute.reference.value(), stores.keySet().stream()));
    new PoolProjection(hardware, hosts.size())
        .fill(entity(compute.pool, RESOURCES, compute.reference), RESOURCES, compute.reference);
    compute.hosts.forEach((name, host) -> host(host, name, compute.reference));
  }

  private void host(ManagedObjectReference host, String name, ManagedObjectReference parent) {
    Draft draft =
        entity(host, name, parent)
            .set("datastore", List.copyOf(stores.keySet()))
            .set("network", networks)
            .set("vm", List.of())
            .set("datastoreBrowser", browser(host.value(), stores.keySet().stream()));
    new HostProjection(personality, identity, hardware, started).fill(draft, name);
  }

  private void networks() {
    UUID uuid =
        UUID.nameUUIDFromBytes(
            (personality.instanceUuid() + " switch " + SWITCH).getBytes(StandardCharsets.UTF_8));
    String spaced = Ids.spaced(uuid);
    var projection = new NetworkProjection(hosts());
    projection.fillNetwork(entity(VM_NETWORK, NETWORK, NETWORK_FOLDER), NETWORK);
    projection.fillSwitch(
        entity(DVS, SWITCH, NETWORK_FOLDER),
        SWITCH,
        spaced,
        started,
        UPLINK_GROUP,
        List.of(UPLINK_GROUP, DV_GROUP),
        List.of(UPLINKS, PORTGROUP));
    projection.fillPortgroup(entity(UPLINK_GROUP, UPLINKS, NETWORK_FOLDER), UPLINKS, DVS, true);
    projection.fillPortgroup(entity(DV_GROUP, PORTGROUP, NETWORK_FOLDER), PORTGROUP, DVS, false);
  }

  private void datastore(ManagedObjectReference reference, Datastore datastore) {
    Draft draft =
        entity(reference, datastore.name(), STORE_FOLDER)
            .set("browser", browser(reference.value(), Stream.of(reference)));
    new DatastoreProjection(datastore, clock).fill(draft, hosts());
  }

  /** A browser of its owner's datastores, with the owner's id in its own. */
  private ManagedObjectReference browser(String owner, Stream<ManagedObjectReference> datastores) {
    return draft(reference("HostDatastoreBrowser", "datastoreBrowser-" + owner))
        .set("datastore", datastores.toList())
        .set("supportedType", fileTypes())
        .reference();
  }

  private void folder(
      ManagedObjectReference folder,
      String name,
      List<String> childType,
      List<ManagedObjectReference> children) {
    ManagedObjectReference parent = folder.equals(InventoryTree.ROOT) ? null : DC;
    drafts.add(
        Draft.entity(folder, name, parent)
            .set("childType", childType)
            .set("childEntity", children));
  }

  private Draft entity(
      ManagedObjectReference reference, String name, ManagedObjectReference parent) {
    Draft draft = Draft.entity(reference, name, parent);
    drafts.add(draft);
    return draft;
  }

  private Draft draft(ManagedObjectReference reference) {
    Draft draft = new Draft(reference);
    drafts.add(draft);
    return draft;
  }

  private static List<ManagedObjectReference> hosts() {
    return Stream.of(STANDALONE, CLUSTERED)
        .flatMap(compute -> compute.hosts.values().stream())
        .toList();
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

  private static Map<String, ManagedObjectReference> clusterHosts() {
    Map<String, ManagedObjectReference> hosts = new LinkedHashMap<>();
    for (int i = 0; i < 3; i++) {
      hosts.put(CLUSTER + "_H" + i, reference("HostSystem", "host-" + (17 + i)));
    }
    return Collections.unmodifiableMap(hosts);
  }

  private static ManagedObjectReference reference(String type, String id) {
    return new ManagedObjectReference(type, id);
  }
}
