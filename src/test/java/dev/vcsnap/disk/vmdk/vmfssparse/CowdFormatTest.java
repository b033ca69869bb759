package dev.vcsnap.disk.vmdk.vmfssparse;

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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CowdFormatTest {

  private static final long SECTORS = 131_072;
  private static final int DIRECTORY = 2048;
  private static final int FIRST_TABLE = 2048 + 512;

  @TempDir Path directory;
  private final DiskFiles files = new HostFiles();
  private Path path;

  @BeforeEach
  void create() {
    path = directory.resolve("VM-000001-delta.vmdk");
    CowdFormat.create(files, path, SECTORS);
  }

  private SparseExtent open(boolean writable) {
    DiskFile file = files.open(path, writable);
    try {
      return CowdFormat.open(file, SECTORS, writable, TableBudget.ofHeap());
    } catch (BlockError error) {
      file.close();
      throw error;
    }
  }

  private void openAndLookUp() {
    try (SparseExtent extent = open(false)) {
      for (int region = 0; region < extent.regionCount(); region++) {
        extent.slotOf((long) region * SparseExtent.regionGrains());
      }
    }
  }

  private static ByteBuffer sectors(int count, int value) {
    byte[] bytes = new byte[count * 512];
    Arrays.fill(bytes, (byte) value);
    return ByteBuffer.wrap(bytes);
  }

  private int u32(long offset) {
    try (DiskFile file = files.open(path, false)) {
      ByteBuffer value = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
      file.readAt(offset, value);
      return value.getInt(0);
    }
  }

  private void poke(long offset, int value) {
    try (DiskFile file = files.open(path, true)) {
      file.writeAt(offset, ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0, value));
    }
  }

  @Test
  @Rule(value = "F4", says = "A delta begins nearly empty.", by = Witness.OBSERVED)
  void aNewDeltaHasItsHeaderAndAnEmptyDirectory() {
    assertThat(path).as("header, directory, and up to a page's border").hasSize(4096);
    int[] header = {0x44574F43, 1, 3, (int) SECTORS, 1, 4, 32, 8};
    for (int i = 0; i < header.length; i++) {
      assertThat(u32(4L * i)).as("field at %d", 4 * i).isEqualTo(header[i]);
    }
  }

  @Test
  @Rule(
      value = "F3",
      says = "VMFSsparse is a COWD file with grains of 512 bytes and tables of 4,096 entries.",
      by = Witness.SOURCE)
  void sectorsWrittenTogetherLieTogether() {
    try (SparseExtent extent = open(true)) {
      extent.writeGrains(4096 + 7, sectors(6, 1));
      extent.flush();
      assertThat(u32(1648)).as("unclean shutdown, while open").isEqualTo(1);
    }
    assertThat(u32(1648)).as("unclean shutdown, after close").isZero();
    assertThat(u32(DIRECTORY)).isZero();
    assertThat(u32(DIRECTORY + 4)).isEqualTo(8);
    for (int i = 0; i < 6; i++) {
      assertThat(u32(8 * 512 + 4 * (7 + i))).isEqualTo(40 + i);
    }
    assertThat(u32(28)).as("first free sector").isEqualTo(40 + 6);
    assertThat(path).hasSize((40 + 6) * 512);
  }

  @Test
  void zerosAreWrittenOut() {
    try (SparseExtent extent = open(true)) {
      extent.zeroGrains(0, 300);
      extent.flush();
      assertThat(extent.run(0, 300)).isEqualTo(300);
      ByteBuffer found = ByteBuffer.allocate(300 * 512);
      extent.readSlot(extent.slotOf(0), 0, found);
      assertThat(found.array()).containsOnly(0);
    }
  }

  @Test
  void whatWasNeverFlushedIsGivenBackAfterACrash() throws Exception {
    Path copy = directory.resolve("copy.vmdk");
    try (SparseExtent extent = open(true)) {
      extent.writeGrains(10, sectors(3, 1));
      extent.flush();
      extent.writeGrains(20_000, sectors(100, 2));
      Files.copy(path, copy);
    }
    path = copy;
    long withLeak = Files.size(path);
    try (SparseExtent extent = open(true)) {
      assertThat(Files.size(path)).isLessThan(withLeak);
      assertThat(extent.run(10, 100)).isEqualTo(3);
      assertThat(extent.slotOf(20_000)).isEqualTo(Grains.ABSENT);
      ByteBuffer found = ByteBuffer.allocate(512);
      extent.readSlot(extent.slotOf(12), 0, found);
      assertThat(found.get(511)).isEqualTo((byte) 1);
    }
  }

  @Test
  void entryOneReadsAsZero() {
    try (SparseExtent extent = open(true)) {
      extent.writeGrains(0, sectors(4, 1));
      extent.flush();
    }
    poke(4 * u32(DIRECTORY) * 128L + 4, 1);
    try (SparseExtent extent = open(false)) {
      assertThat(extent.slotOf(1)).isEqualTo(Grains.ZERO);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0x12345678, NOT_THIS_FORMAT",
    "4, 2, TOO_NEW",
    "4, 0, UNSUPPORTED",
    "12, 0, UNSUPPORTED",
    "12, 131073, CORRUPT",
    "16, 8, UNSUPPORTED",
    "20, 5, CORRUPT",
    "24, 31, CORRUPT",
    "2048, 4, CORRUPT",
    "2048, -1, CORRUPT",
    "2048, 1000, CORRUPT",
    "2052, 9, CORRUPT",
    "2560, 4, CORRUPT",
    "2560, 500, CORRUPT"
  })
  void whatCannotBeRightHasAName(long offset, String value, Kind kind) {
    try (SparseExtent extent = open(true)) {
      extent.writeGrains(0, sectors(4, 1));
      extent.flush();
    }
    long where = offset == FIRST_TABLE ? u32(DIRECTORY) * 512L : offset;
    poke(where, Long.decode(value).intValue());
    assertThatThrownBy(this::openAndLookUp)
        .isInstanceOfSatisfying(
            BlockError.class,
            error -> {
              assertThat(error.kind()).isEqualTo(kind);
              assertThat(error).hasMessageContaining(path.toString());
            });
  }

  /** A slot is a sector of the file: one that no table names may be the header's or a table's. */
  @Test
  void aFullDeltaSaysSoAndOverwritesNothing() {
    try (SparseExtent extent = open(true)) {
      extent.writeGrains(0, sectors(1, 1));
      extent.flush();
    }
    try (DiskFile file = files.open(path, true)) {
      file.resize(1L << 40);
    }
    try (SparseExtent extent = open(true)) {
      assertThatThrownBy(() -> extent.writeGrains(1, sectors(1, 2)))
          .hasMessageContaining("the delta is full");
    }
    try (SparseExtent extent = open(false)) {
      assertThat(extent.slotOf(0)).isNotNegative();
      assertThat(extent.slotOf(1)).isEqualTo(Grains.ABSENT);
    }
  }

  @Test
  void aDiskOfTwoTebibytesIsRefused() {
    assertThatThrownBy(() -> CowdFormat.create(files, directory.resolve("x"), 1L << 32))
        .isInstanceOfSatisfying(
            BlockError.class, error -> assertThat(error.kind()).isEqualTo(Kind.UNSUPPORTED));
  }
}
