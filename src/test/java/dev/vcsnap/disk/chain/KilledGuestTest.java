package dev.vcsnap.disk.chain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code kill -9} in the middle of writing, forking and merging. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class KilledGuestTest {

  @TempDir Path directory;

  @RepeatedTest(4)
  void everyFlushedByteIsThereAfterKillMinusNine(RepetitionInfo repetition) throws Exception {
    Process guest =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath(),
                KilledGuest.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    long flushed = 0;
    try (BufferedReader said =
        new BufferedReader(new InputStreamReader(guest.getInputStream(), StandardCharsets.UTF_8))) {
      long enough = 2000 + 777L * repetition.getCurrentRepetition();
      while (flushed < enough) {
        String line = said.readLine();
        assertThat(line).as("the guest ended after %d", flushed).isNotNull();
        flushed = Long.parseLong(line);
      }
    } finally {
      guest.destroyForcibly().waitFor();
    }
    DiskBench bench = new DiskBench(directory);
    Path leaf = directory.resolve(Files.readString(directory.resolve(KilledGuest.LEAF_FILE)));
    RunningDisk disk = bench.open(leaf);
    for (long value = Math.max(1, flushed - KilledGuest.SLOTS + 1); value <= flushed; value++) {
      ByteBuffer block = ByteBuffer.allocate(700);
      disk.readAt(value % KilledGuest.SLOTS * KilledGuest.STRIDE, block);
      long found = block.getLong(0);
      // A later write to the same place may have arrived, but nothing older may be there.
      assertThat(found).as("flushed up to %d", flushed).isGreaterThanOrEqualTo(value);
      assertThat((found - value) % KilledGuest.SLOTS).isZero();
      for (int i = 8; i < 700; i++) {
        assertThat(block.get(i)).isEqualTo((byte) found);
      }
    }
    disk.commitInto(bench.base, DiskBench.unwatched());
    disk.close();
    bench.open(bench.base).close();
  }

  /** Where the guest's classes are, however this test was started. */
  private static String classPath() {
    return Stream.of(KilledGuest.class, DiskFactory.class, Assertions.class)
        .map(type ->
            Path.of(URI.create(type.getProtectionDomain().getCodeSource().getLocation() + "")))
        .map(Path::toString)
        .collect(Collectors.joining(File.pathSeparator));
  }
}
