package dev.vcsnap.rest;

import dev.vcsnap.rest.InventoryScan.Branch;
import dev.vcsnap.rest.InventoryScan.Entry;
import dev.vcsnap.vim.HostRuntimeInfo;
import dev.vcsnap.vim.HostSystemConnectionState;
import dev.vcsnap.vim.HostSystemPowerState;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@code /vcenter/host}: the hosts. */
final class HostRoutes {

  private static final int LIST_MAX = 2_500;

  enum ConnectionState {
    CONNECTED,
    DISCONNECTED,
    NOT_RESPONDING
  }

  record Summary(
      String host, String name, ConnectionState connectionState, @Nullable String powerState) {}

  List<Route> routes() {
    return List.of(
        Route.get(
                "/vcenter/host",
                "The hosts that match",
                Answer.listOf(Summary.class),
                HostRoutes::hosts)
            .filteredBy(
                "hosts",
                "names",
                "folders",
                "datacenters",
                "standalone",
                "clusters",
                "connection_states"));
  }

  private static List<Summary> hosts(RestRequest request) {
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
            .map(HostRoutes::host)
            .filter(found -> query.admits("connection_states", found.connectionState))
            .toList(),
        LIST_MAX,
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

  private static Summary host(Entry host) {
    var runtime = (HostRuntimeInfo) Objects.requireNonNull(host.get("runtime"));
    HostSystemConnectionState state = runtime.connectionState;
    ConnectionState shown =
        switch (state) {
          case connected -> ConnectionState.CONNECTED;
          case disconnected -> ConnectionState.DISCONNECTED;
          case notResponding -> ConnectionState.NOT_RESPONDING;
        };
    return new Summary(
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
}
