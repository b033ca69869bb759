package dev.vcsnap.guest.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vcsnap.ground.clock.Clock;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TcloChannelTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final PassedTime time = new PassedTime();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private SocketChannel guest;
  private DataInputStream requests;
  private TcloChannel channel;

  @BeforeEach
  void connect() throws IOException {
    try (var door = ServerSocketChannel.open()) {
      door.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      guest = SocketChannel.open(door.getLocalAddress());
      channel = new TcloChannel(door.accept(), time, PATIENCE, () -> {});
    }
    requests = new DataInputStream(Channels.newInputStream(guest));
    Thread.ofVirtual()
        .start(() -> {
          try {
            channel.serve();
          } catch (IOException e) {
            ended.completeExceptionally(e);
          }
        });
  }

  @AfterEach
  void close() throws IOException {
    channel.close();
    guest.close();
  }

  private String hear() throws IOException {
    return new String(Packet.read(requests).payload(), StandardCharsets.UTF_8);
  }

  private void say(String answer) throws IOException {
    guest.write(Packet.data(answer.getBytes(StandardCharsets.UTF_8)).encoded());
  }

  /** A question on a thread of its own, which then waits for the answer. */
  private static FutureTask<String> asks(GuestFiles.Guest asked, String request) {
    var question =
        new FutureTask<>(() ->
            new String(
                asked.ask(request.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8));
    Thread thread = Thread.ofPlatform().daemon().start(question);
    while (thread.getState() != Thread.State.WAITING && !question.isDone()) {
      Thread.onSpinWait();
    }
    return question;
  }

  private GuestFiles.Guest words() {
    return request -> channel.ask(request).getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void an_answer_that_one_can_do_without_is_given_up_and_passed_over_when_it_comes()
      throws Exception {
    FutureTask<String> file = asks(channel.within(Duration.ofSeconds(5)), "f open");
    assertThat(hear()).isEqualTo("f open");
    time.runOut(Duration.ofSeconds(5));
    assertThatThrownBy(() -> file.get(10, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(IOException.class);

    FutureTask<String> next = asks(words(), "vmbackup.abort");
    assertThat(hear()).isEqualTo("vmbackup.abort");
    say("OK the file");
    say("ERROR no operation");
    assertThat(next.get(10, TimeUnit.SECONDS)).isEqualTo("ERROR no operation");
    assertThat(ended).isNotDone();
  }

  @Test
  void the_time_is_one_for_all_that_is_asked_in_it() throws Exception {
    GuestFiles.Guest files = channel.within(Duration.ofSeconds(5));
    for (int i = 0; i < 2; i++) {
      FutureTask<String> part = asks(files, "f read");
      assertThat(hear()).isEqualTo("f read");
      say("OK part");
      assertThat(part.get(10, TimeUnit.SECONDS)).isEqualTo("OK part");
      time.pass(Duration.ofMillis(2_500));
    }
    assertThatThrownBy(() -> files.ask(new byte[] {'f'})).hasMessageContaining("is over");

    FutureTask<String> next = asks(words(), "ping");
    assertThat(hear()).as("what is heard next").isEqualTo("ping");
    say("OK ");
    assertThat(next.get(10, TimeUnit.SECONDS)).isEqualTo("OK");
  }

  @Test
  void the_time_passes_while_another_question_is_answered() throws Exception {
    FutureTask<String> first = asks(words(), "ping");
    assertThat(hear()).isEqualTo("ping");
    FutureTask<String> file = asks(channel.within(Duration.ofSeconds(5)), "f open");
    time.pass(Duration.ofSeconds(6));
    say("OK ");
    assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo("OK");
    assertThatThrownBy(() -> file.get(10, TimeUnit.SECONDS)).hasMessageContaining("is over");
  }

  @Test
  void tools_that_do_not_answer_what_matters_are_cut_off() throws Exception {
    FutureTask<String> question = asks(words(), "ping");
    time.runOut(PATIENCE);
    assertThatThrownBy(() -> question.get(10, TimeUnit.SECONDS)).hasMessageContaining("gone");
    assertThatThrownBy(() -> ended.get(10, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class);
  }

  /** A clock that goes on when it is told to. */
  private static final class PassedTime implements Clock {

    private long nanos;
    private int sleepers;

    @Override
    public Instant now() {
      return Instant.EPOCH.plusNanos(nanoTime());
    }

    @Override
    public synchronized long nanoTime() {
      return nanos;
    }

    @Override
    public synchronized void sleep(Duration duration) throws InterruptedException {
      long until = nanos + duration.toNanos();
      sleepers++;
      notifyAll();
      try {
        while (nanos < until) {
          wait();
        }
      } finally {
        sleepers--;
        notifyAll();
      }
    }

    /** Lets time pass as soon as somebody sleeps. */
    synchronized void runOut(Duration duration) throws InterruptedException {
      while (sleepers == 0) {
        wait();
      }
      pass(duration);
    }

    synchronized void pass(Duration duration) {
      nanos += duration.toNanos();
      notifyAll();
    }
  }
}
