package dev.vcsnap.storage;

import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.convert.DiskConverter;
import dev.vcsnap.disk.vmdk.streamoptimized.StreamWriter;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.inventory.MachineLab;
import java.util.List;

/** The services on a lab's datastore, for tests of other packages. */
public final class StorageServices {

  private StorageServices() {}

  public static DatastoreFiles files(MachineLab lab) {
    return new DatastoreFiles(disks(lab), new MachineFiles(lab.machines::all));
  }

  /** Where there are no machines. */
  public static DatastoreFiles files(Clock clock) {
    return new DatastoreFiles(
        disks(new DiskFactory(new Ids(new Dice(1)), clock), clock), new MachineFiles(List::of));
  }

  public static DatastoreSearch search() {
    return new DatastoreSearch();
  }

  public static VirtualDisks disks(MachineLab lab) {
    return disks(lab.factory, lab.clock);
  }

  private static VirtualDisks disks(DiskFactory factory, Clock clock) {
    return new VirtualDisks(
        factory, new DiskConverter(new Ids(new Dice(2)), clock, new StreamWriter()));
  }
}
