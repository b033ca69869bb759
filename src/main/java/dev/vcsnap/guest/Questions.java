package dev.vcsnap.guest;

import dev.vcsnap.ground.clock.Clock;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Questions to a guest over a connection that another thread reads: one at a time. A guest that
 * does not answer in time is cut off: whoever waits for it would wait for ever.
 *
 * @param <T> an answer
 */
public final class Questions<T> implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Questions.class);

  private final SocketChannel channel;
  private final Clock clock;
  private final Duration patience;
  private final ReentrantLock one = new ReentrantLock();
  private final Object state = new Object();
  private @Nullable CompletableFuture<T> expected;
  private Predicate<? super T> wanted = answer -> true;
  private boolean written;
  private boolean ended;

  /** How many answers are still to come for which nobody waits any more. */
  private int left;

  /**
   * Makes it for a connection.
   *
   * @param patience how long an answer may take
   */
  public Questions(SocketChannel channel, Clock clock, Duration patience) {
    this.channel = channel;
    this.clock = clock;
    this.patience = patience;
  }

  /**
   * Asks, and returns the answer.
   *
   * @throws IOException when the connection is lost, before or meanwhile
   */
  public T ask(ByteBuffer request) throws IOException {
    return ask(request, patience, answer -> true);
  }

  /**
   * Asks for what takes its own time, and returns the answer.
   *
   * @param longest how long this answer may take
   * @param isIt tells the answer from others that come before it
   * @throws EOFException when the connection had ended before the guest was asked
   * @throws IOException when the connection is lost, before or meanwhile
   */
  public T ask(ByteBuffer request, Duration longest, Predicate<? super T> isIt) throws IOException {
    one.lock();
    try {
      return ask(request, longest, isIt, _ -> close());
    } finally {
      one.unlock();
    }
  }

  /**
   * Asks for what one can do without, where each request has one answer, and returns that. Of a
   * guest that takes longer the connection stays, and the answer is passed over when it comes.
   *
   * @param until when the answer has to be there, as the clock's nanoseconds
   * @throws IOException when it is not, or the connection is lost, before or meanwhile
   */
  public T askInPassing(ByteBuffer request, long until) throws IOException {
    one.lock();
    try {
      // Another question may have used it up.
      Duration rest = Duration.ofNanos(until - clock.nanoTime());
      if (!rest.isPositive()) {
        throw new IOException("the time for the guest's answers is over");
      }
      return ask(request, rest, answer -> true, this::leave);
    } finally {
      one.unlock();
    }
  }

  /** Asks while nobody else does. */
  private T ask(
      ByteBuffer request,
      Duration longest,
      Predicate<? super T> isIt,
      Consumer<CompletableFuture<T>> late)
      throws IOException {
    try {
      CompletableFuture<T> answer = expect(isIt);
      Thread watch =
          Thread.ofVirtual()
              .name("guest-patience")
              .start(() -> after(longest, () -> late.accept(answer)));
      try {
        send(request);
        return answer.get();
      } finally {
        watch.interrupt();
        // One whose wait was ended is not to be given up in the place of the next.
        answer.cancel(false);
      }
    } catch (ExecutionException e) {
      throw new IOException("the guest is gone or gave no answer", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("the wait for the guest was ended", e);
    }
  }

  private void send(ByteBuffer request) throws EOFException {
    try {
      while (request.hasRemaining()) {
        channel.write(request);
      }
    } catch (IOException e) {
      var gone = new EOFException("the guest is gone");
      gone.initCause(e);
      throw gone;
    }
    synchronized (state) {
      written = true;
    }
  }

  private CompletableFuture<T> expect(Predicate<? super T> isIt) throws IOException {
    synchronized (state) {
      if (ended) {
        throw new EOFException("the guest is gone");
      }
      expected = new CompletableFuture<>();
      wanted = isIt;
      written = false;
      return expected;
    }
  }

  /** Brings an answer; false if nobody asked. */
  public boolean answer(T answer) {
    synchronized (state) {
      if (left > 0) {
        left--;
        return true;
      }
      if (expected == null) {
        return false;
      }
      if (!wanted.test(answer)) {
        return true;
      }
      expected.complete(answer);
      expected = null;
      return true;
    }
  }

  /** Notes that no answer will come any more; whoever waits for one is told. */
  public void end() {
    synchronized (state) {
      ended = true;
      if (expected != null) {
        expected.completeExceptionally(new EOFException());
        expected = null;
      }
    }
  }

  /** Gives an answer up. A guest that does not even take the request is cut off. */
  private void leave(CompletableFuture<T> answer) {
    synchronized (state) {
      if (answer.isDone()) {
        return;
      }
      if (written) {
        expected = null;
        left++;
        answer.completeExceptionally(new TimeoutException());
        return;
      }
    }
    close();
  }

  private void after(Duration longest, Runnable late) {
    try {
      clock.sleep(longest);
      LOG.debug("A guest gave no answer within {} ms", longest.toMillis());
      late.run();
    } catch (InterruptedException e) {
      // The answer is there.
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the connection, and with it whoever reads it. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.warn("A connection to a guest could not be closed: {}", e.toString());
    }
  }
}
