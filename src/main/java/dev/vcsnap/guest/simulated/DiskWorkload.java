package dev.vcsnap.guest.simulated;

import dev.vcsnap.guest.simulated.disk.SimulatedDisk;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A guest's {@link SimulatedDisk}, where one is at work, as what its agent freezes: the disk that
 * is at work when it freezes is the one that thaws.
 */
final class DiskWorkload implements Workload {

  private final Freezable fileSystems;
  private final Freezable application;

  DiskWorkload(Supplier<Optional<SimulatedDisk>> disk) {
    fileSystems = new Part(disk, SimulatedDisk::freezeFileSystem, SimulatedDisk::thawFileSystem);
    application = new Part(disk, SimulatedDisk::freezeApplication, SimulatedDisk::thawApplication);
  }

  @Override
  public Freezable fileSystems() {
    return fileSystems;
  }

  @Override
  public Freezable application() {
    return application;
  }

  private static final class Part implements Freezable {

    private final Supplier<Optional<SimulatedDisk>> disk;
    private final Consumer<SimulatedDisk> freezing;
    private final Consumer<SimulatedDisk> thawing;
    private Optional<SimulatedDisk> frozen = Optional.empty();

    Part(
        Supplier<Optional<SimulatedDisk>> disk,
        Consumer<SimulatedDisk> freezing,
        Consumer<SimulatedDisk> thawing) {
      this.disk = disk;
      this.freezing = freezing;
      this.thawing = thawing;
    }

    @Override
    public synchronized void freeze() {
      Optional<SimulatedDisk> found = disk.get();
      found.ifPresent(freezing);
      frozen = found;
    }

    @Override
    public synchronized void thaw() {
      frozen.ifPresent(thawing);
      frozen = Optional.empty();
    }
  }
}
