package dev.vcsnap.provision;

import dev.vcsnap.datastore.Datastore;
import dev.vcsnap.datastore.DatastorePath;
import dev.vcsnap.datastore.FcdCatalog;
import dev.vcsnap.datastore.FcdRecord;
import dev.vcsnap.datastore.FcdSnapshot;
import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.inventory.VirtualMachine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The first class disks that a machine has, when it is destroyed: those that are to outlive their
 * machine go on as what it last wrote, with all links that they are built on; the others go with
 * it.
 *
 * @param kept the records of those that stay, as they are from then on
 * @param going the ids of those that go
 * @param links what stays of the machine's links
 */
record FirstClassOnes(
    FcdCatalog catalog, List<FcdRecord> kept, List<String> going, Set<Path> links) {

  /** Looks for them among the links that are the machine's own. */
  static FirstClassOnes of(VirtualMachine machine, List<Path> own, DiskFactory factory) {
    Datastore datastore = machine.files().datastore();
    var found =
        new FirstClassOnes(
            new FcdCatalog(datastore), new ArrayList<>(), new ArrayList<>(), new HashSet<>());
    for (FcdRecord record : found.catalog.all()) {
      Path file = fileOf(datastore, record.path());
      if (own.contains(file)) {
        machine.disks().values().stream()
            .filter(disk -> disk.links().contains(file))
            .findFirst()
            .ifPresent(disk -> found.add(record, disk, datastore, factory));
      }
    }
    return found;
  }

  private void add(FcdRecord record, RunningDisk disk, Datastore datastore, DiskFactory factory) {
    if (!record.keepAfterDeleteVm()) {
      going.add(record.id());
      return;
    }
    kept.add(record.with(datastore.nameOf(disk.leaf()).path(), record.snapshots()));
    links.addAll(disk.links());
    for (FcdSnapshot snapshot : record.snapshots()) {
      links.addAll(factory.linksOf(fileOf(datastore, snapshot.path())));
    }
  }

  private static Path fileOf(Datastore datastore, String path) {
    return datastore.fileOf(new DatastorePath(datastore.name(), path));
  }

  /** Notes where those that stay go on; to be done before the machine is forgotten. */
  void keep() {
    kept.forEach(catalog::save);
  }

  /** Forgets those whose files are gone. */
  void forget() {
    going.forEach(catalog::remove);
  }
}
