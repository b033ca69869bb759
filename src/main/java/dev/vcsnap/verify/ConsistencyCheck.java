package dev.vcsnap.verify;

import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.block.BlockStatus;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Looks at disks of one moment and says of which kind they are. Reads superblocks, and of a
 * simulated guest its small volume; changes nothing and replays nothing.
 */
public final class ConsistencyCheck {

  private static final int START_BYTES = 1 << 20;

  private final List<Recogniser> recognisers =
      List.of(new SimulatedVolume(), new ExtVolume(), new KnownContent());

  /**
   * What one disk says.
   *
   * @param name what findings call it
   * @param disk stays open; read errors go through
   */
  public List<Finding> look(String name, BlockDevice disk) {
    Area whole = Area.of(name, disk);
    if (!startsLikeFat(whole)) {
      List<Area> parts = PartitionTable.of(whole);
      if (!parts.isEmpty()) {
        return parts.stream().map(this::judge).toList();
      }
    }
    return List.of(judge(whole));
  }

  /** FAT and NTFS begin with what looks like a partition table. */
  private static boolean startsLikeFat(Area disk) {
    return disk.has(3, "NTFS    ")
        || disk.has(3, "-FVE-FS-")
        || disk.has(0x52, "FAT")
        || disk.has(0x36, "FAT");
  }

  private Finding judge(Area area) {
    for (Recogniser recogniser : recognisers) {
      var finding = recogniser.look(area);
      if (finding.isPresent()) {
        return finding.get();
      }
    }
    return startIsEmpty(area)
        ? Finding.silent(area.name(), "nothing", "it begins with zeros")
        : Finding.undecided(area.name(), "unknown", "no file system that is known begins here");
  }

  private static boolean startIsEmpty(Area area) {
    int length = (int) Math.min(START_BYTES, area.sizeBytes());
    boolean stored =
        area.statusOf(0, length).stream()
            .anyMatch(status -> status.kind() == BlockStatus.Kind.DATA);
    if (!stored) {
      return true;
    }
    ByteBuffer start = area.bytes(0, length);
    while (start.remaining() >= Long.BYTES) {
      if (start.getLong() != 0) {
        return false;
      }
    }
    return true;
  }
}
