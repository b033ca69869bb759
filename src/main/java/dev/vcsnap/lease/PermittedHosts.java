package dev.vcsnap.lease;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Finds the addresses of hosts, and refuses hosts with one to avoid.
 *
 * <p>The system's search for a name can be neither interrupted nor given a limit, and keeps its
 * thread. So a few threads search, and who asked for a name does not have to wait for them.
 */
final class PermittedHosts {

  private static final int SEARCHES_MAX = 8;
  private static final int IDLE_SECONDS = 10;

  private final PullNetworks networks;
  private final Search search;
  private final ThreadPoolExecutor searching =
      new ThreadPoolExecutor(
          SEARCHES_MAX,
          SEARCHES_MAX,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          Thread.ofPlatform().daemon().name("names-", 0).factory());

  /** How the addresses of a name are found. */
  @FunctionalInterface
  interface Search {
    InetAddress[] addresses(String host) throws UnknownHostException;
  }

  PermittedHosts(PullNetworks networks, Search search) {
    this.networks = networks;
    this.search = search;
    searching.allowCoreThreadTimeOut(true);
  }

  /**
   * Finds all addresses of a host.
   *
   * @param line who hangs it up ends the waiting
   * @param most how long the search may take
   * @throws ForbiddenHostException if one of them is not permitted
   * @throws UnknownHostException also if they were not found in time
   */
  InetAddress[] find(String host, Line line, Duration most) throws UnknownHostException {
    InetAddress[] addresses = isAddress(host) ? search.addresses(host) : search(host, line, most);
    if (!networks.permit(addresses)) {
      throw new ForbiddenHostException(host);
    }
    return addresses;
  }

  /** Whether there is nothing to search for: no name of an address looks like that. */
  private static boolean isAddress(String host) {
    return host.indexOf(':') >= 0 || host.matches("[0-9.]+");
  }

  private InetAddress[] search(String host, Line line, Duration most) throws UnknownHostException {
    var found = new FutureTask<>(() -> search.addresses(host));
    line.onHangUp(() -> found.cancel(false));
    searching.execute(found);
    try {
      return found.get(most.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new UnknownHostException(
          "%s was not found within %d s".formatted(host, most.toSeconds()));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownHostException known) {
        throw known;
      }
      throw new IllegalStateException(host + " cannot be searched for", e);
    } catch (CancellationException e) {
      throw new UnknownHostException("nobody waits for " + host + " any more");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnknownHostException("nobody waits for " + host + " any more");
    } finally {
      found.cancel(false);
    }
  }
}
