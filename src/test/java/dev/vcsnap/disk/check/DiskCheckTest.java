package dev.vcsnap.disk.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.chain.OpenMode;
import dev.vcsnap.disk.chain.PreparedFork;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.ground.clock.SystemClock;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskCheckTest {

  private static final long SIZE = 32 << 20;

  @TempDir Path directory;
  private final DiskFactory factory = new DiskFactory(new Ids(new Dice(1)), new SystemClock());
  private Path base;
  private Path leaf;

  @BeforeEach
  void makeAChain() {
    base = directory.resolve("VM.vmdk");
    leaf = directory.resolve("VM-000001.vmdk");
    factory.createFlat(base, SIZE, true);
    try (RunningDisk disk = factory.open(base, OpenMode.READ_WRITE)) {
      disk.enableTracking();
      disk.writeAt(0, ByteBuffer.wrap(new byte[] {1}));
      PreparedFork fork = disk.prepareFork(leaf);
      fork.closeGate();
      fork.commit();
      fork.openGate();
      disk.writeAt(8 << 20, ByteBuffer.allocate(8 << 20));
      disk.discardAt(24 << 20, 1 << 20);
    }
  }

  private List<Finding> findings() {
    return new DiskCheck().check(directory);
  }

  private void assertFound(Path file, String words) {
    assertThat(findings())
        .anySatisfy(finding -> {
          assertThat(finding.file()).isEqualTo(file);
          assertThat(finding.problem()).contains(words);
        });
  }

  private static void poke(Path file, long offset, int value) throws Exception {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.seek(offset);
      open.write(value);
    }
  }

  private static void edit(Path file, String pattern, String replacement) throws Exception {
    Files.writeString(file, Files.readString(file).replaceFirst(pattern, replacement));
  }

  @Test
  void aGoodChainHasNoFindings() {
    assertThat(findings()).isEmpty();
    assertThat(new DiskCheck().check(leaf)).isEmpty();
  }

  @Test
  void aBrokenContentIdIsFound() throws Exception {
    edit(base, "\nCID=[0-9a-f]{8}", "\nCID=0badcafe");
    assertFound(leaf, "0badcafe");
    assertFound(base, "longContentID");
    assertThat(new DiskCheck().check(leaf)).isNotEmpty();
  }

  @Test
  void missingFilesAreFound() throws Exception {
    Files.delete(base);
    assertFound(leaf, "parent 'VM.vmdk' is missing");
    assertFound(directory.resolve("VM-flat.vmdk"), "no descriptor names it");
    Files.delete(directory.resolve("VM-000001-sesparse.vmdk"));
    assertFound(leaf, "extent 'VM-000001-sesparse.vmdk' is missing");
  }

  @Test
  void aWrongSizeIsFound() throws Exception {
    edit(base, "RW 65536", "RW 65537");
    assertFound(directory.resolve("VM-flat.vmdk"), "descriptor says");
    assertFound(leaf, "sectors, its parent");
  }

  @Test
  void damagedTablesAreFound() throws Exception {
    Path extent = directory.resolve("VM-000001-sesparse.vmdk");
    // The table's entry for the first grain written; another one has the slot as well then.
    poke(extent, 6144 * 512 + 2048 * 8 + 6, 1);
    assertFound(extent, "again");
  }

  @Test
  void aDamagedMapAndLeftoversAreFound() throws Exception {
    poke(directory.resolve("VM-ctk.vmdk"), 700, 9);
    assertFound(directory.resolve("VM-ctk.vmdk"), "checksum");
    Path leftover = Files.createFile(directory.resolve(".VM.vmdk.tmp"));
    assertFound(leftover, "unfinished");
  }

  @Test
  void aCircleOfParentsIsFound() throws Exception {
    edit(leaf, "parentFileNameHint=\"VM.vmdk\"", "parentFileNameHint=\"VM-000001.vmdk\"");
    assertFound(leaf, "circle");
    assertThat(new DiskCheck().check(leaf)).isNotEmpty();
  }

  @Test
  void anExtentOfTwoDescriptorsIsFound() throws Exception {
    Files.copy(base, directory.resolve("Copy.vmdk"));
    assertFound(base, "its extent 'VM-flat.vmdk', or part of it, is also named by 'Copy.vmdk'");
    assertFound(base, "its change map 'VM-ctk.vmdk'");
  }

  @Test
  void partsOfOneFileMayBeExtentsUnlessTheyOverlap() throws Exception {
    Path disk = directory.resolve("parts.vmdk");
    Files.write(directory.resolve("parts-f001.vmdk"), new byte[10 * 512]);
    String head =
        """
        # Disk DescriptorFile
        version=1
        CID=12345678
        parentCID=ffffffff
        createType="custom"
        RW 2 FLAT "parts-f001.vmdk" 8
        RW 1000 ZERO
        """;
    Files.writeString(disk, head + "RW 8 FLAT \"parts-f001.vmdk\" 0\n");
    assertThat(findings()).isEmpty();
    Files.writeString(disk, head + "RW 9 FLAT \"parts-f001.vmdk\" 0\n");
    assertFound(disk, "also named by another line of it");
    Files.writeString(disk, head + "RW 8 FLAT \"parts-f001.vmdk\" 3\n");
    assertFound(directory.resolve("parts-f001.vmdk"), "its descriptor says 5632");
  }

  @Test
  void aMalformedLongContentIdIsFound() throws Exception {
    edit(base, "longContentID = \"..", "longContentID = \"");
    assertFound(base, "32 hexadecimal digits");
  }

  @Test
  void aMissingChangeMapIsFound() throws Exception {
    Files.delete(directory.resolve("VM-ctk.vmdk"));
    assertFound(base, "its change map 'VM-ctk.vmdk' is missing");
  }

  @Test
  void filesOfUnfinishedReplacementsAreFound() throws Exception {
    Path leftover = Files.createFile(directory.resolve(".vcsnap-3.tmp"));
    assertFound(leftover, "unfinished");
  }
}
