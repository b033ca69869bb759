package dev.vcsnap.disk.vmdk.vmfssparse;

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

/** A COWD file made by hand: 4 MiB and 5 sectors, three tables of which the second is missing. */
class CowdAuditTest {

  private static final int SECTORS = 2 * 4096 + 5;
  private static final int FIRST_TABLE = 5;
  private static final int LAST_TABLE = 38;

  /** Grains 0 and 1 lie behind the first table, grain 8196 behind the last. */
  private static ByteBuffer file() {
    ByteBuffer file = ByteBuffer.allocate(72 * 512).order(ByteOrder.LITTLE_ENDIAN);
    file.putInt(0, 0x44574F43).putInt(4, 1).putInt(8, 3).putInt(12, SECTORS).putInt(16, 1);
    file.putInt(20, 4).putInt(24, 3).putInt(28, 72);
    file.putInt(4 * 512, FIRST_TABLE).putInt(4 * 512 + 8, LAST_TABLE);
    file.putInt(FIRST_TABLE * 512, 37).putInt(FIRST_TABLE * 512 + 4, 70);
    return file.putInt(LAST_TABLE * 512 + 16, 71);
  }

  private static List<String> problems(ByteBuffer file) {
    Problems problems = new Problems();
    CowdAudit.audit(new MemoryFile(Path.of("x-delta.vmdk"), file.array()), SECTORS, problems);
    return problems.sentences();
  }

  @Test
  void nothing_is_said_of_a_good_file() {
    assertThat(problems(file())).isEmpty();
    assertThat(problems(file().putInt(28, 7))).as("an old count of used sectors").isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "2564, 37, names sector 37",
    "2564, 1, zeros to some readers",
    "2564, 4, names sector 4",
    "2564, 36, names sector 36",
    "2564, 38, which is taken",
    "2564, 72, outside of the file",
    "2564, -1, outside of the file",
    "19476, 70, behind the end of the disk",
    "2052, 5, is taken",
    "2052, 20, is taken",
    "2056, 41, outside of the file",
    "2056, -1, outside of the file",
    "8, 1, flags",
    "24, 2, the disk needs 3",
    "20, 3, lies in the header",
  })
  void what_cannot_be_is_told(int at, int value, String words) {
    assertThat(problems(file().putInt(at, value)))
        .anySatisfy(problem -> assertThat(problem).contains(words));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, NOT_THIS_FORMAT",
    "4, 2, UNSUPPORTED",
    "12, 4711, CORRUPT",
    "16, 0, CORRUPT",
    "16, 4096, CORRUPT",
    "20, -1, CORRUPT",
    "24, -1, CORRUPT",
  })
  void a_header_that_leaves_nothing_to_walk_is_refused(int at, int value, Kind kind) {
    assertThatThrownBy(() -> problems(file().putInt(at, value)))
        .isInstanceOfSatisfying(
            BlockError.class, error -> assertThat(error.kind()).isEqualTo(kind));
  }

  @Test
  void many_problems_are_counted_and_not_all_told() {
    ByteBuffer file = file();
    for (int i = 0; i < 100; i++) {
      file.putInt(FIRST_TABLE * 512 + 8 + 4 * i, 37);
    }
    assertThat(problems(file)).hasSize(21).last().asString().contains("80 more");
  }
}
