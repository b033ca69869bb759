package dev.vcsnap.disk.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** A program that is not ours and reads or writes our formats. */
final class ForeignTool {

  private ForeignTool() {}

  /** Skips the test when the tool is absent. */
  static void need(String tool, String argument) throws Exception {
    boolean there;
    try {
      Process process = new ProcessBuilder(tool, argument).redirectErrorStream(true).start();
      process.getInputStream().readAllBytes();
      there = process.waitFor() == 0;
    } catch (IOException absent) {
      there = false;
    }
    assumeTrue(there, tool + " is not installed: it does not look at our files");
  }

  static void run(Object... command) throws Exception {
    List<String> words = Arrays.stream(command).map(Object::toString).toList();
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("%s: %s", words, said).isZero();
  }

  static String sha256(byte[] content) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
  }
}
