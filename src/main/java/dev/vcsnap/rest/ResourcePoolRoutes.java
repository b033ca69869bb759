package dev.vcsnap.rest;

import dev.vcsnap.rest.InventoryScan.Branch;
import dev.vcsnap.rest.InventoryScan.Entry;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.ResourceAllocationInfo;
import dev.vcsnap.vim.ResourceConfigSpec;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@code /vcenter/resource-pool}: the resource pools. */
final class ResourcePoolRoutes {

  private static final int LIST_MAX = 1_000;

  record Summary(String resourcePool, String name) {}

  record Shares(String level, @Nullable Integer shares) {}

  record Allocation(long reservation, boolean expandableReservation, long limit, Shares shares) {}

  record Details(
      String name,
      List<String> resourcePools,
      @Nullable Allocation cpuAllocation,
      @Nullable Allocation memoryAllocation) {}

  List<Route> routes() {
    return List.of(
        Route.get(
                "/vcenter/resource-pool",
                "The resource pools that match",
                Answer.listOf(Summary.class),
                ResourcePoolRoutes::pools)
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
            Answer.one(Details.class),
            ResourcePoolRoutes::pool));
  }

  private static List<Summary> pools(RestRequest request) {
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
            .map(found -> new Summary(found.id(), found.name()))
            .toList(),
        LIST_MAX,
        "resource pools");
  }

  private static Stream<String> hostsOf(InventoryScan scan, Entry pool) {
    return scan.all("HostSystem")
        .filter(host -> Objects.equals(host.idIn("parent"), pool.idIn("owner")))
        .map(Entry::id);
  }

  private static Details pool(RestRequest request) {
    var pool = new ManagedObjectReference("ResourcePool", request.id("resource_pool"));
    List<String> children =
        request.vim().read(pool, "resourcePool") instanceof List<?> list
            ? list.stream().map(child -> ((ManagedObjectReference) child).value()).toList()
            : List.of();
    var config = (ResourceConfigSpec) request.vim().read(pool, "config");
    return new Details(
        request.vim().name(pool),
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
}
