package dev.vcsnap.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.event.EventFilter;
import dev.vcsnap.inventory.StillClock;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.server.JsonText;
import dev.vcsnap.vijson.VimJson;
import dev.vcsnap.vim.Event;
import dev.vcsnap.vim.EventEx;
import dev.vcsnap.vim.EventFilterSpec;
import dev.vcsnap.vim.GeneralUserEvent;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

class EventTableTest {

  private final StillClock clock = new StillClock();
  private final JsonText text = new JsonText(new VimJson());

  @EachDatabase
  void events_are_found_again_from_either_end(Database database) {
    try (EventTable table = open(database, 10_000)) {
      for (int key = 1; key <= 1_200; key++) {
        table.note(event(key));
      }
    }
    try (EventTable table = open(database, 10_000)) {
      assertThat(keys(table.before(Long.MAX_VALUE, 2, filter(spec -> {}))))
          .containsExactly(1200, 1199);
      assertThat(keys(table.after(1198, 5, filter(spec -> {})))).containsExactly(1199, 1200);
      assertThat(keys(table.after(0, 3, filter(spec -> spec.eventChainId = 7)))).containsExactly(7);
      assertThat(
              keys(
                  table.before(
                      Long.MAX_VALUE,
                      3,
                      filter(spec -> spec.eventTypeId = List.of("com.example.tenth")))))
          .containsExactly(1200, 1190, 1180);
      assertThat(
              keys(
                  table.after(
                      0, 2_000, filter(spec -> spec.eventTypeId = List.of("com.example.tenth")))))
          .hasSize(120);
      assertThat(table.before(2, 5, filter(spec -> {}))).containsExactly(event(1));
    }
  }

  @EachDatabase
  void old_events_and_those_beyond_the_number_are_removed(Database database) {
    try (EventTable table = open(database, 100)) {
      table.note(event(1));
      table.before(0, 1, filter(spec -> {}));
    }
    clock.advance(Duration.ofDays(31));
    try (EventTable table = open(database, 100)) {
      for (int key = 2; key <= 500; key++) {
        table.note(event(key));
      }
    }
    try (EventTable table = open(database, 100)) {
      List<Integer> kept = keys(table.after(0, 1_000, filter(spec -> {})));
      assertThat(kept).doesNotContain(1).endsWith(500).hasSizeLessThanOrEqualTo(499);
    }
  }

  private EventTable open(Database database, int eventsMax) {
    return new EventTable(
        database,
        text,
        clock,
        new RetentionProperties(Duration.ofDays(30), 100, Duration.ofDays(30), eventsMax));
  }

  private static EventFilter filter(Consumer<EventFilterSpec> edit) {
    var spec = new EventFilterSpec();
    edit.accept(spec);
    return EventFilter.of(spec, new ObjectRegistry());
  }

  private Event event(int key) {
    Event event;
    if (key % 10 == 0) {
      var extended = new EventEx();
      extended.eventTypeId = "com.example.tenth";
      event = extended;
    } else {
      var general = new GeneralUserEvent();
      general.message = "event " + key;
      event = general;
    }
    event.key = key;
    event.chainId = key;
    event.createdTime = clock.now();
    event.userName = "user";
    return event;
  }

  private static List<Integer> keys(List<Event> events) {
    return events.stream().map(event -> event.key).toList();
  }
}
