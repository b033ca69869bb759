package dev.vcsnap.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Disks as QEMU reads them. */
final class ForeignImage {

  private ForeignImage() {}

  /** Skips the test when QEMU is absent. */
  static void need() throws Exception {
    boolean there;
    try {
      there = new ProcessBuilder("qemu-img", "--version").start().waitFor() == 0;
    } catch (IOException absent) {
      there = false;
    }
    assumeTrue(there, "qemu-img is not installed: it does not look at our streams");
  }

  /** The bytes of a disk. */
  static byte[] raw(Path image, Path target) throws Exception {
    run("qemu-img", "convert", "-O", "raw", image, target);
    return Files.readAllBytes(target);
  }

  static void run(Object... command) throws Exception {
    List<String> words = Arrays.stream(command).map(Object::toString).toList();
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("%s: %s", words, said).isZero();
  }
}
