package dev.vcsnap.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WriteBehindTest {

  private final List<List<String>> written = Collections.synchronizedList(new ArrayList<>());

  @Test
  void of_a_row_that_changes_before_it_is_written_the_last_state_is_written() {
    try (var behind = new WriteBehind<String, String>("test", written::add)) {
      behind.put("a", "a1");
      behind.put("b", "b1");
      behind.put("a", "a2");
      behind.flush();
      assertThat(written.stream().flatMap(List::stream)).contains("a2", "b1");
      behind.put("a", "a3");
    }
    assertThat(written.getLast()).containsExactly("a3");
  }

  @Test
  void a_failed_write_is_repeated_and_nobody_waits_for_it_for_ever() throws InterruptedException {
    var failures = new AtomicInteger();
    var repeated = new CountDownLatch(1);
    try (var behind =
        new WriteBehind<String, String>(
            "test",
            rows -> {
              if (failures.incrementAndGet() == 1) {
                throw new IllegalStateException("on purpose");
              }
              written.add(rows);
              repeated.countDown();
            })) {
      behind.put("a", "a1");
      behind.flush();
      repeated.await();
      assertThat(written).containsExactly(List.of("a1"));
    }
  }

  @Test
  void rows_of_a_writer_that_never_succeeds_end_with_it() {
    var behind =
        new WriteBehind<String, String>(
            "test",
            rows -> {
              throw new IllegalStateException("on purpose");
            });
    behind.put("a", "a1");
    behind.close();
    assertThat(written).isEmpty();
  }
}
