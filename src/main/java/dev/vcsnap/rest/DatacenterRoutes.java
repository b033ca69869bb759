package dev.vcsnap.rest;

import dev.vcsnap.rest.InventoryScan.Branch;
import dev.vcsnap.vim.ManagedObjectReference;
import java.util.List;

/** {@code /vcenter/datacenter}: the datacenters. */
final class DatacenterRoutes {

  private static final int LIST_MAX = 1_000;

  record Summary(String name, String datacenter) {}

  record Details(
      String name,
      String datastoreFolder,
      String hostFolder,
      String networkFolder,
      String vmFolder) {}

  List<Route> routes() {
    return List.of(
        Route.get(
                "/vcenter/datacenter",
                "The datacenters that match",
                Answer.listOf(Summary.class),
                DatacenterRoutes::datacenters)
            .filteredBy("datacenters", "names", "folders"),
        Route.get(
            "/vcenter/datacenter/{datacenter}",
            "One datacenter",
            Answer.one(Details.class),
            DatacenterRoutes::datacenter));
  }

  private static List<Summary> datacenters(RestRequest request) {
    RestQuery query = request.query();
    var scan = InventoryScan.of(request.vim(), Branch.DATASTORES, "Datacenter");
    return Limits.require(
        scan.all("Datacenter")
            .filter(found -> query.admits("datacenters", found.id()))
            .filter(found -> query.admits("names", found.name()))
            .filter(found -> query.admits("folders", found.idIn("parent")))
            .map(found -> new Summary(found.name(), found.id()))
            .toList(),
        LIST_MAX,
        "datacenters");
  }

  private static Details datacenter(RestRequest request) {
    var datacenter = new ManagedObjectReference("Datacenter", request.id("datacenter"));
    return new Details(
        request.vim().name(datacenter),
        request.vim().id(datacenter, "datastoreFolder"),
        request.vim().id(datacenter, "hostFolder"),
        request.vim().id(datacenter, "networkFolder"),
        request.vim().id(datacenter, "vmFolder"));
  }
}
