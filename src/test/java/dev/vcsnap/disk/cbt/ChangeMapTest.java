package dev.vcsnap.disk.cbt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.io.HostFiles;
import dev.vcsnap.evidence.Rule;
import dev.vcsnap.evidence.Witness;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChangeMapTest {

  private static final long KIB = 1024;
  private static final UUID EPOCH = new UUID(1, 2);

  @TempDir Path directory;

  private static ChangeId since(long sequence) {
    return new ChangeId(EPOCH, sequence);
  }

  @ParameterizedTest
  @CsvSource({
    "512, 65536",
    "137438953472, 65536",
    "137438953984, 131072",
    "274877906944, 131072",
    "2199023255552, 1048576",
    "68169720922112, 33554432"
  })
  @Rule(
      value = "C18",
      says = "A tracked block has 64 KiB, and doubles with the disk beyond 128 GiB.",
      by = Witness.ASSUMED)
  void theBlockGrowsWithTheDiskAndTheMapDoesNot(long sizeBytes, long blockBytes) {
    ChangeMap map = new ChangeMap(EPOCH, sizeBytes);
    assertThat(map.blockSizeBytes()).isEqualTo(blockBytes);
    map.mark(sizeBytes - 1, 1);
    assertThat(map.changedSince(since(0), 0, 10)).hasSize(1);
    assertThat(Math.ceilDiv(sizeBytes, blockBytes)).isLessThanOrEqualTo(1 << 21);
  }

  @Test
  void areasAreAscendingJoinedAndClippedToTheDisk() {
    long size = 1000 * KIB + 512;
    ChangeMap map = new ChangeMap(EPOCH, size);
    map.mark(70 * KIB, 1);
    map.mark(128 * KIB, 128 * KIB);
    map.mark(size - 1, 1);
    assertThat(map.changedSince(since(0), 0, 100))
        .containsExactly(new Range(64 * KIB, 192 * KIB), new Range(960 * KIB, 40 * KIB + 512));
    assertThat(map.changedSince(since(0), 0, 1)).hasSize(1);
    assertThat(map.changedSince(since(0), 100 * KIB, 100).getFirst())
        .isEqualTo(new Range(100 * KIB, 156 * KIB));
    assertThat(map.changedSince(since(1), 0, 100)).isEmpty();
    assertThat(map.changedSince(since(0), size, 100)).isEmpty();
  }

  @Test
  void oneMapAnswersForEveryEarlierMomentOfItsEpoch() {
    ChangeMap map = new ChangeMap(EPOCH, 100 * 64 * KIB);
    map.mark(0, 1);
    ChangeMap first = map.freeze();
    map.mark(64 * KIB * 10, 1);
    ChangeMap second = map.freeze();
    map.mark(0, 1);
    ChangeMap third = map.freeze();
    assertThat(first.changedSince(since(0), 0, 9)).containsExactly(new Range(0, 64 * KIB));
    assertThat(second.changedSince(first.frozenId(), 0, 9))
        .containsExactly(new Range(640 * KIB, 64 * KIB));
    assertThat(third.changedSince(second.frozenId(), 0, 9)).containsExactly(new Range(0, 64 * KIB));
    assertThat(third.changedSince(first.frozenId(), 0, 9))
        .containsExactly(new Range(0, 64 * KIB), new Range(640 * KIB, 64 * KIB));
    assertThat(third.changedSince(third.frozenId(), 0, 9)).isEmpty();
  }

  @Test
  void theRunningMomentMissesNothingThatIsWrittenAfterIt() {
    ChangeMap map = new ChangeMap(EPOCH, 100 * 64 * KIB);
    ChangeId moment = map.runningId();
    map.mark(5, 1);
    assertThat(map.changedSince(moment, 0, 9)).hasSize(1);
    map.freeze();
    ChangeId later = map.runningId();
    map.mark(5, 1);
    assertThat(map.changedSince(later, 0, 9)).hasSize(1);
  }

  private Path store(ChangeMap map) {
    Path path = directory.resolve("VM-ctk.vmdk");
    new ChangeMapFile(new HostFiles()).save(path, map);
    return path;
  }

  @Test
  void aStoredMapComesBackUnlessItIsDirty() throws Exception {
    long size = 200L << 30;
    ChangeMap map = new ChangeMap(UUID.fromString("52dec0d9-b943-9d10-61d5-4c1be97b6563"), size);
    map.mark(12345, 1);
    map.freeze();
    map.mark(150L << 30, 5 << 20);
    Path path = store(map);
    byte[] bytes = Files.readAllBytes(path);
    assertThat(List.of(bytes[0], bytes[1], bytes[2], bytes[3]))
        .containsExactly((byte) 0xa2, (byte) 0x72, (byte) 0x19, (byte) 0xf6);
    assertThat(bytes[44]).isEqualTo((byte) 0x52);
    ChangeMapFile files = new ChangeMapFile(new HostFiles());
    Optional<ChangeMap> read = files.read(path, size);
    assertThat(read).isPresent();
    assertThat(read.get().epoch()).isEqualTo(map.epoch());
    assertThat(read.get().frozenId()).isEqualTo(map.frozenId());
    for (long sequence = 0; sequence < 3; sequence++) {
      ChangeId moment = new ChangeId(map.epoch(), sequence);
      assertThat(read.get().changedSince(moment, 0, 99)).isEqualTo(map.changedSince(moment, 0, 99));
    }
    files.markDirty(path);
    assertThat(files.read(path, size)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "0, NOT_THIS_FORMAT",
    "65, NOT_THIS_FORMAT",
    "72, TOO_NEW",
    "50, CORRUPT",
    "80, CORRUPT",
    "88, CORRUPT",
    "96, CORRUPT",
    "100, CORRUPT",
    "104, CORRUPT",
    "300, CORRUPT",
    "513, CORRUPT",
    "900, CORRUPT"
  })
  void damageHasAName(int offset, BlockError.Kind kind) throws Exception {
    ChangeMap map = new ChangeMap(EPOCH, 1 << 30);
    map.mark(0, 10 << 20);
    Path path = store(map);
    byte[] bytes = Files.readAllBytes(path);
    bytes[offset] ^= 0x40;
    Files.write(path, bytes);
    assertThatThrownBy(() -> new ChangeMapFile(new HostFiles()).read(path, 1 << 30))
        .isInstanceOfSatisfying(
            BlockError.class, error -> assertThat(error.kind()).isEqualTo(kind));
    Files.write(path, java.util.Arrays.copyOf(bytes, 200));
    assertThatThrownBy(() -> new ChangeMapFile(new HostFiles()).read(path, 1 << 30))
        .isInstanceOf(BlockError.class);
  }
}
