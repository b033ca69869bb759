package dev.vcsnap.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.inventory.StillClock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TicketsTest {

  private static final Duration WHILE = Duration.ofSeconds(30);

  private final StillClock clock = new StillClock();
  private final SessionService sessions =
      new SessionService(
          clock,
          new Ids(new Dice(3)),
          List.of(new Account("user", "pass")),
          Duration.ofMinutes(30));
  private final Tickets tickets = new Tickets(sessions, clock, new Ids(new Dice(4)));
  private final Session session = sessions.login("user", "pass", "en", "", "").orElseThrow();

  @Test
  void a_ticket_is_good_once() {
    String ticket = tickets.issue(session, "clone", WHILE);
    assertThat(tickets.redeem(ticket, "clone")).contains(session);
    assertThat(tickets.redeem(ticket, "clone")).isEmpty();
  }

  @Test
  void a_ticket_is_good_for_its_purpose_and_used_up_by_another() {
    String ticket = tickets.issue(session, "GET /a", WHILE);
    assertThat(tickets.redeem(ticket, "GET /b")).isEmpty();
    assertThat(tickets.redeem(ticket, "GET /a")).isEmpty();
  }

  @Test
  void a_ticket_ends_with_its_time_and_with_its_session() {
    String late = tickets.issue(session, "clone", WHILE);
    clock.advance(WHILE.plusSeconds(1));
    assertThat(tickets.redeem(late, "clone")).isEmpty();
    String orphaned = tickets.issue(session, "clone", WHILE);
    sessions.end(session);
    assertThat(tickets.redeem(orphaned, "clone")).isEmpty();
  }

  @Test
  void the_host_and_the_way_of_escaping_do_not_matter() {
    assertThat(HttpTicket.purpose(null, "https://esx:443/folder/a b/[c]?dsName=x+y"))
        .contains(HttpTicket.purposeOf("get", "/folder/a%20b/%5Bc%5D", "dsName=x%20y"));
    assertThat(HttpTicket.purpose("httpFly", "https://esx/folder")).isEmpty();
    assertThat(HttpTicket.purpose("httpGet", "%%%")).isEmpty();
  }
}
