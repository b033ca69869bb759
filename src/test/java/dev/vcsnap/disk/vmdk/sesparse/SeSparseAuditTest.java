package dev.vcsnap.disk.vmdk.sesparse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockError.Kind;
import dev.vcsnap.disk.io.MemoryFile;
import dev.vcsnap.disk.vmdk.audit.Problems;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An SEsparse file made by hand: three regions, of which the first and the last have tables. */
class SeSparseAuditTest {

  private static final long SECTORS = 2 * 32768 + 5;

  /** Slot 0 is grain 1, slot 1 the last grain; grain 2 is zero, grain 3 unmapped. */
  static ByteBuffer file() {
    ByteBuffer file = ByteBuffer.allocate(200 * 512).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(0, 0xCAFEBABEL).putLong(8, 0x200000001L).putLong(16, SECTORS).putLong(24, 8);
    file.putLong(32, 64);
    long[] areas = {1, 1, 2, 2, 4, 1, 5, 1, 6, 128, 134, 1, 135, 1, 136, SECTORS};
    for (int i = 0; i < areas.length; i++) {
      file.putLong(80 + 8 * i, areas[i]);
    }
    file.putLong(512, 0xCAFECAFEL).putLong(520, 2);
    file.putLong(5 * 512, 1L << 60 | 1).putLong(5 * 512 + 16, 1L << 60);
    file.putLong(6 * 512, 0x3001_0000_0000_0000L);
    file.putLong(70 * 512 + 8, 0x3000_0000_0000_0000L).putLong(70 * 512 + 16, 2L << 60);
    return file.putLong(70 * 512 + 24, 1L << 60);
  }

  private static List<String> problems(ByteBuffer file) {
    Problems problems = new Problems();
    SeSparseAudit.audit(
        new MemoryFile(Path.of("x-sesparse.vmdk"), file.array()), SECTORS, problems);
    return problems.sentences();
  }

  @Test
  void nothing_is_said_of_a_good_file() {
    assertThat(problems(file())).isEmpty();
    assertThat(problems(file().putLong(520, 0))).as("an old count of tables").isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "35848, 0x3001000000000000, names slot 1 again",
    "35848, 0x3008000000000000, the file has 8",
    "35848, 0x3000000000000001, names slot 4096",
    "35848, 0x3FFFFFFFFFFFFFFF, the file has 8",
    "35848, 0x4000000000000000, which means nothing",
    "35848, 0x0000000000000001, which means nothing",
    "3080, 0x3002000000000000, behind the end of the disk",
    "2568, 0x1000000000000000, names table 0 again",
    "2568, 0x1000000000000002, leaves its area",
    "2568, 0x0000000000000001, which is no table",
    "2568, 0x1000000100000000, which is no table",
    "24, 16, grain size",
    "40, 1, flags",
    "56, 1, reserved",
    "504, 1, padding",
    "512, 1, magic",
    "536, 1, journal",
    "128, 4, overlaps",
    "136, 0, too small",
    "192, 7, overlaps",
  })
  void what_cannot_be_is_told(int at, String value, String words) {
    assertThat(
            problems(
                file()
                    .putLong(
                        at,
                        Long.parseUnsignedLong(
                            value.replace("0x", ""), value.startsWith("0x") ? 16 : 10))))
        .anySatisfy(problem -> assertThat(problem).contains(words));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, NOT_THIS_FORMAT",
    "8, 1, UNSUPPORTED",
    "16, 1, CORRUPT",
    "128, 1000, CORRUPT",
    "128, -1, CORRUPT",
    "152, 9223372036854775807, CORRUPT",
  })
  void a_header_that_leaves_nothing_to_walk_is_refused(int at, long value, Kind kind) {
    assertThatThrownBy(() -> problems(file().putLong(at, value)))
        .isInstanceOfSatisfying(
            BlockError.class, error -> assertThat(error.kind()).isEqualTo(kind));
  }
}
