package dev.vcsnap.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.vcsnap.history.HistoryCollectors;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.vim.Event;
import dev.vcsnap.vim.EventFilterSpec;
import dev.vcsnap.vim.EventFilterSpecByEntity;
import dev.vcsnap.vim.EventFilterSpecByTime;
import dev.vcsnap.vim.EventFilterSpecByUsername;
import dev.vcsnap.vim.EventFilterSpecRecursionOption;
import dev.vcsnap.vim.InvalidArgument;
import dev.vcsnap.vim.InvalidState;
import dev.vcsnap.vim.ManagedObjectNotFound;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.MethodFault;
import dev.vcsnap.vim.VimException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventQueriesTest {

  private final EventLab lab = new EventLab();
  private final HistoryCollectors<Event> collectors = lab.queries.collectors();

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void an_entity_is_itself_its_children_or_everything_below() {
    Event onMachine = lab.say("machine", lab.machine.reference());
    Event onHost = lab.say("host", lab.host.reference());
    Event onDatacenter = lab.say("datacenter", lab.datacenter.reference());
    Event onNothing = lab.say("nothing", null);
    assertThat(about(lab.machine, "self")).containsExactly(onMachine);
    assertThat(about(lab.machine, "children")).isEmpty();
    assertThat(about(lab.vmFolder, "self")).isEmpty();
    assertThat(about(lab.vmFolder, "children")).containsExactly(onMachine);
    assertThat(about(lab.vmFolder, "all")).containsExactly(onMachine);
    assertThat(about(lab.host, "self")).containsExactly(onHost);
    assertThat(about(lab.host, "all")).containsExactly(onMachine, onHost);
    assertThat(about(lab.datacenter, "self")).containsExactly(onDatacenter);
    assertThat(about(lab.datacenter, "all")).containsExactly(onMachine, onHost, onDatacenter);
    assertThat(about(lab.root, "self")).containsExactly(onNothing);
    assertThat(about(lab.root, "all")).hasSize(4);
  }

  @Test
  void time_user_chain_kind_and_category_are_conditions_that_all_must_hold() {
    Event first = lab.say("first", null);
    Instant between = lab.clock.now().plusSeconds(1);
    lab.clock.advance(Duration.ofSeconds(2));
    lab.run("PowerOnVM_Task", () -> {});
    assertThat(query(spec -> spec.time = time(null, between))).containsExactly(first);
    assertThat(query(spec -> spec.time = time(between, null))).hasSize(2).doesNotContain(first);
    assertThat(query(spec -> spec.eventChainId = first.chainId)).containsExactly(first);
    assertThat(query(spec -> spec.eventTypeId = List.of("vim.event.VmStartingEvent"))).hasSize(1);
    assertThat(query(spec -> spec.eventTypeId = List.of("TaskEvent", "VmStartingEvent")))
        .hasSize(2);
    assertThat(query(spec -> spec.type = List.of("VmEvent"))).hasSize(1);
    assertThat(query(spec -> spec.category = List.of("user"))).containsExactly(first);
    assertThat(
            query(spec -> {
              spec.category = List.of("user");
              spec.time = time(between, null);
            }))
        .isEmpty();
    assertThat(query(spec -> spec.userName = user(false, "USER"))).hasSize(3);
    assertThat(query(spec -> spec.userName = user(false, "nobody"))).isEmpty();
    assertThat(query(spec -> spec.userName = user(true, "nobody"))).isEmpty();
  }

  @Test
  void a_query_gives_the_newest_in_ascending_order_and_leaves_the_text_out_when_asked() {
    for (int i = 0; i < 5; i++) {
      lab.say("event " + i, null);
    }
    List<Event> last =
        query(spec -> {
          spec.maxCount = 2;
          spec.disableFullMessage = true;
        });
    assertThat(last)
        .extracting(event -> event.get(event.vimType().indexOf("message")))
        .isEqualTo(List.of("event 3", "event 4"));
    assertThat(last).allMatch(event -> event.fullFormattedMessage == null);
    assertThat(query(spec -> {})).allMatch(event -> event.fullFormattedMessage != null);
  }

  @Test
  void a_filter_that_names_nothing_is_refused() {
    assertThat(fault(() -> query(spec -> spec.type = List.of("VirtualMachine"))))
        .isInstanceOf(InvalidArgument.class);
    assertThat(fault(() -> query(spec -> spec.maxCount = 1001)))
        .isInstanceOf(InvalidArgument.class);
    assertThat(fault(() -> about(new ManagedObject("VirtualMachine", "vm-9"), "self")))
        .isInstanceOf(ManagedObjectNotFound.class);
  }

  @Test
  void the_latest_page_is_newest_first_and_follows() {
    lab.say("old", lab.machine.reference());
    ManagedObjectReference collector = collect(spec -> spec.entity = entity(lab.machine, "all"));
    ManagedObject object = lab.objects.find(collector.value());
    long before = lab.objects.version();
    lab.say("elsewhere", lab.host.reference());
    assertThat(object.changedAt("latestPage")).isLessThanOrEqualTo(before);
    lab.say("new", lab.machine.reference());
    assertThat(object.changedAt("latestPage")).isGreaterThan(before);
    assertThat(page(object)).containsExactly("new", "old");
    collectors.pageSize(lab.session, collector, 1);
    assertThat(page(object)).containsExactly("new");
    lab.say("newer", lab.machine.reference());
    assertThat(page(object)).containsExactly("newer");
  }

  @Test
  void a_collector_reads_from_the_oldest_on_and_back_from_the_latest_page() {
    for (int i = 1; i <= 25; i++) {
      lab.say(Integer.toString(i), null);
    }
    ManagedObjectReference collector = collect(spec -> {});
    assertThat(texts(collectors.next(lab.session, collector, 10))).startsWith("1").endsWith("10");
    assertThat(texts(collectors.next(lab.session, collector, 10))).startsWith("11").endsWith("20");
    assertThat(texts(collectors.next(lab.session, collector, 10))).startsWith("21").endsWith("25");
    assertThat(collectors.next(lab.session, collector, 10)).isEmpty();
    collectors.rewind(lab.session, collector);
    assertThat(collectors.previous(lab.session, collector, 10)).isEmpty();
    assertThat(texts(collectors.next(lab.session, collector, 1))).containsExactly("1");
    collectors.reset(lab.session, collector);
    assertThat(texts(collectors.previous(lab.session, collector, 2))).containsExactly("15", "14");
    collectors.reset(lab.session, collector);
    assertThat(texts(collectors.next(lab.session, collector, 2))).containsExactly("16", "17");
    assertThat(fault(() -> collectors.next(lab.session, collector, 0)))
        .isInstanceOf(InvalidArgument.class);
  }

  @Test
  void a_session_has_a_limited_number_of_collectors_and_they_end_with_it() {
    var session = lab.login();
    for (int i = 0; i < HistoryCollectors.COLLECTORS_MAX; i++) {
      lab.queries.collect(session, new EventFilterSpec());
    }
    assertThat(fault(() -> lab.queries.collect(session, new EventFilterSpec())))
        .isInstanceOf(InvalidState.class);
    ManagedObjectReference mine = lab.queries.collect(lab.session, new EventFilterSpec());
    assertThat(fault(() -> collectors.destroy(session, mine)))
        .isInstanceOf(ManagedObjectNotFound.class);
    lab.sessions.end(session);
    assertThat(
            lab.objects.all().stream()
                .filter(object -> object.type().name().equals("EventHistoryCollector"))
                .map(ManagedObject::reference))
        .containsExactly(mine);
    collectors.destroy(lab.session, mine);
    assertThat(lab.objects.find(mine.value())).isNull();
  }

  @Test
  void a_client_posts_only_what_is_not_the_servers_to_say() {
    var posted = new UserEvents(lab.events, lab.subjects, lab.objects);
    posted.log("user", lab.machine.reference(), "backup done");
    assertThat(lab.all().getLast().fullFormattedMessage)
        .isEqualTo("User logged event: backup done");
    var own = new dev.vcsnap.vim.EventEx();
    own.eventTypeId = "com.example.backup";
    own.objectId = "vm-62";
    own.objectType = "VirtualMachine";
    own.message = "it went well";
    posted.post("user", own, null);
    assertThat(query(spec -> spec.eventTypeId = List.of("com.example.backup")))
        .allMatch(event -> event.vm.name.equals("VM"))
        .extracting(event -> event.fullFormattedMessage)
        .containsExactly("it went well");
    assertThat(fault(() -> posted.post("user", new dev.vcsnap.vim.VmPoweredOnEvent(), null)))
        .isInstanceOf(dev.vcsnap.vim.InvalidEvent.class);
    assertThat(fault(() -> posted.log("user", lab.machine.reference(), "x".repeat(20_000))))
        .isInstanceOf(InvalidArgument.class);
  }

  @Test
  void nobody_is_told_what_he_may_not_see() {
    lab.say("seen", lab.machine.reference());
    lab.say("hidden", lab.host.reference());
    lab.seen = event -> event.vm != null;
    assertThat(texts(query(spec -> {}))).containsExactly("seen");
    ManagedObject collector = lab.objects.find(collect(spec -> {}).value());
    assertThat(page(collector)).containsExactly("seen");
    lab.say("hidden too", lab.host.reference());
    lab.say("seen later", lab.machine.reference());
    assertThat(page(collector)).containsExactly("seen later", "seen");
  }

  @Test
  void the_latest_event_is_the_latest_that_its_reader_may_see() {
    Event seen = lab.say("seen", lab.machine.reference());
    Event hidden = lab.say("hidden", lab.host.reference());
    assertThat(lab.manager.get("latestEvent", lab.session.id())).isSameAs(hidden);
    lab.seen = event -> event.vm != null;
    assertThat(lab.manager.get("latestEvent", lab.session.id())).isSameAs(seen);
    lab.seen = event -> false;
    assertThat(lab.manager.get("latestEvent", lab.session.id())).isNull();
    assertThat(lab.manager.get("latestEvent", null)).isNull();
  }

  @Test
  void rights_are_looked_at_once_for_all_events_of_a_read() {
    for (int i = 0; i < 20; i++) {
      lab.say("event " + i, lab.machine.reference());
    }
    lab.looks = 0;
    assertThat(query(spec -> {})).hasSize(20);
    assertThat(lab.looks).isEqualTo(1);
    ManagedObjectReference collector = collect(spec -> {});
    assertThat(lab.looks).isEqualTo(2);
    assertThat(collectors.next(lab.session, collector, 20)).hasSize(20);
    assertThat(lab.looks).isEqualTo(3);
    lab.seen = event -> false;
    assertThat(collectors.next(lab.session, collector, 20)).isEmpty();
    assertThat(query(spec -> {})).isEmpty();
  }

  private ManagedObjectReference collect(Consumer<EventFilterSpec> edit) {
    var spec = new EventFilterSpec();
    edit.accept(spec);
    return lab.queries.collect(lab.session, spec);
  }

  private List<Event> query(Consumer<EventFilterSpec> edit) {
    var spec = new EventFilterSpec();
    edit.accept(spec);
    return lab.queries.query(lab.session, spec);
  }

  private List<Event> about(ManagedObject entity, String recursion) {
    return query(spec -> spec.entity = entity(entity, recursion));
  }

  private static EventFilterSpecByEntity entity(ManagedObject entity, String recursion) {
    var by = new EventFilterSpecByEntity();
    by.entity = entity.reference();
    by.recursion = EventFilterSpecRecursionOption.valueOf(recursion);
    return by;
  }

  private static EventFilterSpecByTime time(Instant begin, Instant end) {
    var by = new EventFilterSpecByTime();
    by.beginTime = begin;
    by.endTime = end;
    return by;
  }

  private static EventFilterSpecByUsername user(boolean system, String name) {
    var by = new EventFilterSpecByUsername();
    by.systemUser = system;
    by.userList = List.of(name);
    return by;
  }

  private static List<String> page(ManagedObject collector) {
    return texts(((List<?>) collector.get("latestPage")).stream().map(Event.class::cast).toList());
  }

  private static List<String> texts(List<Event> events) {
    return events.stream()
        .map(event -> event.fullFormattedMessage.replace("User logged event: ", ""))
        .toList();
  }

  private static MethodFault fault(ThrowingCallable call) {
    return catchThrowableOfType(VimException.class, call).fault();
  }
}
