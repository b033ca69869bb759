package dev.vcsnap.verify.areas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.convert.DiskOpener;
import dev.vcsnap.disk.io.HostFiles;
import dev.vcsnap.ground.clock.SystemClock;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.verify.areas.AreasReport.Piece;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AreasCheckTest {

  private static final int BLOCK = 64 << 10;
  private static final int SIZE = 4 << 20;

  @TempDir Path directory;

  private BlockDevice disk(byte[] bytes) throws Exception {
    Path file = Files.write(Files.createTempFile(directory, "disk", ".raw"), bytes);
    return opener().openOrRaw(file).device();
  }

  private static DiskOpener opener() {
    HostFiles files = new HostFiles();
    return new DiskOpener(files, new DiskFactory(new Ids(new Dice(1)), new SystemClock(), files));
  }

  private static AreaList.Builder areas(String json) {
    return AreaListReader.read(
        new ByteArrayInputStream(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
  }

  private AreasReport check(byte[] base, byte[] snapshot, String json) throws Exception {
    try (BlockDevice before = base == null ? null : disk(base);
        BlockDevice after = disk(snapshot)) {
      return new AreasCheck(10).run(before, after, areas(json));
    }
  }

  @Test
  void what_changed_outside_of_all_areas_is_named_by_its_sectors() throws Exception {
    byte[] base = new byte[SIZE];
    byte[] snapshot = base.clone();
    snapshot[BLOCK + 600] = 1;
    snapshot[3 * BLOCK] = 1;
    snapshot[SIZE - 1] = 1;
    AreasReport report = check(base, snapshot, "[{'start': 196608, 'length': 65536}]");
    assertThat(report.equal()).isFalse();
    assertThat(report.missing().count()).isEqualTo(2);
    assertThat(report.missing().ranges())
        .containsExactly(new Piece(BLOCK + 512, 512), new Piece(SIZE - 512, 512));
    assertThat(report.superfluous().count()).isZero();
    assertThat(report.differingBytes()).isEqualTo(3 * 512);
    assertThat(report.next().getFirst()).contains("Do not keep this copy");
  }

  @Test
  void blocks_of_areas_that_did_not_change_are_superfluous_and_allowed() throws Exception {
    byte[] snapshot = new byte[SIZE];
    snapshot[2 * BLOCK + 5] = 1;
    AreasReport report = check(new byte[SIZE], snapshot, "[{'start': 65536, 'length': 262144}]");
    assertThat(report.good()).isTrue();
    assertThat(report.superfluous().ranges())
        .containsExactly(new Piece(BLOCK, BLOCK), new Piece(3L * BLOCK, 2L * BLOCK));
  }

  @Test
  void without_a_base_everything_that_is_not_zero_has_to_be_named() throws Exception {
    byte[] snapshot = new byte[SIZE];
    snapshot[0] = 1;
    assertThat(check(null, snapshot, "[]").missing().bytes()).isEqualTo(512);
    assertThat(check(null, snapshot, "[{'offset': 0, 'length': 512}]").good()).isTrue();
    assertThat(check(null, new byte[SIZE], "[]").good()).isTrue();
  }

  @Test
  void a_base_of_before_the_disk_grew_counts_as_zeros_behind_its_end() throws Exception {
    byte[] snapshot = new byte[SIZE];
    snapshot[SIZE - 512] = 1;
    AreasReport report = check(new byte[SIZE / 2], snapshot, "[]");
    assertThat(report.missing().ranges()).containsExactly(new Piece(SIZE - 512, 512));
    assertThat(report.next()).anyMatch(step -> step.contains("the disk has grown since"));
    assertThatThrownBy(() -> check(new byte[SIZE], new byte[SIZE / 2], "[]"))
        .hasMessageContaining("The base has " + SIZE);
  }

  @Test
  void who_watches_a_check_is_asked_before_each_piece_and_can_end_it() throws Exception {
    byte[] bytes = new byte[SIZE];
    Arrays.fill(bytes, (byte) 1);
    var asked = new AtomicInteger();
    try (BlockDevice before = disk(bytes);
        BlockDevice after = disk(bytes)) {
      var check =
          new AreasCheck(
              10,
              () -> {
                if (asked.incrementAndGet() == 3) {
                  throw new IllegalStateException("enough");
                }
              });
      assertThatThrownBy(() -> check.run(before, after, areas("[]"))).hasMessage("enough");
    }
    assertThat(asked).hasValue(3);
  }

  @Test
  void replies_that_stop_early_are_a_problem_even_if_nothing_is_missing() throws Exception {
    AreasReport report =
        check(
            new byte[SIZE],
            new byte[SIZE],
            "[{'startOffset': 0, 'length': 1048576, 'changedArea': [{'start': 0, 'length':"
                + " 512}]}]");
    assertThat(report.equal()).isTrue();
    assertThat(report.good()).isFalse();
    assertThat(report.problems())
        .singleElement()
        .asString()
        .contains("ask on with startOffset 1048576");
  }

  @Test
  void replies_with_gaps_areas_out_of_order_and_areas_outside_are_problems() throws Exception {
    AreasReport report =
        check(
            new byte[SIZE],
            new byte[SIZE],
            """
            {'startOffset': 0, 'length': 65536, 'changedArea': [{'start': 65536, 'length': 512}]}
            {'_typeName': 'DiskChangeInfo', 'startOffset': 131072, 'length': 4063232,
             'changedArea': [{'start': 196608, 'length': 512}, {'start': 131072, 'length': 512}]}
            """);
    assertThat(report.problems()).hasSize(3);
    assertThat(report.problems()).anyMatch(text -> text.contains("outside of its reply"));
    assertThat(report.problems()).anyMatch(text -> text.contains("131072 where 65536"));
    assertThat(report.problems()).anyMatch(text -> text.contains("ascend"));
  }

  @Test
  void text_that_is_no_list_of_areas_is_refused_with_what_was_expected() {
    for (String wrong :
        new String[] {
          "[1]",
          "{'start': 'x', 'length': 1}",
          "[{'start': 0}]",
          "[{'start': -1, 'length': 5}]",
          "[{'start': 9223372036854775807, 'length': 5}]",
          "[{'startOffset': 0, 'changedArea': []}]",
          "[{'startOffset': -1, 'length': 5, 'changedArea': []}]",
          "[{'start': 99999999999999999999, 'length': 5}]",
          "[{",
          "nothing"
        }) {
      assertThatThrownBy(() -> areas(wrong))
          .as(wrong)
          .isInstanceOf(IllegalArgumentException.class)
          .message()
          .isNotEmpty();
    }
  }

  @Test
  void a_copy_in_another_products_format_is_refused_by_its_name() throws Exception {
    Path file = Files.write(directory.resolve("x"), new byte[] {'Q', 'F', 'I', (byte) 0xfb, 0});
    assertThatThrownBy(() -> opener().openOrRaw(file)).hasMessageContaining("qcow2");
  }

  @Test
  void the_report_agrees_with_a_comparison_block_by_block() throws Exception {
    long seed = new Random().nextLong();
    System.out.println("the_report_agrees_with_a_comparison_block_by_block: seed " + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 20; round++) {
      byte[] base = new byte[SIZE];
      byte[] snapshot = new byte[SIZE];
      BitSet differing = new BitSet();
      BitSet told = new BitSet();
      int sectors = SIZE / 512;
      for (int i = random.nextInt(60); i > 0; i--) {
        int from = random.nextInt(sectors);
        int to = Math.min(sectors, from + 1 + random.nextInt(300));
        differing.set(from, to);
      }
      differing.stream().forEach(sector -> snapshot[sector * 512 + 511] = 7);
      StringBuilder json = new StringBuilder("[");
      int at = random.nextInt(200);
      while (at < sectors) {
        int length = Math.min(sectors - at, 1 + random.nextInt(400));
        told.set(at, at + length);
        json.append(json.length() > 1 ? "," : "")
            .append("{'start': %d, 'length': %d}".formatted(at * 512L, length * 512L));
        at += length + random.nextInt(500);
      }
      AreasReport report = check(base, snapshot, json.append("]").toString());
      BitSet missing = (BitSet) differing.clone();
      missing.andNot(told);
      assertThat(report.missing().bytes()).isEqualTo(missing.cardinality() * 512L);
      assertThat(report.differingBytes()).isEqualTo(differing.cardinality() * 512L);
      assertThat(report.superfluous().bytes()).isEqualTo(superfluous(told, differing, sectors));
    }
  }

  private static long superfluous(BitSet told, BitSet differing, int sectors) {
    long bytes = 0;
    for (int sector = told.nextSetBit(0); sector >= 0; sector = told.nextSetBit(sector)) {
      int end = told.nextClearBit(sector);
      while (sector < end) {
        int stop = Math.min(end, (sector / 128 + 1) * 128);
        int first = differing.nextSetBit(sector);
        bytes += first >= 0 && first < stop ? 0 : (stop - sector) * 512L;
        sector = stop;
      }
    }
    return bytes;
  }
}
