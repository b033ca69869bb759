package dev.vcsnap.disk.vmdk.hosted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockError.Kind;
import dev.vcsnap.disk.block.BlockStatus;
import dev.vcsnap.disk.block.MemoryDisk;
import dev.vcsnap.disk.io.DiskFile;
import dev.vcsnap.disk.io.HostFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A small monolithicSparse disk, made by hand: 70 MiB and one sector, three tables, of which the
 * second is missing.
 */
class HostedSparseReaderTest {

  private static final int SECTOR = 512;
  private static final int GRAIN = 128 * SECTOR;
  private static final long CAPACITY = 70 * 2048 + 1;
  private static final int DIRECTORY = 26;
  private static final int FIRST_TABLE = 27;
  private static final int LAST_TABLE = 31;
  private static final int FIRST_GRAIN = 128;

  @TempDir Path directory;

  private final byte[] first = bytes(1);
  private final byte[] second = bytes(2);

  private static byte[] bytes(int seed) {
    byte[] grain = new byte[GRAIN];
    new Random(seed).nextBytes(grain);
    return grain;
  }

  /** Grain 0 and the last are stored, grain 2 is a zero entry, the rest is absent. */
  private ByteBuffer file() {
    ByteBuffer file =
        ByteBuffer.allocate((FIRST_GRAIN + 256) * SECTOR).order(ByteOrder.LITTLE_ENDIAN);
    HostedHeader header = new HostedHeader(2, 1 | 2 | 4, CAPACITY, 128, 1, 20, DIRECTORY, 128);
    file.put(0, header.encode().array());
    // The redundant directory, which nobody should look at.
    file.putLong(48, 21).putInt(21 * SECTOR, 0x7FFFFFFF);
    file.put(SECTOR, descriptor("ffffffff").getBytes(StandardCharsets.UTF_8));
    file.putInt(DIRECTORY * SECTOR, FIRST_TABLE).putInt(DIRECTORY * SECTOR + 8, LAST_TABLE);
    file.putInt(FIRST_TABLE * SECTOR, FIRST_GRAIN).putInt(FIRST_TABLE * SECTOR + 8, 1);
    file.putInt(LAST_TABLE * SECTOR + 4 * (1120 - 1024), FIRST_GRAIN + 128);
    file.put(FIRST_GRAIN * SECTOR, first).put((FIRST_GRAIN + 128) * SECTOR, second);
    return file;
  }

  private static String descriptor(String parent) {
    return """
    # Disk DescriptorFile
    version=1
    CID=12345678
    parentCID=%s
    createType="monolithicSparse"

    RW %d SPARSE "disk.vmdk"
    """
        .formatted(parent, CAPACITY);
  }

  private HostedSparseReader open(ByteBuffer content) throws IOException {
    Path path = directory.resolve("disk.vmdk");
    Files.write(path, content.array());
    DiskFile file = new HostFiles().open(path, false);
    try {
      return HostedSparseReader.open(file);
    } catch (BlockError refused) {
      file.close();
      throw refused;
    }
  }

  private void assertRefused(ByteBuffer content, Kind kind, String words) {
    assertThatThrownBy(
            () -> {
              try (HostedSparseReader reader = open(content)) {
                MemoryDisk.contentOf(reader);
              }
            })
        .isInstanceOfSatisfying(
            BlockError.class,
            error -> {
              assertThat(error.kind()).as("%s", error.getMessage()).isEqualTo(kind);
              assertThat(error.getMessage()).contains("disk.vmdk'", words);
            });
  }

  @Test
  void reads_grains_zero_entries_and_missing_tables() throws Exception {
    byte[] expected = new byte[(int) CAPACITY * SECTOR];
    System.arraycopy(first, 0, expected, 0, GRAIN);
    System.arraycopy(second, 0, expected, 70 << 20, SECTOR);
    try (HostedSparseReader reader = open(file())) {
      assertThat(Arrays.mismatch(MemoryDisk.contentOf(reader), expected)).isEqualTo(-1);
      assertThat(reader.descriptor().orElseThrow().sectors()).isEqualTo(CAPACITY);
      assertThat(reader.statusOf(100, (70 << 20) + 300))
          .containsExactly(
              new BlockStatus(100, GRAIN - 100, BlockStatus.Kind.DATA),
              new BlockStatus(GRAIN, (70 << 20) - GRAIN, BlockStatus.Kind.HOLE),
              new BlockStatus(70 << 20, 400, BlockStatus.Kind.DATA));
      assertThat(reader.statusOf(0, 0)).isEmpty();
    }
  }

  @Test
  void reads_any_part_of_it() throws Exception {
    try (HostedSparseReader reader = open(file())) {
      byte[] all = MemoryDisk.contentOf(reader);
      Random random = new Random(3);
      for (int i = 0; i < 200; i++) {
        int from = i % 2 == 0 ? random.nextInt(3 * GRAIN) : random.nextInt(all.length);
        ByteBuffer part = ByteBuffer.allocate(random.nextInt(Math.min(200_000, all.length - from)));
        reader.readAt(from, part);
        assertThat(part.array()).isEqualTo(Arrays.copyOfRange(all, from, from + part.capacity()));
      }
    }
  }

  @Test
  void a_last_grain_may_end_with_the_disk() throws Exception {
    ByteBuffer file = file();
    int end = (FIRST_GRAIN + 129) * SECTOR;
    try (HostedSparseReader reader = open(ByteBuffer.wrap(Arrays.copyOf(file.array(), end)))) {
      ByteBuffer last = ByteBuffer.allocate(SECTOR);
      reader.readAt(70 << 20, last);
      assertThat(last.array()).isEqualTo(Arrays.copyOf(second, SECTOR));
    }
  }

  @Test
  void refuses_to_write() throws Exception {
    try (HostedSparseReader reader = open(file())) {
      assertThatThrownBy(() -> reader.writeAt(0, ByteBuffer.allocate(1)))
          .isInstanceOfSatisfying(
              BlockError.class, error -> assertThat(error.kind()).isEqualTo(Kind.READ_ONLY));
      assertThatThrownBy(() -> reader.readAt(CAPACITY * SECTOR - 1, ByteBuffer.allocate(2)))
          .isInstanceOfSatisfying(
              BlockError.class, error -> assertThat(error.kind()).isEqualTo(Kind.OUT_OF_BOUNDS));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {600, 20 * SECTOR, 26 * SECTOR, 30 * SECTOR, 34 * SECTOR, 200 * SECTOR})
  void a_file_cut_short_is_corrupt(int bytes) {
    assertRefused(
        ByteBuffer.wrap(Arrays.copyOf(file().array(), bytes)), Kind.CORRUPT, bytes + " bytes");
  }

  @Test
  void places_outside_of_the_file_are_corrupt() {
    assertRefused(file().putLong(56, 0xFFFFFFFFL), Kind.CORRUPT, "grain directory");
    assertRefused(file().putInt(DIRECTORY * SECTOR, -1), Kind.CORRUPT, "grain table 0");
    assertRefused(file().putInt(FIRST_TABLE * SECTOR, -1), Kind.CORRUPT, "grain 0 at sector");
    assertRefused(file().putInt(FIRST_TABLE * SECTOR, 27), Kind.CORRUPT, "grain 0 at sector 27");
    assertRefused(file().putLong(28, 100_000), Kind.CORRUPT, "descriptor of 10240 bytes");
    // Without zero entries a 1 names the descriptor.
    assertRefused(file().putInt(8, 3), Kind.CORRUPT, "grain 2 at sector 1");
  }

  @Test
  void an_empty_file_and_another_format_are_told_apart() {
    assertRefused(ByteBuffer.allocate(0), Kind.NOT_THIS_FORMAT, "0 bytes");
    assertRefused(file().putInt(0, 0), Kind.NOT_THIS_FORMAT, "header");
    assertRefused(file().putInt(4, 9), Kind.TOO_NEW, "version 9");
  }

  @Test
  void a_delta_is_refused_because_half_of_it_is_elsewhere() {
    ByteBuffer file = file();
    file.put(SECTOR, descriptor("00c0ffee").getBytes(StandardCharsets.UTF_8));
    assertRefused(file, Kind.UNSUPPORTED, "delta");
    assertRefused(file().put(SECTOR, new byte[40]), Kind.CORRUPT, "descriptor at byte 512");
  }

  @Test
  void damage_never_ends_in_anything_but_a_named_failure() throws Exception {
    long seed = 20_251_125;
    Random random = new Random(seed);
    for (int i = 0; i < 300; i++) {
      ByteBuffer file = file();
      for (int n = 0; n < 1 + i % 3; n++) {
        file.put(random.nextInt(i % 2 == 0 ? 80 : 36 * SECTOR), (byte) random.nextInt());
      }
      ByteBuffer damaged = i % 5 == 0 ? cut(file, random) : file;
      try (HostedSparseReader reader = open(damaged)) {
        reader.statusOf(0, Math.min(reader.sizeBytes(), 1L << 34));
        reader.readAt(0, ByteBuffer.allocate((int) Math.min(reader.sizeBytes(), 3 * GRAIN)));
      } catch (BlockError named) {
        assertThat(named.getMessage()).as("seed %d, round %d", seed, i).contains("disk.vmdk");
      }
    }
  }

  private static ByteBuffer cut(ByteBuffer file, Random random) {
    return ByteBuffer.wrap(Arrays.copyOf(file.array(), random.nextInt(file.capacity())));
  }
}
