package dev.vcsnap.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupImageTest {

  private static final int BLOCK_BYTES = 64 << 10;
  private static final int BLOCKS = 333;
  private static final long SIZE_BYTES = (long) BLOCKS * BLOCK_BYTES;

  @TempDir private Path folder;

  @Test
  void aFullAndAnIncrementalCopyRestoreOverAnyContent() {
    long seed = System.nanoTime();
    System.out.println("BackupImageTest seed " + seed);
    var random = new Random(seed);
    try (var server = new DiskServer(folder, SIZE_BYTES, "source", "target");
        NbdClient source = server.connect("source");
        NbdClient target = server.connect("target");
        var image = BackupImage.create(folder.resolve("backup.img"), SIZE_BYTES)) {
      for (int i = 0; i < 40; i++) {
        fill(target, random.nextInt(BLOCKS), random);
      }
      List<Area> first = List.of(new Area(0, BLOCK_BYTES), new Area(99L * BLOCK_BYTES, 6_553_600));
      first.forEach(area -> fill(source, area, random));
      image.copy(source, first, NbdClientTest.quiet());

      var changed = new Area(98L * BLOCK_BYTES, 2L * BLOCK_BYTES);
      source.write(changed.end() - 3, ByteBuffer.wrap(random(3, random)));
      long different = image.copy(source, List.of(changed), NbdClientTest.quiet());
      assertThat(different).isBetween(0L, 3L);

      image.restoreTo(target, NbdClientTest.quiet());
      assertThat(WholeDisk.firstDifference(source, target)).isEmpty();
    }
  }

  @Test
  void countsTheBytesThatACopyChanges() {
    try (var server = new DiskServer(folder, SIZE_BYTES, "source");
        NbdClient source = server.connect("source");
        var image = BackupImage.create(folder.resolve("backup.img"), SIZE_BYTES)) {
      source.write(10, ByteBuffer.wrap(new byte[] {1, 0, 3}));
      List<Area> areas = List.of(new Area(0, BLOCK_BYTES));
      assertThat(image.copy(source, areas, NbdClientTest.quiet())).isEqualTo(2);
      assertThat(image.copy(source, areas, NbdClientTest.quiet())).isZero();
    }
  }

  private static void fill(NbdClient disk, int block, Random random) {
    fill(disk, new Area((long) block * BLOCK_BYTES, BLOCK_BYTES), random);
  }

  private static void fill(NbdClient disk, Area area, Random random) {
    disk.write(area.start(), ByteBuffer.wrap(random((int) area.length(), random)));
  }

  private static byte[] random(int length, Random random) {
    var bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
