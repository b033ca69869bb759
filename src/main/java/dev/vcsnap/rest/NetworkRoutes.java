package dev.vcsnap.rest;

import dev.vcsnap.rest.InventoryScan.Branch;
import dev.vcsnap.rest.InventoryScan.Entry;
import java.util.List;

/** {@code /vcenter/network}: the networks. */
final class NetworkRoutes {

  private static final int LIST_MAX = 1_000;

  enum Type {
    STANDARD_PORTGROUP,
    DISTRIBUTED_PORTGROUP,
    OPAQUE_NETWORK
  }

  record Summary(String network, String name, Type type) {}

  List<Route> routes() {
    return List.of(
        Route.get(
                "/vcenter/network",
                "The networks that match",
                Answer.listOf(Summary.class),
                NetworkRoutes::networks)
            .filteredBy("networks", "names", "types", "folders", "datacenters"));
  }

  private static List<Summary> networks(RestRequest request) {
    RestQuery query = request.query();
    var scan = InventoryScan.of(request.vim(), Branch.NETWORKS, "Network");
    return Limits.require(
        scan.all("Network")
            .filter(found -> query.admits("networks", found.id()))
            .filter(found -> query.admits("names", found.name()))
            .filter(found -> query.admits("folders", found.idIn("parent")))
            .filter(found -> query.admitsAny("datacenters", scan.ancestors(found)))
            .map(found -> new Summary(found.id(), found.name(), networkType(found)))
            .filter(found -> query.admits("types", found.type))
            .toList(),
        LIST_MAX,
        "networks");
  }

  private static Type networkType(Entry network) {
    return switch (network.reference().type()) {
      case "DistributedVirtualPortgroup" -> Type.DISTRIBUTED_PORTGROUP;
      case "OpaqueNetwork" -> Type.OPAQUE_NETWORK;
      default -> Type.STANDARD_PORTGROUP;
    };
  }
}
