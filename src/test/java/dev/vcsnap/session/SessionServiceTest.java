package dev.vcsnap.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.evidence.Rule;
import dev.vcsnap.evidence.Witness;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.inventory.StillClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SessionServiceTest {

  private final StillClock clock = new StillClock();
  private final SessionService sessions =
      new SessionService(
          clock,
          new Ids(new Dice(3)),
          List.of(new Account("user", "pass"), new Account("Other@vsphere.local", "secret")),
          Duration.ofMinutes(30));

  @Test
  void a_wrong_user_or_password_opens_nothing() {
    assertThat(sessions.login("user", "secret", "en", "", "")).isEmpty();
    assertThat(sessions.login("nobody", "pass", "en", "", "")).isEmpty();
    assertThat(sessions.login("user", "PASS", "en", "", "")).isEmpty();
    assertThat(sessions.login("", "", "en", "", "")).isEmpty();
    assertThat(sessions.all()).isEmpty();
  }

  @Test
  @Rule(
      value = "E3",
      says = "A wrong password is told after a delay, and a right one at once.",
      by = Witness.ASSUMED)
  void a_refusal_takes_its_time() {
    var slow =
        new SessionService(
            clock,
            new Ids(new Dice(3)),
            List.of(new Account("user", "pass")),
            Duration.ofMinutes(30),
            Duration.ofSeconds(3));
    Instant before = clock.now();
    slow.login("user", "pass", "en", "", "");
    assertThat(clock.now()).isEqualTo(before);
    assertThat(slow.login("user", "wrong", "en", "", "")).isEmpty();
    assertThat(clock.now()).isEqualTo(before.plusSeconds(3));
    assertThat(slow.isValid("nobody", "pass")).isFalse();
    assertThat(clock.now()).isEqualTo(before.plusSeconds(6));
  }

  @Test
  void a_name_with_its_domain_in_front_is_the_same() {
    assertThat(sessions.login("VSPHERE.LOCAL\\other", "secret", "en", "", "")).isPresent();
  }

  @Test
  void user_names_are_the_same_whatever_their_case() {
    assertThat(sessions.login("OTHER@VSPHERE.LOCAL", "secret", "en", "", "")).isPresent();
  }

  @Test
  void the_secret_id_is_40_digits_and_not_the_public_key() {
    Session session = login();
    assertThat(session.id()).matches("[0-9a-f]{40}");
    assertThat(session.key()).matches("[0-9a-f-]{36}");
    assertThat(session.toString()).doesNotContain(session.id());
    assertThat(sessions.use(session.key())).isEmpty();
  }

  @Test
  @Rule(
      value = "E2",
      says = "A session that nobody used for 30 minutes is gone.",
      by = Witness.ASSUMED)
  void an_idle_session_ends_and_use_keeps_it_alive() {
    Session used = login();
    Session idle = login();
    List<Session> ended = new ArrayList<>();
    sessions.onEnd(ended::add);
    clock.advance(Duration.ofMinutes(20));
    assertThat(sessions.use(used.id())).contains(used);
    clock.advance(Duration.ofMinutes(20));
    assertThat(sessions.use(used.id())).contains(used);
    assertThat(sessions.use(idle.id())).isEmpty();
    assertThat(ended).containsExactly(idle);
    assertThat(sessions.all()).containsExactly(used);
  }

  @Test
  void a_session_is_not_idle_while_a_call_of_it_waits() {
    Session session = login();
    boolean alive =
        sessions.during(
            session,
            () -> {
              clock.advance(Duration.ofHours(2));
              return sessions.find(session.id()).isPresent();
            });
    assertThat(alive).isTrue();
    assertThat(sessions.use(session.id())).contains(session);
    clock.advance(Duration.ofMinutes(31));
    assertThat(sessions.use(session.id())).isEmpty();
  }

  @Test
  void looking_at_a_session_does_not_keep_it_alive() {
    Session session = login();
    clock.advance(Duration.ofMinutes(20));
    assertThat(sessions.find(session.id())).contains(session);
    clock.advance(Duration.ofMinutes(20));
    assertThat(sessions.find(session.id())).isEmpty();
  }

  @Test
  void listeners_hear_of_an_end_once() {
    Session session = login();
    List<Session> ended = new ArrayList<>();
    sessions.onEnd(ended::add);
    sessions.end(session);
    sessions.end(session);
    assertThat(ended).containsExactly(session);
    assertThat(sessions.use(session.id())).isEmpty();
  }

  private Session login() {
    return sessions.login("user", "pass", "en", "127.0.0.1", "test").orElseThrow();
  }
}
