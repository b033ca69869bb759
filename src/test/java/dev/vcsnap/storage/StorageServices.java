package dev.vcsnap.storage;

import dev.vcsnap.inventory.MachineLab;

/** The services on a lab's datastore, for tests of other packages. */
public final class StorageServices {

  private StorageServices() {}

  public static DatastoreFiles files(MachineLab lab) {
    return new DatastoreFiles(lab.factory, new MachineFiles(lab.factory, lab.machines));
  }

  public static DatastoreSearch search(MachineLab lab) {
    return new DatastoreSearch(lab.factory);
  }
}
