package dev.vcsnap.guest.qga;

import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.guest.Questions;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A connection to a QEMU guest agent: each question and each answer is one line of JSON.
 *
 * <p>The connection outlives the agent in the guest, so what comes first may belong to somebody
 * else's question. A {@code guest-sync-delimited} in front makes sure: its answer is announced by a
 * byte that is in no text, and all before it is dropped (QEMU's qapi-schema.json).
 */
final class QgaChannel implements AutoCloseable {

  private static final int DELIMITER = 0xFF;
  private static final int LINE_BYTES_MAX = 1 << 20;
  private static final JsonMapper JSON = new JsonMapper();

  private final SocketChannel channel;
  private final Questions<JsonNode> questions;
  private final Duration patience;
  private volatile boolean synced;

  /**
   * Takes over a connection.
   *
   * @param patience how long an answer may take
   */
  QgaChannel(SocketChannel channel, Clock clock, Duration patience) {
    this.channel = channel;
    this.patience = patience;
    this.questions = new Questions<>(channel, clock, patience);
  }

  /** Reads until the connection ends; whoever waits for an answer then is told. */
  void serve() throws IOException {
    try {
      var in = new BufferedInputStream(Channels.newInputStream(channel));
      var line = new ByteArrayOutputStream();
      while (readLine(in, line)) {
        // An empty line is of nobody, and an answer without a question of a time before us.
        if (line.size() > 0 && synced) {
          questions.answer(parse(line.toByteArray()));
        }
      }
    } finally {
      questions.end();
    }
  }

  /** Reads up to the end of a line; false at the end of the stream. */
  private boolean readLine(InputStream in, ByteArrayOutputStream line) throws IOException {
    line.reset();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        return false;
      }
      if (c == DELIMITER) {
        line.reset();
        synced = true;
      } else if (line.size() == LINE_BYTES_MAX) {
        throw new IOException("the QEMU guest agent sent a line of more than 1 MiB");
      } else {
        line.write(c);
      }
    }
    return true;
  }

  private static JsonNode parse(byte[] line) throws IOException {
    try {
      return JSON.readTree(line);
    } catch (JacksonException e) {
      throw new IOException("the QEMU guest agent sent what is no JSON", e);
    }
  }

  /** Makes sure that the agent is there and that its next answer is ours. */
  void sync(long id) throws IOException {
    byte[] command = line("guest-sync-delimited", Map.of("id", id));
    ByteBuffer bytes =
        ByteBuffer.allocate(1 + command.length).put((byte) DELIMITER).put(command).flip();
    questions.ask(bytes, patience, answer -> isReturned(answer, id));
  }

  private static boolean isReturned(JsonNode answer, long id) {
    return answer.path("return").asLong(-1) == id;
  }

  /**
   * Asks for a command that is only answered when it fails, and returns when the agent goes on to
   * the next one.
   *
   * @param longest how long that may take; then the connection ends
   * @throws QgaException when the agent refuses it
   * @throws IOException when the agent falls silent, or the connection is lost
   */
  void tell(String command, Map<String, ?> arguments, long id, Duration longest)
      throws IOException {
    byte[] first = line(command, arguments);
    byte[] next = line("guest-sync-delimited", Map.of("id", id));
    ByteBuffer bytes = ByteBuffer.allocate(first.length + next.length).put(first).put(next).flip();
    var refusal = new AtomicReference<JsonNode>();
    questions.ask(
        bytes,
        longest,
        answer -> {
          if (answer.has("error")) {
            refusal.set(answer);
          }
          return isReturned(answer, id);
        });
    if (refusal.get() != null) {
      throw refused(refusal.get());
    }
  }

  private static QgaException refused(JsonNode answer) {
    return new QgaException(cut(answer.path("error").path("desc").asString("no reason given")));
  }

  /**
   * Asks for a command, and returns its result.
   *
   * @throws QgaException when the agent refuses it
   * @throws IOException when the connection is lost, before or meanwhile
   */
  JsonNode ask(String command, Map<String, ?> arguments) throws IOException {
    return ask(command, arguments, Duration.ZERO);
  }

  /**
   * Asks for a command that may take longer than others.
   *
   * @param more how much longer
   * @throws QgaException when the agent refuses it
   * @throws IOException when the connection is lost, before or meanwhile
   */
  JsonNode ask(String command, Map<String, ?> arguments, Duration more) throws IOException {
    JsonNode answer =
        questions.ask(ByteBuffer.wrap(line(command, arguments)), patience.plus(more), any -> true);
    if (answer.has("error")) {
      throw refused(answer);
    }
    return answer.path("return");
  }

  private static byte[] line(String command, Map<String, ?> arguments) {
    String json =
        JSON.writeValueAsString(
            arguments.isEmpty()
                ? Map.of("execute", command)
                : Map.of("execute", command, "arguments", arguments));
    return (json + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /** A text of a guest that can be shown: short, and without control characters. */
  static String cut(String text) {
    String plain = text.replaceAll("[\\p{Cntrl}\\p{Cs}]", "?");
    return plain.substring(
        0, plain.offsetByCodePoints(0, Math.min(255, plain.codePointCount(0, plain.length()))));
  }

  @Override
  public void close() {
    questions.close();
  }
}
