package dev.vcsnap.disk.vmdk.hosted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.MemoryDisk;
import dev.vcsnap.disk.io.MemoryFile;
import dev.vcsnap.disk.vmdk.audit.Problems;
import dev.vcsnap.disk.vmdk.streamoptimized.StreamWriter;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A monolithicSparse file made by hand, with a redundant directory, and a stream of ours. */
class HostedAuditTest {

  private static final long CAPACITY = 70 * 2048 + 1;
  private static final int SECOND_DIRECTORY = 21;
  private static final int SECOND_TABLE = 22;
  private static final int DIRECTORY = 26;
  private static final int TABLE = 27;

  private static ByteBuffer sparse() {
    ByteBuffer file = ByteBuffer.allocate(400 * 512).order(ByteOrder.LITTLE_ENDIAN);
    HostedHeader header = new HostedHeader(1, 1 | 2, CAPACITY, 128, 1, 20, DIRECTORY, 128);
    file.put(0, header.encode().array()).putLong(48, SECOND_DIRECTORY);
    String text =
        """
        # Disk DescriptorFile
        version=1
        CID=12345678
        parentCID=ffffffff
        createType="monolithicSparse"
        RW %d SPARSE "disk.vmdk"
        """
            .formatted(CAPACITY);
    file.put(512, text.getBytes(StandardCharsets.UTF_8));
    for (int[] pair : new int[][] {{SECOND_DIRECTORY, SECOND_TABLE}, {DIRECTORY, TABLE}}) {
      file.putInt(pair[0] * 512 + 8, pair[1]);
      file.putInt(pair[1] * 512 + 4 * (1120 - 1024), 128).putInt(pair[1] * 512, 200);
    }
    return file;
  }

  private static List<String> problems(byte[] file) {
    Problems problems = new Problems();
    HostedAudit.auditDisk(new MemoryFile(Path.of("disk.vmdk"), file), problems);
    return problems.sentences();
  }

  @Test
  void nothing_is_said_of_a_good_file() {
    assertThat(problems(sparse().array())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "13828, 128, overlaps something else",
    "13828, 290, leaves the file",
    "13828, 100, lies in the metadata",
    "13828, 1, lies in the metadata",
    "14212, 128, behind the end of the disk",
    "13312, 27, named again",
    "13312, 26, overlaps something else",
    "13316, 399, leaves the file",
    "13316, 32, and the redundant copy of it differ",
    "11268, 200, and the redundant copy of it differ",
    "48, 26, its second directory at sector 26 overlaps",
    "48, -1, cannot be",
    "28, 26, its directory at sector 26 overlaps",
  })
  void what_cannot_be_is_told(int at, int value, String words) {
    ByteBuffer file = sparse();
    if (at < 512) {
      file.putLong(at, value);
    } else {
      file.putInt(at, value);
    }
    if (at == 28) {
      // The descriptor moves as well.
      file.put(26 * 512, file.array(), 512, 512);
    }
    assertThat(problems(file.array())).anySatisfy(problem -> assertThat(problem).contains(words));
  }

  private static byte[] stream() throws Exception {
    MemoryDisk disk = MemoryDisk.random(40 << 20, 30, new Random(1));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new StreamWriter()
        .write(
            disk,
            StreamWriter.descriptorFor(
                disk.sizeBytes(), 7, "0".repeat(31) + "7", Map.of("ddb.adapterType", "ide")),
            out,
            _ -> {});
    return out.toByteArray();
  }

  @Test
  void each_packed_grain_is_unpacked() throws Exception {
    byte[] stream = stream();
    assertThat(problems(stream)).isEmpty();
    byte[] damaged = stream.clone();
    damaged[128 * 512 + 40] ^= 0x55;
    assertThat(problems(damaged)).isNotEmpty();
    byte[] misplaced = stream.clone();
    misplaced[128 * 512] ^= 0x40;
    assertThat(problems(misplaced))
        .anySatisfy(problem -> assertThat(problem).contains("has a marker for sector"));
    byte[] cut = Arrays.copyOf(stream, stream.length - 512);
    assertThatThrownBy(() -> problems(cut)).isInstanceOf(BlockError.class);
  }
}
