package dev.vcsnap.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.vcsnap.guest.rpc.GuestInput;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a guest sends to its host is answered or ends the connection, and is bounded. */
class GuestRpcFuzzTest {

  private static final long SEED = 20_261_129;
  private static final int ROUNDS = 3_000;

  static Stream<byte[]> streams() {
    return Stream.of(GuestInput.streams());
  }

  @MethodSource("streams")
  @FuzzTest(maxDuration = "1m")
  void stream(byte[] bytes) {
    GuestInput.read(bytes);
  }

  @Test
  void damaged_streams() {
    Mutations.each(GuestInput.streams(), ROUNDS, SEED, this::stream);
  }
}
