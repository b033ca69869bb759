package dev.vcsnap.rest;

import dev.vcsnap.rest.InventoryScan.Branch;
import dev.vcsnap.rest.InventoryScan.Entry;
import dev.vcsnap.vim.DatastoreCapability;
import dev.vcsnap.vim.DatastoreSummary;
import dev.vcsnap.vim.ManagedObjectReference;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** {@code /vcenter/datastore}: the datastores. */
final class DatastoreRoutes {

  private static final int LIST_MAX = 2_500;

  enum Type {
    VMFS,
    NFS,
    NFS41,
    CIFS,
    VSAN,
    VFFS,
    VVOL
  }

  record Summary(
      String datastore,
      String name,
      Type type,
      @Nullable Long freeSpace,
      @Nullable Long capacity) {}

  record Details(
      String name,
      Type type,
      boolean accessible,
      @Nullable Long freeSpace,
      boolean multipleHostAccess,
      boolean thinProvisioningSupported) {}

  List<Route> routes() {
    return List.of(
        Route.get(
                "/vcenter/datastore",
                "The datastores that match",
                Answer.listOf(Summary.class),
                DatastoreRoutes::datastores)
            .filteredBy("datastores", "names", "types", "folders", "datacenters"),
        Route.get(
            "/vcenter/datastore/{datastore}",
            "One datastore",
            Answer.one(Details.class),
            DatastoreRoutes::datastore));
  }

  private static List<Summary> datastores(RestRequest request) {
    RestQuery query = request.query();
    var scan = InventoryScan.of(request.vim(), Branch.DATASTORES, "Datastore", "summary");
    return Limits.require(
        scan.all("Datastore")
            .filter(found -> query.admits("datastores", found.id()))
            .filter(found -> query.admits("names", found.name()))
            .filter(found -> query.admits("folders", found.idIn("parent")))
            .filter(found -> query.admitsAny("datacenters", scan.ancestors(found)))
            .map(DatastoreRoutes::datastore)
            .filter(found -> query.admits("types", found.type))
            .toList(),
        LIST_MAX,
        "datastores");
  }

  private static Summary datastore(Entry datastore) {
    var summary = (DatastoreSummary) Objects.requireNonNull(datastore.get("summary"));
    return new Summary(
        datastore.id(),
        datastore.name(),
        typeOf(summary),
        summary.accessible ? summary.freeSpace : null,
        summary.accessible ? summary.capacity : null);
  }

  private static Details datastore(RestRequest request) {
    var datastore = new ManagedObjectReference("Datastore", request.id("datastore"));
    var summary =
        (DatastoreSummary) Objects.requireNonNull(request.vim().read(datastore, "summary"));
    var capability = (DatastoreCapability) request.vim().read(datastore, "capability");
    return new Details(
        summary.name,
        typeOf(summary),
        summary.accessible,
        summary.accessible ? summary.freeSpace : null,
        Boolean.TRUE.equals(summary.multipleHostAccess),
        capability != null && capability.perFileThinProvisioningSupported);
  }

  private static Type typeOf(DatastoreSummary summary) {
    return Type.valueOf(summary.type.toUpperCase(Locale.ROOT));
  }
}
