package dev.vcsnap.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Hosts are searched for by a name service that gives no answer before the end of the test. */
class PermittedHostsTest {

  private static final Duration LONG = Duration.ofHours(1);

  private final CountDownLatch searching = new CountDownLatch(8);
  private final CountDownLatch answer = new CountDownLatch(1);
  private final PermittedHosts hosts =
      new PermittedHosts(PullNetworks.parse("any"), this::searchForLong);

  private InetAddress[] searchForLong(String host) throws UnknownHostException {
    if (host.endsWith(".example")) {
      searching.countDown();
      try {
        answer.await();
      } catch (InterruptedException e) {
        throw new AssertionError("the search was interrupted", e);
      }
    }
    return InetAddress.getAllByName(host);
  }

  @AfterEach
  void end() {
    answer.countDown();
  }

  @Test
  void a_search_has_a_limited_time() {
    assertThatThrownBy(() -> hosts.find("a.example", new Line(), Duration.ofMillis(1)))
        .isInstanceOf(UnknownHostException.class)
        .hasMessage("a.example was not found within 0 s");
  }

  @Test
  void who_hangs_up_does_not_wait_for_a_search_and_addresses_never_do() throws Exception {
    List<Line> lines = new ArrayList<>();
    List<CompletableFuture<UnknownHostException>> failures = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      var line = new Line();
      String host = i + ".example";
      lines.add(line);
      failures.add(
          CompletableFuture.supplyAsync(() -> failure(host, line), Thread::startVirtualThread));
    }
    assertThat(searching.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(hosts.find("127.0.0.1", new Line(), LONG)).hasSize(1);
    assertThat(hosts.find("::1", new Line(), LONG)).hasSize(1);
    lines.forEach(Line::close);
    for (CompletableFuture<UnknownHostException> failure : failures) {
      assertThat(failure.get(30, TimeUnit.SECONDS)).hasMessageContaining("nobody waits for");
    }
  }

  private UnknownHostException failure(String host, Line line) {
    try {
      throw new AssertionError(List.of(hosts.find(host, line, LONG)));
    } catch (UnknownHostException e) {
      return e;
    }
  }
}
