package dev.vcsnap.rest;

import dev.vcsnap.rest.InventoryScan.Branch;
import dev.vcsnap.rest.InventoryScan.Entry;
import java.util.List;
import java.util.stream.Stream;

/** {@code /vcenter/folder}: the folders of the inventory. */
final class FolderRoutes {

  private static final int LIST_MAX = 1_000;

  record Summary(String folder, String name, Type type) {}

  enum Type {
    DATACENTER,
    DATASTORE,
    HOST,
    NETWORK,
    VIRTUAL_MACHINE
  }

  List<Route> routes() {
    return List.of(
        Route.get(
                "/vcenter/folder",
                "The folders that match",
                Answer.listOf(Summary.class),
                FolderRoutes::folders)
            .filteredBy("folders", "names", "type", "parent_folders", "datacenters"));
  }

  private static List<Summary> folders(RestRequest request) {
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

  private static Stream<Summary> folders(RestRequest request, Branch branch) {
    RestQuery query = request.query();
    var scan = InventoryScan.of(request.vim(), branch, "Folder", "childType");
    return scan.all("Folder")
        .filter(found -> query.admits("folders", found.id()))
        .filter(found -> query.admits("names", found.name()))
        .filter(found -> query.admits("parent_folders", found.idIn("parent")))
        .filter(found -> query.admitsAny("datacenters", scan.ancestors(found)))
        .map(found -> new Summary(found.id(), found.name(), typeOf(found)));
  }

  private static Type typeOf(Entry folder) {
    List<?> children =
        folder.get("childType") instanceof dev.vcsnap.vim.ArrayOf array ? array.items() : List.of();
    if (children.contains("Datacenter")) {
      return Type.DATACENTER;
    }
    if (children.contains("VirtualMachine")) {
      return Type.VIRTUAL_MACHINE;
    }
    if (children.contains("Datastore")) {
      return Type.DATASTORE;
    }
    return children.contains("Network") ? Type.NETWORK : Type.HOST;
  }
}
