package dev.vcsnap.inventory;

import dev.vcsnap.datastore.Datastore;
import dev.vcsnap.vim.ManagedObjectReference;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the inventory of a fresh server holds, by name and id: vcsim's names and counts, a real
 * product's ids.
 *
 * @param root the root folder's name; its id is that of the product
 * @param machineNetwork the name of the network that machines are on unless told otherwise
 * @param distributed the distributed switch, where the product has one
 * @param lastNumber the highest number that an id ends with
 */
record InventoryLayout(
    Named root,
    Named datacenter,
    Folders folders,
    List<Compute> computes,
    Named network,
    Optional<Distributed> distributed,
    Map<ManagedObjectReference, Datastore> datastores,
    String machineNetwork,
    int lastNumber) {

  /** An object and what it is called. */
  record Named(ManagedObjectReference reference, String name) {}

  /** The four folders of the datacenter. */
  record Folders(
      ManagedObjectReference machines,
      ManagedObjectReference hosts,
      ManagedObjectReference datastores,
      ManagedObjectReference networks) {}

  /** A host by itself, or a cluster of hosts. */
  record Compute(
      Named self,
      boolean cluster,
      ManagedObjectReference pool,
      ManagedObjectReference browser,
      Map<String, ManagedObjectReference> hosts) {}

  /** A distributed switch, the portgroup of its uplinks, and one for machines. */
  record Distributed(Named self, Named uplinks, Named portgroup) {

    List<ManagedObjectReference> portgroups() {
      return List.of(uplinks.reference, portgroup.reference);
    }
  }

  private static final int FIRST_DATASTORE = 20;
  private static final String RESOURCES = "Resources";

  static InventoryLayout of(Product product, List<Datastore> datastores) {
    return switch (product) {
      case VCENTER -> vcenter(datastores);
      case ESXI -> host(datastores);
    };
  }

  /**
   * vcsim's default.
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
   * cluster's root pool is what {@code RP0} in {@code DC0_C0_RP0_VM0} means; it has no pool
   * beneath.
   */
  private static InventoryLayout vcenter(List<Datastore> datastores) {
    Map<ManagedObjectReference, Datastore> stores = new LinkedHashMap<>();
    for (Datastore datastore : datastores) {
      stores.put(
          reference("Datastore", "datastore-" + (FIRST_DATASTORE + stores.size())), datastore);
    }
    Map<String, ManagedObjectReference> clustered = new LinkedHashMap<>();
    for (int i = 0; i < 3; i++) {
      clustered.put("DC0_C0_H" + i, reference("HostSystem", "host-" + (17 + i)));
    }
    return new InventoryLayout(
        new Named(InventoryTree.ROOT, "Datacenters"),
        named("Datacenter", "datacenter-2", "DC0"),
        new Folders(
            reference("Folder", "group-v3"),
            reference("Folder", "group-h4"),
            reference("Folder", "group-s5"),
            reference("Folder", "group-n6")),
        List.of(
            new Compute(
                named("ComputeResource", "domain-s12", "DC0_H0"),
                false,
                reference("ResourcePool", "resgroup-13"),
                reference("EnvironmentBrowser", "envbrowser-12"),
                Map.of("DC0_H0", reference("HostSystem", "host-14"))),
            new Compute(
                named("ClusterComputeResource", "domain-c15", "DC0_C0"),
                true,
                reference("ResourcePool", "resgroup-16"),
                reference("EnvironmentBrowser", "envbrowser-15"),
                Collections.unmodifiableMap(clustered))),
        named("Network", "network-7", "VM Network"),
        Optional.of(
            new Distributed(
                named("VmwareDistributedVirtualSwitch", "dvs-9", "DVS0"),
                named("DistributedVirtualPortgroup", "dvportgroup-10", "DVS0-DVUplinks-9"),
                named("DistributedVirtualPortgroup", "dvportgroup-11", "DC0_DVPG0"))),
        stores,
        "DC0_DVPG0",
        FIRST_DATASTORE + stores.size() - 1);
  }

  /** A host's own, as vcsim shows one that it emulates. */
  private static InventoryLayout host(List<Datastore> datastores) {
    Map<ManagedObjectReference, Datastore> stores = new LinkedHashMap<>();
    datastores.forEach(store -> stores.put(reference("Datastore", store.uuid()), store));
    return new InventoryLayout(
        named("Folder", "ha-folder-root", "ha-folder-root"),
        named("Datacenter", "ha-datacenter", "ha-datacenter"),
        new Folders(
            reference("Folder", "ha-folder-vm"),
            reference("Folder", "ha-folder-host"),
            reference("Folder", "ha-folder-datastore"),
            reference("Folder", "ha-folder-network")),
        List.of(
            new Compute(
                named("ComputeResource", "ha-compute-res", "localhost.localdomain"),
                false,
                reference("ResourcePool", "ha-root-pool"),
                reference("EnvironmentBrowser", "ha-compute-res-environmentbrowser"),
                Map.of("localhost.localdomain", reference("HostSystem", "ha-host")))),
        named("Network", "HaNetwork-VM Network", "VM Network"),
        Optional.empty(),
        stores,
        "VM Network",
        0);
  }

  /** Every host, the one by itself first. */
  Stream<ManagedObjectReference> hosts() {
    return computes.stream().flatMap(compute -> compute.hosts.values().stream());
  }

  /** The name of the host that is used when none is named. */
  String defaultHost() {
    return computes.getFirst().hosts.keySet().iterator().next();
  }

  /** What machines and hosts can be on. */
  List<ManagedObjectReference> machineNetworks() {
    return Stream.concat(
            Stream.of(network.reference), distributed.stream().map(dvs -> dvs.portgroup.reference))
        .toList();
  }

  /** The name of every root pool. */
  static String poolName() {
    return RESOURCES;
  }

  private static Named named(String type, String id, String name) {
    return new Named(reference(type, id), name);
  }

  private static ManagedObjectReference reference(String type, String id) {
    return new ManagedObjectReference(type, id);
  }
}
