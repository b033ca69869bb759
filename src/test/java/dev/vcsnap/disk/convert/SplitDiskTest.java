package dev.vcsnap.disk.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockError.Kind;
import dev.vcsnap.disk.block.BlockStatus;
import dev.vcsnap.disk.block.MemoryDisk;
import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.chain.OpenMode;
import dev.vcsnap.disk.check.DiskCheck;
import dev.vcsnap.disk.io.HostFiles;
import dev.vcsnap.disk.vmdk.streamoptimized.StreamWriter;
import dev.vcsnap.ground.clock.SystemClock;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Disks of several extents, made by QEMU and by hand. */
class SplitDiskTest {

  private static final int MIB = 1 << 20;

  /** More than 2 GiB, so that QEMU makes two extents, and not a multiple of a grain. */
  private static final long LARGE = (2L << 30) + (70 << 20) + 3 * 512;

  @TempDir Path directory;
  private final DiskFactory factory = new DiskFactory(new Ids(new Dice(1)), new SystemClock());
  private final DiskConverter converter =
      new DiskConverter(new Ids(new Dice(2)), new SystemClock(), new StreamWriter());

  private Path path(String name) {
    return directory.resolve(name);
  }

  private DiskOpener.OpenDisk open(Path disk) {
    return new DiskOpener(new HostFiles(), factory).open(disk);
  }

  /** A checksum of every MiB that is not zeros, with its place; holes cost no time. */
  private static String sha256(BlockDevice disk) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    ByteBuffer chunk = ByteBuffer.allocate(MIB);
    for (long at = 0; at < disk.sizeBytes(); at += MIB) {
      chunk.clear().limit((int) Math.min(MIB, disk.sizeBytes() - at));
      if (disk.statusOf(at, chunk.limit()).stream()
          .anyMatch(piece -> piece.kind() == BlockStatus.Kind.DATA)) {
        disk.readAt(at, chunk);
        add(digest, at, Arrays.copyOf(chunk.array(), chunk.limit()));
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void add(MessageDigest digest, long at, byte[] bytes) {
    if (!Arrays.equals(bytes, new byte[bytes.length])) {
      digest.update(ByteBuffer.allocate(8).putLong(0, at));
      digest.update(bytes);
    }
  }

  /** Data at both ends and on both sides of the extents' border; returns the checksum of it. */
  private String makeRaw() throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    try (RandomAccessFile raw = new RandomAccessFile(path("raw.img").toFile(), "rw")) {
      raw.setLength(LARGE);
      Random random = new Random(9);
      long border = 2L << 30;
      for (long at : new long[] {0, border - MIB, border, LARGE / MIB * MIB}) {
        byte[] piece = new byte[(int) Math.min(MIB, LARGE - at)];
        random.nextBytes(piece);
        raw.seek(at);
        raw.write(piece);
        add(digest, at, piece);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  @ParameterizedTest
  @CsvSource({
    "twoGbMaxExtentSparse, 2",
    "twoGbMaxExtentFlat, 2",
    "monolithicFlat, 1",
    "monolithicSparse, 1",
    "streamOptimized, 1"
  })
  void we_read_and_check_what_qemu_makes_in_pieces(String form, int extents) throws Exception {
    ForeignTool.need("qemu-img", "--version");
    String expected = makeRaw();
    Path made = path("qemu.vmdk");
    ForeignTool.run(
        "qemu-img",
        "convert",
        "-f",
        "raw",
        "-O",
        "vmdk",
        "-o",
        "subformat=" + form,
        path("raw.img"),
        made);
    if (extents > 1) {
      assertThat(factory.descriptorOf(made).extents()).hasSize(extents);
    }
    assertThat(new DiskCheck().check(directory)).isEmpty();
    assertThat(new DiskCheck().check(made)).isEmpty();
    try (DiskOpener.OpenDisk disk = open(made)) {
      assertThat(disk.type()).isEqualTo(form);
      assertThat(sha256(disk.device())).isEqualTo(expected);
    }
    converter.toFlat(made, path("flat.vmdk"), true, ConversionProgress.unwatched());
    try (BlockDevice flat = factory.open(path("flat.vmdk"), OpenMode.READ_ONLY)) {
      assertThat(sha256(flat)).isEqualTo(expected);
    }
  }

  private static String head(String createType, String lines) {
    return """
    # Disk DescriptorFile
    version=1
    CID=12345678
    parentCID=ffffffff
    createType="%s"

    %s
    """
        .formatted(createType, lines);
  }

  private Path disk(String lines) throws Exception {
    return Files.writeString(path("disk.vmdk"), head("custom", lines));
  }

  @Test
  void extents_start_anywhere_are_read_only_or_have_no_file() throws Exception {
    byte[] flat = new byte[20 * 512];
    new Random(3).nextBytes(flat);
    Files.write(path("a-flat.vmdk"), flat);
    Path disk =
        disk(
            """
            RDONLY 3 FLAT "a-flat.vmdk" 17
            RW 5 ZERO
            RW 0 FLAT "a-flat.vmdk" 0
            RW 9 FLAT "a-flat.vmdk" 0\
            """);
    byte[] expected = new byte[17 * 512];
    System.arraycopy(flat, 17 * 512, expected, 0, 3 * 512);
    System.arraycopy(flat, 0, expected, 8 * 512, 9 * 512);
    try (DiskOpener.OpenDisk open = open(disk)) {
      assertThat(MemoryDisk.contentOf(open.device())).isEqualTo(expected);
      assertThat(open.device().statusOf(100, 16 * 512))
          .containsExactly(
              new BlockStatus(100, 3 * 512 - 100, BlockStatus.Kind.DATA),
              new BlockStatus(3 * 512, 5 * 512, BlockStatus.Kind.HOLE),
              new BlockStatus(8 * 512, 8 * 512 + 100, BlockStatus.Kind.DATA));
      Random random = new Random(4);
      for (int i = 0; i < 200; i++) {
        int from = random.nextInt(expected.length);
        ByteBuffer part = ByteBuffer.allocate(random.nextInt(expected.length - from));
        open.device().readAt(from, part);
        assertThat(part.array())
            .isEqualTo(Arrays.copyOfRange(expected, from, from + part.capacity()));
      }
      assertThatThrownBy(() -> open.device().writeAt(0, ByteBuffer.allocate(1)))
          .isInstanceOfSatisfying(
              BlockError.class, error -> assertThat(error.kind()).isEqualTo(Kind.READ_ONLY));
    }
    assertThat(new DiskCheck().check(disk)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "RW 8 VMFSRDM \"x-rdm.vmdk\"",
        "RW 8 VMFSRAW \"x-raw.vmdk\"",
        "RW 8 VMFSSPARSE \"x-delta.vmdk\"\nRW 8 ZERO",
        "RW 8 SESPARSE \"x-sesparse.vmdk\"\nRW 8 ZERO",
        "RW 8 WHATEVER \"x.vmdk\"",
        "NOACCESS 8 FLAT \"x-flat.vmdk\" 0",
        "RW 8 FLAT \"/etc/passwd\" 0\nRW 8 ZERO",
        "RW 8 FLAT \"../x-flat.vmdk\" 1",
      })
  void refuses_other_extents_by_name(String lines) throws Exception {
    Path disk = disk(lines);
    String named = lines.startsWith("NOACCESS") ? "NOACCESS" : lines.split("[ \n]")[2];
    assertThatThrownBy(() -> open(disk))
        .isInstanceOfSatisfying(
            BlockError.class,
            error -> {
              assertThat(error.kind()).as(error.getMessage()).isEqualTo(Kind.UNSUPPORTED);
              assertThat(error.getMessage()).containsAnyOf(named, "a file '/etc", "a file '..");
            });
  }

  @Test
  void a_delta_of_a_hosted_product_is_refused() throws Exception {
    Path disk =
        Files.writeString(
            path("delta.vmdk"),
            head("twoGbMaxExtentSparse", "RW 8 SPARSE \"x-s001.vmdk\"")
                .replace("ffffffff", "12345677"));
    assertThatThrownBy(() -> open(disk))
        .isInstanceOfSatisfying(
            BlockError.class,
            error -> {
              assertThat(error.kind()).isEqualTo(Kind.UNSUPPORTED);
              assertThat(error.getMessage()).contains("twoGbMaxExtentSparse");
            });
  }

  @Test
  void an_extent_shorter_than_its_line_is_damage_and_leaves_nothing_open() throws Exception {
    Files.write(path("a-flat.vmdk"), new byte[8 * 512]);
    Path disk = disk("RW 4 FLAT \"a-flat.vmdk\" 0\nRW 4 FLAT \"a-flat.vmdk\" 5");
    assertThatThrownBy(() -> open(disk))
        .isInstanceOfSatisfying(
            BlockError.class, error -> assertThat(error.kind()).isEqualTo(Kind.CORRUPT));
    assertThat(new DiskCheck().check(disk)).isNotEmpty();
  }
}
