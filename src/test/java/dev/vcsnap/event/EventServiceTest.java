package dev.vcsnap.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.vim.BadUsernameSessionEvent;
import dev.vcsnap.vim.Event;
import dev.vcsnap.vim.EventDescriptionEventDetail;
import dev.vcsnap.vim.UserLoginSessionEvent;
import dev.vcsnap.vim.UserLogoutSessionEvent;
import dev.vcsnap.vim.Vim25;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventServiceTest {

  private final EventLab lab = new EventLab();

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void keys_ascend_and_an_event_alone_begins_a_chain() {
    for (int i = 0; i < 5; i++) {
      lab.say("event " + i, lab.machine.reference());
    }
    List<Event> events = lab.all();
    assertThat(events).extracting(event -> event.key).isSorted().doesNotHaveDuplicates();
    assertThat(events).allMatch(event -> event.chainId == event.key);
    assertThat(events).allMatch(event -> event.createdTime.equals(lab.clock.now()));
    assertThat(lab.manager.get("latestEvent", lab.session.id())).isEqualTo(events.getLast());
    assertThat(lab.events.latest()).isSameAs(events.getLast());
  }

  @Test
  void keys_ascend_in_the_log_whoever_posts_at_the_same_time() throws InterruptedException {
    List<Thread> posters =
        IntStream.range(0, 8)
            .mapToObj(poster ->
                Thread.startVirtualThread(() -> {
                  for (int i = 0; i < 50; i++) {
                    lab.say("event", null);
                  }
                }))
            .toList();
    for (Thread poster : posters) {
      poster.join();
    }
    assertThat(lab.all()).hasSize(400);
  }

  @Test
  void an_event_tells_where_its_machine_is_by_the_names_of_then() {
    Event event = lab.say("hello", lab.machine.reference());
    assertThat(event.vm.name).isEqualTo("VM");
    assertThat(event.vm.vm).isEqualTo(lab.machine.reference());
    assertThat(event.host.name).isEqualTo("DC0_H0");
    assertThat(event.computeResource.name).isEqualTo("H0");
    assertThat(event.datacenter.name).isEqualTo("DC0");
    assertThat(event.fullFormattedMessage).isEqualTo("User logged event: hello");
  }

  @Test
  void a_login_a_wrong_one_and_a_logout_are_told_without_the_secret_id() {
    var session = lab.login();
    lab.sessions.login("user", "wrong", "en", "10.0.0.9", "test");
    lab.sessions.end(session);
    List<Event> events = lab.all();
    var login = (UserLoginSessionEvent) events.get(0);
    assertThat(login.sessionId).isEqualTo(session.key());
    assertThat(login.fullFormattedMessage).isEqualTo("User user@127.0.0.1 logged in as test");
    var refused = (BadUsernameSessionEvent) events.get(1);
    assertThat(refused.fullFormattedMessage).isEqualTo("Cannot login user@10.0.0.9");
    var logout = (UserLogoutSessionEvent) events.get(2);
    assertThat(logout.loginTime).isEqualTo(session.loginTime());
    assertThat(logout.fullFormattedMessage).startsWith("User user@127.0.0.1 logged out (login");
    assertThat(events).noneMatch(event -> event.toString().contains(session.id()));
  }

  @Test
  void the_log_is_bounded() {
    try (var small = new EventLab(10)) {
      for (int i = 0; i < 100; i++) {
        small.say("event " + i, null);
      }
      assertThat(small.all()).hasSize(10);
      assertThat(small.all().getLast().fullFormattedMessage).endsWith("event 99");
    }
  }

  @Test
  void every_kind_that_is_told_is_one_of_the_interface() {
    for (EventDescriptionEventDetail detail : EventCatalog.details()) {
      assertThat(Vim25.data(detail.key).isA(Event.TYPE)).as(detail.key).isTrue();
      assertThat(detail.category).isIn("info", "warning", "error", "user");
    }
  }
}
