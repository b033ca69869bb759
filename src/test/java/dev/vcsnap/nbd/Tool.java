package dev.vcsnap.nbd;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs programs that are not ours. */
final class Tool {

  /** What a program printed, on both streams, and how it ended. */
  record Result(int status, String output) {}

  private Tool() {}

  /** Skips the test, and says so, where {@code program} is not installed. */
  static Result run(String program, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(program));
    command.addAll(Arrays.asList(arguments));
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      String missing = "SKIPPED: the program \"%s\" is not installed".formatted(program);
      System.out.println(missing);
      assumeTrue(false, missing);
      throw e;
    }
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException(program + " does not end");
    }
    return new Result(process.exitValue(), output);
  }
}
