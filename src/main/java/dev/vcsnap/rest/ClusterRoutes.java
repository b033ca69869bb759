package dev.vcsnap.rest;

import dev.vcsnap.rest.InventoryScan.Branch;
import dev.vcsnap.rest.InventoryScan.Entry;
import dev.vcsnap.vim.ClusterConfigInfoEx;
import dev.vcsnap.vim.ManagedObjectReference;
import java.util.List;

/** {@code /vcenter/cluster}: the clusters. */
final class ClusterRoutes {

  private static final int LIST_MAX = 1_000;

  record Summary(String cluster, String name, boolean haEnabled, boolean drsEnabled) {}

  record Details(String name, String resourcePool) {}

  List<Route> routes() {
    return List.of(
        Route.get(
                "/vcenter/cluster",
                "The clusters that match",
                Answer.listOf(Summary.class),
                ClusterRoutes::clusters)
            .filteredBy("clusters", "names", "folders", "datacenters"),
        Route.get(
            "/vcenter/cluster/{cluster}",
            "One cluster",
            Answer.one(Details.class),
            ClusterRoutes::cluster));
  }

  private static List<Summary> clusters(RestRequest request) {
    RestQuery query = request.query();
    var scan =
        InventoryScan.of(request.vim(), Branch.HOSTS, "ClusterComputeResource", "configurationEx");
    return Limits.require(
        scan.all("ClusterComputeResource")
            .filter(found -> query.admits("clusters", found.id()))
            .filter(found -> query.admits("names", found.name()))
            .filter(found -> query.admits("folders", found.idIn("parent")))
            .filter(found -> query.admitsAny("datacenters", scan.ancestors(found)))
            .map(ClusterRoutes::cluster)
            .toList(),
        LIST_MAX,
        "clusters");
  }

  private static Summary cluster(Entry cluster) {
    var configuration = (ClusterConfigInfoEx) cluster.get("configurationEx");
    return new Summary(
        cluster.id(),
        cluster.name(),
        configuration != null && Boolean.TRUE.equals(configuration.dasConfig.enabled),
        configuration != null && Boolean.TRUE.equals(configuration.drsConfig.enabled));
  }

  private static Details cluster(RestRequest request) {
    var cluster = new ManagedObjectReference("ClusterComputeResource", request.id("cluster"));
    return new Details(request.vim().name(cluster), request.vim().id(cluster, "resourcePool"));
  }
}
