package dev.vcsnap.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.ground.clock.SystemClock;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class PasswordSessionsTest {

  private static final Credentials USER = new Credentials("user", "pass");

  private final SessionService sessions =
      new SessionService(
          new SystemClock(),
          new Ids(new Dice(1)),
          List.of(new Account("user", "pass"), new Account("other", "pass")),
          Duration.ofMinutes(30));
  private final PasswordSessions passwords = new PasswordSessions(sessions);

  private Session use(Credentials credentials, String ipAddress) {
    return passwords.use(credentials, ipAddress, "test").orElseThrow();
  }

  @Test
  void aClientIsAUserAtAnAddress() {
    Session first = use(USER, "10.0.0.1");
    assertThat(use(USER, "10.0.0.1")).isSameAs(first);
    assertThat(use(new Credentials("USER", "pass"), "10.0.0.1")).isSameAs(first);
    assertThat(use(USER, "10.0.0.2")).isNotSameAs(first);
    assertThat(use(new Credentials("other", "pass"), "10.0.0.1")).isNotSameAs(first);
    assertThat(sessions.all()).hasSize(3);
  }

  @Test
  void aWrongPasswordOpensNothingAndUsesNothing() {
    Session first = use(USER, "10.0.0.1");
    long calls = first.callCount();
    assertThat(passwords.use(new Credentials("user", "wrong"), "10.0.0.1", "test")).isEmpty();
    assertThat(first.callCount()).isEqualTo(calls);
    assertThat(sessions.all()).containsExactly(first);
  }

  @Test
  void anEndedSessionIsFollowedByAnother() {
    Session first = use(USER, "10.0.0.1");
    sessions.end(first);
    Session second = use(USER, "10.0.0.1");
    assertThat(second.id()).isNotEqualTo(first.id());
    assertThat(use(USER, "10.0.0.1")).isSameAs(second);
    assertThat(sessions.all()).containsExactly(second);
  }

  @Test
  void requestsAtTheSameTimeLeaveOneSession() throws Exception {
    for (int round = 0; round < 20; round++) {
      String address = "10.0.1." + round;
      Callable<Session> request = () -> use(USER, address);
      Set<String> ids = new HashSet<>();
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<Session>> answers =
            threads.invokeAll(java.util.Collections.nCopies(16, request));
        for (Future<Session> answer : answers) {
          ids.add(answer.get().id());
        }
      }
      assertThat(ids).hasSize(1);
      assertThat(sessions.all()).hasSize(round + 1);
    }
  }
}
