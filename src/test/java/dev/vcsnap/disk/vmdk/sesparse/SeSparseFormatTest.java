package dev.vcsnap.disk.vmdk.sesparse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockError.Kind;
import dev.vcsnap.disk.io.DiskFile;
import dev.vcsnap.disk.io.DiskFiles;
import dev.vcsnap.disk.io.HostFiles;
import dev.vcsnap.disk.vmdk.sparse.Grains;
import dev.vcsnap.disk.vmdk.sparse.SparseExtent;
import dev.vcsnap.disk.vmdk.sparse.TableBudget;
import dev.vcsnap.evidence.Rule;
import dev.vcsnap.evidence.Witness;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeSparseFormatTest {

  /** 100 MiB: the disk whose layout ESXi logged. */
  private static final long SECTORS = 204_800;

  @TempDir Path directory;
  private final DiskFiles files = new HostFiles();
  private Path path;

  @BeforeEach
  void create() {
    path = directory.resolve("VM-000001-sesparse.vmdk");
    SeSparseFormat.create(files, path, SECTORS);
  }

  private SparseExtent open() {
    DiskFile file = files.open(path, true);
    try {
      return SeSparseFormat.open(file, SECTORS, TableBudget.ofHeap());
    } catch (BlockError error) {
      file.close();
      throw error;
    }
  }

  /** A table is read when somebody asks for it. */
  private void openAndLookUp() {
    try (SparseExtent extent = open()) {
      for (int region = 0; region < extent.regionCount(); region++) {
        extent.slotOf((long) region * SparseExtent.regionGrains());
      }
    }
  }

  private static ByteBuffer grains(int count, int value) {
    byte[] bytes = new byte[count * 4096];
    Arrays.fill(bytes, (byte) value);
    return ByteBuffer.wrap(bytes);
  }

  private long u64(long offset) {
    try (DiskFile file = files.open(path, false)) {
      ByteBuffer value = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
      file.readAt(offset, value);
      return value.getLong(0);
    }
  }

  private void poke(long offset, long value) {
    try (DiskFile file = files.open(path, true)) {
      file.writeAt(offset, ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, value));
    }
  }

  private void assertRefused(Kind kind) {
    assertThatThrownBy(this::openAndLookUp)
        .isInstanceOfSatisfying(
            BlockError.class,
            error -> {
              assertThat(error.kind()).isEqualTo(kind);
              assertThat(error).hasMessageContaining(path.toString());
            });
  }

  @Test
  void aNewFileHasTheLayoutThatEsxiLogs() {
    long[] areas = {
      1, 1, 2, 2, 2048, 2048, 4096, 2048, 6144, 2048, 8192, 2048, 10240, 2048, 12288, 204800
    };
    for (int i = 0; i < areas.length; i++) {
      assertThat(u64(80 + 8 * i)).as("field at %d", 80 + 8 * i).isEqualTo(areas[i]);
    }
    assertThat(u64(0)).isEqualTo(0xCAFEBABEL);
    assertThat(u64(512)).isEqualTo(0xCAFECAFEL);
    assertThat(path).hasSize(12288 * 512);
  }

  @Test
  @Rule(
      value = "F3",
      says =
          "SEsparse has grains of 4 KiB, tables of 4,096 entries, four states and a turned grain"
              + " number.",
      by = Witness.SOURCE)
  void entriesAreStoredTheTurnedWay() {
    try (SparseExtent extent = open()) {
      extent.writeGrains(4096 + 7, grains(6, 1));
      extent.zeroGrains(4096 + 9, 1);
      extent.flush();
    }
    assertThat(u64(4096 * 512)).isZero();
    assertThat(u64(4096 * 512 + 8)).isEqualTo(0x1000000000000000L);
    long table = 6144 * 512;
    assertThat(u64(table + 8 * 7)).isEqualTo(0x3000000000000000L);
    assertThat(u64(table + 8 * 9)).isEqualTo(0x2000000000000000L);
    assertThat(u64(table + 8 * 12)).isEqualTo(0x3005000000000000L);
    assertThat(u64(512 + 8)).isEqualTo(1);
    assertThat(SeSparseFormat.slot(SeSparseFormat.storedEntry(0x12345678L))).isEqualTo(0x12345678L);
    assertThat(SeSparseFormat.storedEntry(0x1005)).isEqualTo(0x3005000000000001L);
  }

  @Test
  void whatWasFlushedIsThereAfterAnEndWithoutClose() throws Exception {
    Path copy = directory.resolve("copy.vmdk");
    try (SparseExtent extent = open()) {
      extent.writeGrains(10, grains(3, 1));
      extent.flush();
      extent.writeGrains(20, grains(3, 2));
      extent.overwriteSlot(extent.slotOf(10), 0, grains(1, 3));
      Files.copy(path, copy);
    }
    path = copy;
    try (SparseExtent extent = open()) {
      assertThat(extent.run(10, 100)).isEqualTo(3);
      assertThat(extent.slotOf(20)).isEqualTo(Grains.ABSENT);
      extent.writeGrains(30, grains(1, 4));
      ByteBuffer found = ByteBuffer.allocate(4096);
      extent.readSlot(extent.slotOf(11), 0, found);
      assertThat(found.get(0)).isEqualTo((byte) 1);
    }
  }

  @Test
  @Rule(
      value = "F5",
      says = "What a guest unmaps in an SEsparse delta gives no space back to the volume.",
      by = Witness.OBSERVED)
  void aZeroedGrainGetsItsOwnSlotBack() {
    try (SparseExtent extent = open()) {
      extent.writeGrains(5, grains(1, 1));
      long slot = extent.slotOf(5);
      extent.zeroGrains(5, 1);
      extent.flush();
      assertThat(extent.slotOf(5)).isEqualTo(Grains.ZERO);
      extent.writeGrains(6, grains(1, 2));
      extent.writeGrains(5, grains(1, 3));
      assertThat(extent.slotOf(5)).isEqualTo(slot);
      assertThat(extent.slotOf(6)).isNotEqualTo(slot);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0x12345678, NOT_THIS_FORMAT",
    "8, 0x0000000200000002, TOO_NEW",
    "8, 0x0000000100000001, UNSUPPORTED",
    "16, 0, CORRUPT",
    "16, -1, CORRUPT",
    "16, 204801, CORRUPT",
    "24, 16, CORRUPT",
    "32, 128, CORRUPT",
    "40, 1, CORRUPT",
    "80, 3, CORRUPT",
    "128, -5, CORRUPT",
    "136, 0, CORRUPT",
    "144, 0x7fffffffffffffff, CORRUPT",
    "192, 0x0010000000000000, CORRUPT",
    "512, 0, CORRUPT",
    "536, 1, UNSUPPORTED"
  })
  void aDamagedHeaderHasAName(long offset, String value, Kind kind) {
    try (SparseExtent extent = open()) {
      extent.writeGrains(5, grains(1, 1));
      extent.flush();
    }
    poke(offset, Long.decode(value));
    assertRefused(kind);
  }

  @ParameterizedTest
  @CsvSource({
    "directory, 0x2000000000000000",
    "directory, 0x1000000000000063",
    "table, 0x3fff000000000000",
    "table, 0x30000fffffffffff",
    "table, 0x4000000000000000",
    "table, 0x0000000000000001",
    "shared, 0x1000000000000000"
  })
  void damagedTablesAreCorrupt(String where, String value) {
    try (SparseExtent extent = open()) {
      extent.writeGrains(0, grains(4, 1));
      extent.flush();
    }
    long offset =
        switch (where) {
          case "directory" -> 4096 * 512;
          case "shared" -> 4096 * 512 + 8;
          default -> 6144 * 512 + 8;
        };
    if (value.equals("0x0000000000000001")) {
      poke(offset, 1);
      // Type 0 with a rest: QEMU refuses it, so do we.
      assertRefused(Kind.CORRUPT);
      return;
    }
    poke(offset, Long.decode(value));
    assertRefused(Kind.CORRUPT);
  }

  @Test
  void aFileOfAnyLengthAndWithAnyBytesWrongIsReadOrRefusedByName() throws Exception {
    try (SparseExtent extent = open()) {
      extent.writeGrains(0, grains(4, 1));
      extent.writeGrains(9000, grains(4, 1));
      extent.flush();
    }
    byte[] whole = Files.readAllBytes(path);
    long seed = 20_261_125;
    Random random = new Random(seed);
    for (int i = 0; i < 300; i++) {
      byte[] damaged = whole.clone();
      int[] places = {0, 4096 * 512, 6144 * 512, 512};
      for (int k = 0; k <= random.nextInt(3); k++) {
        int at = places[random.nextInt(places.length)] + random.nextInt(256);
        damaged[at] = (byte) random.nextInt();
      }
      int length = random.nextInt(4) == 0 ? random.nextInt(damaged.length) : damaged.length;
      Files.write(path, Arrays.copyOf(damaged, length));
      try {
        openAndLookUp();
      } catch (BlockError named) {
        assertThat(named.kind())
            .as("seed %d, try %d: %s", seed, i, named.getMessage())
            .isIn(Kind.NOT_THIS_FORMAT, Kind.CORRUPT, Kind.TOO_NEW, Kind.UNSUPPORTED);
      }
    }
  }
}
