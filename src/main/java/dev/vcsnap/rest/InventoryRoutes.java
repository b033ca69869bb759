package dev.vcsnap.rest;

import dev.vcsnap.rest.InventoryScan.Branch;
import dev.vcsnap.rest.InventoryScan.Entry;
import dev.vcsnap.vim.ClusterConfigInfoEx;
import dev.vcsnap.vim.DatastoreCapability;
import dev.vcsnap.vim.DatastoreSummary;
import dev.vcsnap.vim.HostRuntimeInfo;
import dev.vcsnap.vim.HostSystemConnectionState;
import dev.vcsnap.vim.HostSystemPowerState;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.ResourceAllocationInfo;
import dev.vcsnap.vim.ResourceConfigSpec;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What machines are in, run on and use: datacenters, folders, clusters, hosts, pools and so on. */
final class InventoryRoutes {

  private static final int LIST_MAX = 1_000;
  private static final int WIDE_LIST_MAX = 2_500;

  record Datacenter(String name, String datacenter) {}

  record DatacenterInfo(
      String name,
      String datastoreFolder,
      String hostFolder,
      String networkFolder,
      String vmFolder) {}

  record Folder(String folder, String name, FolderType type) {}

  enum FolderType {
    DATACENTER,
    DATASTORE,
    HOST,
    NETWORK,
    VIRTUAL_MACHINE
  }

  record Cluster(String cluster, String name, boolean haEnabled, boolean drsEnabled) {}

  record ClusterInfo(String name, String resourcePool) {}

  enum ConnectionState {
    CONNECTED,
    DISCONNECTED,
    NOT_RESPONDING
  }

  record Host(
      String host, String name, ConnectionState connectionState, @Nullable String powerState) {}

  record Pool(String resourcePool, String name) {}

  record Shares(String level, @Nullable Integer shares) {}

  record Allocation(long reservation, boolean expandableReservation, long limit, Shares shares) {}

  record PoolInfo(
      String name,
      List<String> resourcePools,
      @Nullable Allocation cpuAllocation,
      @Nullable Allocation memoryAllocation) {}

  enum DatastoreType {
    VMFS,
    NFS,
    NFS41,
    CIFS,
    VSAN,
    VFFS,
    VVOL
  }

  record Datastore(
      String datastore,
      String name,
      DatastoreType type,
      @Nullable Long freeSpace,
      @Nullable Long capacity) {}

  record DatastoreInfo(
      String name,
      DatastoreType type,
      boolean accessible,
      @Nullable Long freeSpace,
      boolean multipleHostAccess,
      boolean thinProvisioningSupported) {}

  enum NetworkType {
    STANDARD_PORTGROUP,
    DISTRIBUTED_PORTGROUP,
    OPAQUE_NETWORK
  }

  record Network(String network, String name, NetworkType type) {}

  List<Route> routes() {
    return List.of(
        Route.get(
                "/vcenter/datacenter",
                "The datacenters that match",
                Answer.listOf(Datacenter.class),
                InventoryRoutes::datacenters)
            .filteredBy("datacenters", "names", "folders"),
        Route.get(
            "/vcenter/datacenter/{datacenter}",
            "One datacenter",
            Answer.one(DatacenterInfo.class),
            InventoryRoutes::datacenter),
        Route.get(
                "/vcenter/folder",
                "The folders that match",
                Answer.listOf(Folder.class),
                InventoryRoutes::folders)
            .filteredBy("folders", "names", "type", "parent_folders", "datacenters"),
        Route.get(
                "/vcenter/cluster",
                "The clusters that match",
                Answer.listOf(Cluster.class),
                InventoryRoutes::clusters)
            .filteredBy("clusters", "names", "folders", "datacenters"),
        Route.get(
            "/vcenter/cluster/{cluster}",
            "One cluster",
            Answer.one(ClusterInfo.class),
            InventoryRoutes::cluster),
        Route.get(
                "/vcenter/host",
                "The hosts that match",
                Answer.listOf(Host.class),
                InventoryRoutes::hosts)
            .filteredBy(
                "hosts",
                "names",
                "folders",
                "datacenters",
                "standalone",
                "clusters",
                "connection_states"),
        Route.get(
                "/vcenter/resource-pool",
                "The resource pools that match",
                Answer.listOf(Pool.class),
                InventoryRoutes::pools)
            .filteredBy(
                "resource_pools",
                "names",
                "parent_resource_pools",
                "datacenters",
                "hosts",
                "clusters"),
        Route.get(
            "/vcenter/resource-pool/{resource_pool}",
            "One resource pool",
            Answer.one(PoolInfo.class),
            InventoryRoutes::pool),
        Route.get(
                "/vcenter/datastore",
                "The datastores that match",
                Answer.listOf(Datastore.class),
                InventoryRoutes::datastores)
            .filteredBy("datastores", "names", "types", "folders", "datacenters"),
        Route.get(
            "/vcenter/datastore/{datastore}",
            "One datastore",
            Answer.one(DatastoreInfo.class),
            InventoryRoutes::datastore),
        Route.get(
                "/vcenter/network",
                "The networks that match",
                Answer.listOf(Network.class),
                InventoryRoutes::networks)
            .filteredBy("networks", "names", "types", "folders", "datacenters"));
  }

  private static List<Datacenter> datacenters(RestRequest request) {
    RestQuery query = request.query();
    var scan = InventoryScan.of(request.vim(), Branch.DATASTORES, "Datacenter");
    return Limits.require(
        scan.all("Datacenter")
            .filter(found -> query.admits("datacenters", found.id()))
            .filter(found -> query.admits("names", found.name()))
            .filter(found -> query.admits("folders", found.idIn("parent")))
            .map(found -> new Datacenter(found.name(), found.id()))
            .toList(),
        LIST_MAX,
        "datacenters");
  }

  private static DatacenterInfo datacenter(RestRequest request) {
    var datacenter = new ManagedObjectReference("Datacenter", request.id("datacenter"));
    return new DatacenterInfo(
        name(request, datacenter),
        reference(request, datacenter, "datastoreFolder"),
        reference(request, datacenter, "hostFolder"),
        reference(request, datacenter, "networkFolder"),
        reference(request, datacenter, "vmFolder"));
  }

  private static List<Folder> folders(RestRequest request) {
    RestQuery query = request.query();
    return Limits.require(
        Stream.of(Branch.values())
            .flatMap(branch -> folders(request, branch))
            .distinct()
            .filter(found -> query.admits("type", found.type))
            .toList(),
        LIST_MAX,
        "folders");
  }

  private static Stream<Folder> folders(RestRequest request, Branch branch) {
    RestQuery query = request.query();
    var scan = InventoryScan.of(request.vim(), branch, "Folder", "childType");
    return scan.all("Folder")
        .filter(found -> query.admits("folders", found.id()))
        .filter(found -> query.admits("names", found.name()))
        .filter(found -> query.admits("parent_folders", found.idIn("parent")))
        .filter(found -> query.admitsAny("datacenters", scan.ancestors(found)))
        .map(found -> new Folder(found.id(), found.name(), typeOf(found)));
  }

  private static FolderType typeOf(Entry folder) {
    List<?> children =
        folder.get("childType") instanceof dev.vcsnap.vim.ArrayOf array ? array.items() : List.of();
    if (children.contains("Datacenter")) {
      return FolderType.DATACENTER;
    }
    if (children.contains("VirtualMachine")) {
      return FolderType.VIRTUAL_MACHINE;
    }
    if (children.contains("Datastore")) {
      return FolderType.DATASTORE;
    }
    return children.contains("Network") ? FolderType.NETWORK : FolderType.HOST;
  }

  private static List<Cluster> clusters(RestRequest request) {
    RestQuery query = request.query();
    var scan =
        InventoryScan.of(request.vim(), Branch.HOSTS, "ClusterComputeResource", "configurationEx");
    return Limits.require(
        scan.all("ClusterComputeResource")
            .filter(found -> query.admits("clusters", found.id()))
            .filter(found -> query.admits("names", found.name()))
            .filter(found -> query.admits("folders", found.idIn("parent")))
            .filter(found -> query.admitsAny("datacenters", scan.ancestors(found)))
            .map(InventoryRoutes::cluster)
            .toList(),
        LIST_MAX,
        "clusters");
  }

  private static Cluster cluster(Entry cluster) {
    var configuration = (ClusterConfigInfoEx) cluster.get("configurationEx");
    return new Cluster(
        cluster.id(),
        cluster.name(),
        configuration != null && Boolean.TRUE.equals(configuration.dasConfig.enabled),
        configuration != null && Boolean.TRUE.equals(configuration.drsConfig.enabled));
  }

  private static ClusterInfo cluster(RestRequest request) {
    var cluster = new ManagedObjectReference("ClusterComputeResource", request.id("cluster"));
    return new ClusterInfo(name(request, cluster), reference(request, cluster, "resourcePool"));
  }

  private static List<Host> hosts(RestRequest request) {
    RestQuery query = request.query();
    var scan = InventoryScan.of(request.vim(), Branch.HOSTS, "HostSystem", "runtime");
    return Limits.require(
        scan.all("HostSystem")
            .filter(found -> query.admits("hosts", found.id()))
            .filter(found -> query.admits("names", found.name()))
            .filter(found -> query.admitsAny("folders", folderOf(scan, found)))
            .filter(found -> query.admitsAny("datacenters", scan.ancestors(found)))
            .filter(found -> query.admits("clusters", found.idIn("parent")))
            .filter(found ->
                !query.has("standalone")
                    || query.flag("standalone", false) != isInCluster(scan, found))
            .map(InventoryRoutes::host)
            .filter(found -> query.admits("connection_states", found.connectionState))
            .toList(),
        WIDE_LIST_MAX,
        "hosts");
  }

  /** The folder of the compute resource that a host makes up or belongs to. */
  private static Stream<String> folderOf(InventoryScan scan, Entry host) {
    return scan.ancestors(host).skip(1).limit(1);
  }

  private static boolean isInCluster(InventoryScan scan, Entry host) {
    Entry parent = scan.find(host.idIn("parent"));
    return parent != null && InventoryScan.isA(parent, "ClusterComputeResource");
  }

  private static Host host(Entry host) {
    var runtime = (HostRuntimeInfo) Objects.requireNonNull(host.get("runtime"));
    HostSystemConnectionState state = runtime.connectionState;
    ConnectionState shown =
        switch (state) {
          case connected -> ConnectionState.CONNECTED;
          case disconnected -> ConnectionState.DISCONNECTED;
          case notResponding -> ConnectionState.NOT_RESPONDING;
        };
    return new Host(
        host.id(),
        host.name(),
        shown,
        shown == ConnectionState.CONNECTED ? power(runtime.powerState) : null);
  }

  private static String power(HostSystemPowerState state) {
    return switch (state) {
      case poweredOn -> "POWERED_ON";
      case poweredOff -> "POWERED_OFF";
      case standBy -> "STANDBY";
      case unknown -> "POWERED_OFF";
    };
  }

  private static List<Pool> pools(RestRequest request) {
    RestQuery query = request.query();
    var scan = InventoryScan.of(request.vim(), Branch.HOSTS, "ResourcePool", "owner");
    return Limits.require(
        scan.all("ResourcePool")
            .filter(found -> query.admits("resource_pools", found.id()))
            .filter(found -> query.admits("names", found.name()))
            .filter(found -> query.admits("parent_resource_pools", found.idIn("parent")))
            .filter(found -> query.admitsAny("datacenters", scan.ancestors(found)))
            .filter(found -> query.admits("clusters", found.idIn("owner")))
            .filter(found -> query.admitsAny("hosts", hostsOf(scan, found)))
            .map(found -> new Pool(found.id(), found.name()))
            .toList(),
        LIST_MAX,
        "resource pools");
  }

  private static Stream<String> hostsOf(InventoryScan scan, Entry pool) {
    return scan.all("HostSystem")
        .filter(host -> Objects.equals(host.idIn("parent"), pool.idIn("owner")))
        .map(Entry::id);
  }

  private static PoolInfo pool(RestRequest request) {
    var pool = new ManagedObjectReference("ResourcePool", request.id("resource_pool"));
    List<String> children =
        request.vim().read(pool, "resourcePool") instanceof List<?> list
            ? list.stream().map(child -> ((ManagedObjectReference) child).value()).toList()
            : List.of();
    var config = (ResourceConfigSpec) request.vim().read(pool, "config");
    return new PoolInfo(
        name(request, pool),
        children,
        config == null ? null : allocation(config.cpuAllocation),
        config == null ? null : allocation(config.memoryAllocation));
  }

  private static Allocation allocation(ResourceAllocationInfo allocation) {
    return new Allocation(
        Objects.requireNonNullElse(allocation.reservation, 0L),
        Boolean.TRUE.equals(allocation.expandableReservation),
        Objects.requireNonNullElse(allocation.limit, -1L),
        new Shares(
            allocation.shares.level.name().toUpperCase(Locale.ROOT), allocation.shares.shares));
  }

  private static List<Datastore> datastores(RestRequest request) {
    RestQuery query = request.query();
    var scan = InventoryScan.of(request.vim(), Branch.DATASTORES, "Datastore", "summary");
    return Limits.require(
        scan.all("Datastore")
            .filter(found -> query.admits("datastores", found.id()))
            .filter(found -> query.admits("names", found.name()))
            .filter(found -> query.admits("folders", found.idIn("parent")))
            .filter(found -> query.admitsAny("datacenters", scan.ancestors(found)))
            .map(InventoryRoutes::datastore)
            .filter(found -> query.admits("types", found.type))
            .toList(),
        WIDE_LIST_MAX,
        "datastores");
  }

  private static Datastore datastore(Entry datastore) {
    var summary = (DatastoreSummary) Objects.requireNonNull(datastore.get("summary"));
    return new Datastore(
        datastore.id(),
        datastore.name(),
        typeOf(summary),
        summary.accessible ? summary.freeSpace : null,
        summary.accessible ? summary.capacity : null);
  }

  private static DatastoreInfo datastore(RestRequest request) {
    var datastore = new ManagedObjectReference("Datastore", request.id("datastore"));
    var summary =
        (DatastoreSummary) Objects.requireNonNull(request.vim().read(datastore, "summary"));
    var capability = (DatastoreCapability) request.vim().read(datastore, "capability");
    return new DatastoreInfo(
        summary.name,
        typeOf(summary),
        summary.accessible,
        summary.accessible ? summary.freeSpace : null,
        Boolean.TRUE.equals(summary.multipleHostAccess),
        capability != null && capability.perFileThinProvisioningSupported);
  }

  private static DatastoreType typeOf(DatastoreSummary summary) {
    return DatastoreType.valueOf(summary.type.toUpperCase(Locale.ROOT));
  }

  private static List<Network> networks(RestRequest request) {
    RestQuery query = request.query();
    var scan = InventoryScan.of(request.vim(), Branch.NETWORKS, "Network");
    return Limits.require(
        scan.all("Network")
            .filter(found -> query.admits("networks", found.id()))
            .filter(found -> query.admits("names", found.name()))
            .filter(found -> query.admits("folders", found.idIn("parent")))
            .filter(found -> query.admitsAny("datacenters", scan.ancestors(found)))
            .map(found -> new Network(found.id(), found.name(), networkType(found)))
            .filter(found -> query.admits("types", found.type))
            .toList(),
        LIST_MAX,
        "networks");
  }

  private static NetworkType networkType(Entry network) {
    return switch (network.reference().type()) {
      case "DistributedVirtualPortgroup" -> NetworkType.DISTRIBUTED_PORTGROUP;
      case "OpaqueNetwork" -> NetworkType.OPAQUE_NETWORK;
      default -> NetworkType.STANDARD_PORTGROUP;
    };
  }

  private static String name(RestRequest request, ManagedObjectReference object) {
    return (String) Objects.requireNonNull(request.vim().read(object, "name"));
  }

  private static String reference(
      RestRequest request, ManagedObjectReference object, String property) {
    return ((ManagedObjectReference) Objects.requireNonNull(request.vim().read(object, property)))
        .value();
  }
}
