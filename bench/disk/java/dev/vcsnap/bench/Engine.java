package dev.vcsnap.bench;

import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.io.DiskFiles;
import dev.vcsnap.disk.io.HostFiles;
import dev.vcsnap.disk.vmdk.DeltaKind;
import dev.vcsnap.disk.vmdk.sparse.TableBudget;
import dev.vcsnap.ground.clock.SystemClock;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import java.nio.file.Path;
import java.util.Arrays;

/** The engine as the programs of the bench use it. */
final class Engine {

  private Engine() {}

  static DiskFactory disks() {
    return disks(new HostFiles());
  }

  static DiskFactory disks(DiskFiles files) {
    return disks(files, TableBudget.ofHeap());
  }

  static DiskFactory disks(DiskFiles files, TableBudget tables) {
    return new DiskFactory(new Ids(new Dice(1)), new SystemClock(), files, tables);
  }

  /** Puts an empty delta of the kind {@code sesparse} or {@code vmfssparse} above a link. */
  static void createDelta(DiskFactory disks, Path delta, Path parent, String kind) {
    DeltaKind chosen =
        switch (kind) {
          case "sesparse" -> DeltaKind.SE_SPARSE;
          case "vmfssparse" -> DeltaKind.VMFS_SPARSE;
          default -> throw new IllegalArgumentException("no deltas of the kind " + kind);
        };
    disks.createDelta(delta, parent, chosen);
  }

  static double medianOf(double[] values) {
    return percentileOf(values, 0.5);
  }

  static double percentileOf(double[] values, double share) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[(int) Math.ceil(share * sorted.length) - 1];
  }
}
