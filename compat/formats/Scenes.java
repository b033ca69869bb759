import dev.vcsnap.disk.vmdk.DeltaKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Makes disks by every operation that the engine has, one scene a run; after each step others read
 * what is there.
 */
final class Scenes {

  /** Three tables of a vmfsSparse delta, and no whole number of its grains or a seSparse one's. */
  private static final long SECTORS = 10_243;

  /** The second of a seSparse delta's tables. */
  private static final long SECOND_TABLE = 16 << 20;

  private static final long MEGABYTE = 1 << 20;

  private final Path directory;
  private final DeltaKind kind;

  private Scenes(Path directory, DeltaKind kind) {
    this.directory = directory;
    this.kind = kind;
  }

  public static void main(String[] arguments) throws IOException {
    Scenes scenes = new Scenes(Path.of(arguments[0]), kindOf(arguments[2]));
    switch (arguments[1]) {
      case "bases" -> scenes.bases();
      case "depth" -> scenes.depth();
      case "writes" -> scenes.writes();
      case "merges" -> scenes.merges();
      case "branches" -> scenes.branches();
      case "sizes" -> scenes.sizes();
      case "growth" -> scenes.growth();
      case "huge" -> scenes.huge();
      case "conversions" -> scenes.conversions();
      default -> throw new IllegalArgumentException("no scene '" + arguments[1] + "'");
    }
  }

  /** By the name that descriptors have for it. */
  private static DeltaKind kindOf(String createType) {
    for (DeltaKind kind : DeltaKind.values()) {
      if (kind.createType().equals(createType)) {
        return kind;
      }
    }
    throw new IllegalArgumentException("no kind '" + createType + "'");
  }

  private Disks disk(long sectors) {
    return disk("VM", sectors, true);
  }

  private Disks disk(String name, long sectors, boolean thin) {
    return new Disks(directory, kind, name, sectors, thin);
  }

  /** Flat disks, thin and thick. */
  private void bases() throws IOException {
    for (long sectors : new long[] {1, 7, 8, 129, 4097, SECTORS}) {
      for (boolean thin : new boolean[] {true, false}) {
        String name = (thin ? "thin-" : "thick-") + sectors;
        Disks disk = disk(name, sectors, thin);
        disk.show(name + ", empty");
        disk.scatter(5, 50_000);
        disk.write(disk.sizeBytes() - 1, 1);
        disk.show(name + ", written");
        disk.zero(disk.sizeBytes() / 3, (int) (disk.sizeBytes() / 3));
        disk.showClosed(name + ", zeroed in its middle");
        disk.close();
      }
    }
  }

  /** The deepest chain, change tracking on for its upper half. */
  private void depth() throws IOException {
    Disks disk = disk(SECTORS);
    disk.scatter(10, 100_000);
    for (int depth = 1; depth <= 31; depth++) {
      disk.fork();
      disk.scatter(4, 40_000);
      disk.discard(disk.sizeBytes() / 40 * depth, 9_000);
      if (depth == 16) {
        disk.disk().enableTracking();
      }
      if (depth == 1 || depth == 8 || depth == 31) {
        List<Path> links = disk.links();
        disk.show(
            depth + " deltas",
            List.of(links.getFirst(), links.get(depth / 2), links.get(depth - 1), links.getLast()));
      }
    }
    List<Path> links = disk.links();
    disk.showClosed("31 deltas, closed", List.of(links.get(1), links.get(16), links.getLast()));
    disk.close();
  }

  /** Every kind of write to a delta, one after the other. */
  private void writes() throws IOException {
    Disks disk = disk(SECTORS);
    disk.write(0, (int) (2 * MEGABYTE));
    disk.fork();
    disk.show("an empty delta");
    disk.write(5_000, 3);
    disk.show("three bytes in a grain");
    disk.write(4 * 4096, 8192);
    disk.show("whole grains");
    disk.write(2 * MEGABYTE - 700, 1_500);
    disk.show("across the border of two tables");
    disk.write(disk.sizeBytes() - 1, 1);
    disk.show("the last byte");
    disk.discard(100_000, 100_001);
    disk.show("a discard of what the parent has");
    disk.zero(4 * 4096 + 10, 5_000);
    disk.show("zeros over what the delta has");
    disk.writeZeros(300_000, 20_000);
    disk.show("a write of zeros");
    disk.write(120_000, 300);
    disk.write(300_100, 300);
    disk.show("a write into what was made zero");
    disk.discard(MEGABYTE, (int) (3 * MEGABYTE));
    disk.show("a discard across a whole table");
    disk.discard(0, (int) disk.sizeBytes());
    disk.show("a discard of everything");
    disk.scatter(20, 60_000);
    disk.showClosed("written once more and closed");
    disk.close();
  }

  /** Merges of each link of a chain. */
  private void merges() throws IOException {
    Disks disk = chainOf(6);
    disk.commit(3);
    disk.show("a link in the middle is merged");
    disk.scatter(3, 30_000);
    disk.commit(1);
    disk.show("the first delta is merged into the base");
    disk.commit(disk.links().size() - 1);
    disk.show("the leaf is merged");
    disk.scatter(3, 30_000);
    disk.fork();
    disk.scatter(3, 30_000);
    disk.showClosed("forked after the merges");
    disk.commitInto(1);
    disk.show("everything above the first delta is merged into it");
    disk.fork();
    disk.scatter(3, 30_000);
    disk.commitInto(0);
    disk.show("everything is merged into the base");
    disk.scatter(3, 30_000);
    disk.fork();
    disk.scatter(3, 30_000);
    disk.showClosed("forked from the base again");
    disk.close();
  }

  private Disks chainOf(int deltas) {
    Disks disk = disk(SECTORS);
    disk.scatter(10, 100_000);
    for (int i = 0; i < deltas; i++) {
      disk.fork();
      disk.scatter(6, 40_000);
      disk.discard(disk.sizeBytes() / 9 * i, 30_000);
    }
    return disk;
  }

  /** Reverts, and what becomes of the branch that is left. */
  private void branches() throws IOException {
    Disks disk = chainOf(4);
    List<Path> old = disk.links();
    disk.revert(old.get(1));
    disk.show("reverted to the second link");
    disk.scatter(5, 40_000);
    disk.fork();
    disk.scatter(5, 40_000);
    disk.show("the new branch is written and forked");
    disk.commitBranch(old.get(3), old.get(2), List.of(old.get(4)));
    disk.show("a link of the old branch is merged");
    Path left = disk.revert(old.get(4));
    disk.scatter(5, 40_000);
    disk.show("back on the old branch");
    disk.delete(left);
    disk.showClosed("the leaf of the new branch is deleted");
    disk.close();
  }

  /** Deltas of disks that are no whole number of grains. */
  private void sizes() throws IOException {
    for (long sectors : new long[] {1, 7, 8, 9, 129, 4095, 4097, 32_769}) {
      Disks disk = disk("VM" + sectors, sectors, true);
      disk.scatter(4, 20_000);
      disk.fork();
      disk.write(disk.sizeBytes() - 1, 1);
      disk.show(sectors + " sectors, the last byte written");
      disk.fork();
      disk.scatter(4, 20_000);
      disk.discard(disk.sizeBytes() / 2, (int) (disk.sizeBytes() / 4));
      if (disk.sizeBytes() > SECOND_TABLE) {
        disk.write(SECOND_TABLE - 100, 300);
      }
      disk.showClosed(sectors + " sectors, a second delta");
      disk.close();
    }
  }

  /** A disk that grows while it has no deltas. */
  private void growth() throws IOException {
    Disks disk = disk(4_095);
    disk.scatter(5, 50_000);
    disk.grow(4_097);
    disk.show("two sectors more");
    disk.write(disk.sizeBytes() - 1, 1);
    disk.fork();
    disk.scatter(5, 50_000);
    disk.show("a delta of the larger disk");
    disk.commitInto(0);
    disk.grow(SECTORS);
    disk.scatter(5, 50_000);
    disk.showClosed("grown once more after a merge");
    disk.fork();
    disk.write(disk.sizeBytes() - 700, 700);
    disk.showClosed("forked once more");
    disk.close();
  }

  /** The largest that the kind can be, or more than 2 TiB. */
  private void huge() throws IOException {
    Disks disk = disk(kind == DeltaKind.VMFS_SPARSE ? (1L << 32) - 7 : (1L << 32) + 5);
    long size = disk.sizeBytes();
    long[] places = {0, size / 3, size / 2 + 12_345, size - MEGABYTE};
    for (int depth = 0; depth < 3; depth++) {
      for (long place : places) {
        disk.write(place + depth * 30_000L, 70_001);
      }
      disk.discard(size / 3 + 20_000, 30_000);
      disk.fork();
    }
    disk.write(size - 1, 1);
    disk.show("three deltas");
    disk.commit(2);
    disk.showClosed("two deltas after a merge");
    disk.close();
  }

  /** A chain becomes one file, and flat disks and streams are read by everybody. */
  private void conversions() throws IOException {
    Disks disk = chainOf(3);
    disk.toFlat(disk.links().get(1), true);
    disk.toFlat(disk.disk().leaf(), false);
    disk.toStream(disk.links().get(2));
    disk.show("a chain as flat disks and as a stream");
    disk.toStream(disk.disk().leaf());
    disk.showClosed("the running disk as a stream");
    disk.close();
    for (long sectors : new long[] {1, 129, 70_001}) {
      Disks odd = disk("odd" + sectors, sectors, true);
      odd.scatter(5, 50_000);
      odd.fork();
      odd.scatter(5, 50_000);
      odd.toStream(odd.disk().leaf());
      odd.toFlat(odd.disk().leaf(), true);
      odd.showClosed(sectors + " sectors as a stream and as a flat disk");
      odd.close();
    }
  }
}
