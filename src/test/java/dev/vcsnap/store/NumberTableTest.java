package dev.vcsnap.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.ground.ids.NumberSeries;
import java.util.stream.LongStream;

class NumberTableTest {

  @EachDatabase
  void a_number_is_not_given_again_after_a_kill(Database database) {
    var series = new NumberSeries("tasks", 1, new NumberTable(database));
    assertThat(LongStream.range(0, 2_500).map(i -> series.next()))
        .isSorted()
        .doesNotHaveDuplicates();
    long afterKill = new NumberSeries("tasks", 1, new NumberTable(database)).next();
    assertThat(afterKill).isGreaterThan(2_500).isLessThan(3_502);
  }

  @EachDatabase
  void a_clean_restart_leaves_no_gap(Database database) {
    try (var series = new NumberSeries("tasks", 20, new NumberTable(database))) {
      assertThat(series.next()).isEqualTo(20);
      assertThat(series.next()).isEqualTo(21);
    }
    try (var unused = new NumberSeries("tasks", 20, new NumberTable(database))) {
      assertThat(unused).isNotNull();
    }
    assertThat(new NumberSeries("tasks", 20, new NumberTable(database)).next()).isEqualTo(22);
    assertThat(new NumberSeries("events", 1, new NumberTable(database)).next()).isEqualTo(1);
  }

  @EachDatabase
  void a_series_can_begin_later_than_it_did(Database database) {
    new NumberSeries("tasks", 1, new NumberTable(database)).next();
    assertThat(new NumberSeries("tasks", 5_000, new NumberTable(database)).next()).isEqualTo(5_000);
  }
}
