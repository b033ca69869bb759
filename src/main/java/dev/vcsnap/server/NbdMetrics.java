package dev.vcsnap.server;

import dev.vcsnap.nbd.NbdListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts connections, requests and bytes of the NBD server; the counters are made once, since it
 * reports often.
 */
final class NbdMetrics implements NbdListener {

  private final AtomicInteger connections = new AtomicInteger();
  private final Counter requests;
  private final Counter failures;
  private final Counter read;
  private final Counter written;

  NbdMetrics(MeterRegistry meters) {
    Gauge.builder("vcsnap.nbd.connections", connections, AtomicInteger::get).register(meters);
    requests = meters.counter("vcsnap.nbd.requests");
    failures = meters.counter("vcsnap.nbd.failures");
    read = Counter.builder("vcsnap.nbd.read").baseUnit("bytes").register(meters);
    written = Counter.builder("vcsnap.nbd.written").baseUnit("bytes").register(meters);
  }

  @Override
  public void connected() {
    connections.incrementAndGet();
  }

  @Override
  public void disconnected() {
    connections.decrementAndGet();
  }

  @Override
  public void served(int requestCount, int failureCount, long readBytes, long writtenBytes) {
    requests.increment(requestCount);
    failures.increment(failureCount);
    read.increment((double) readBytes);
    written.increment((double) writtenBytes);
  }
}
