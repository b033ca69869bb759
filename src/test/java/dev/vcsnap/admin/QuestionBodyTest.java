package dev.vcsnap.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpStatus;

class QuestionBodyTest {

  private static final byte[] REPLY =
      "{\"startOffset\": 0, \"length\": 1, \"changedArea\": []},".getBytes(StandardCharsets.UTF_8);

  /** Replies without areas, without end. */
  private static InputStream endless() {
    byte[] start = "{\"areas\": [".getBytes(StandardCharsets.UTF_8);
    return new InputStream() {
      private long at;

      @Override
      public int read() {
        long here = at++;
        return here < start.length
            ? start[(int) here]
            : REPLY[(int) ((here - start.length) % REPLY.length)];
      }
    };
  }

  @Test
  void a_body_without_end_is_refused_at_the_limit() {
    assertThatThrownBy(() -> AreasQuestion.read(new QuestionBody(endless(), 1 << 20, () -> {})))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> assertThat(refusal.status()).isEqualTo(HttpStatus.CONTENT_TOO_LARGE))
        .hasMessageContaining("more than 1048576 bytes");
  }

  @Test
  void a_body_that_takes_too_long_is_given_up() {
    var asked = new AtomicInteger();
    Runnable goOn =
        () -> {
          if (asked.incrementAndGet() == 5) {
            throw new Refusal(HttpStatus.SERVICE_UNAVAILABLE, "too slow");
          }
        };
    assertThatThrownBy(() -> AreasQuestion.read(new QuestionBody(endless(), Long.MAX_VALUE, goOn)))
        .isInstanceOf(Refusal.class)
        .hasMessage("too slow");
  }

  @Test
  void a_body_of_exactly_the_limit_is_read_byte_by_byte_and_whole() throws Exception {
    var body = new QuestionBody(new ByteArrayInputStream(REPLY), REPLY.length, () -> {});
    assertThat(body.read()).isEqualTo('{');
    assertThat(body.readAllBytes()).hasSize(REPLY.length - 1);
    assertThat(body.read()).isEqualTo(-1);
  }
}
