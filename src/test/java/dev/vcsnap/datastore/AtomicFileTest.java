package dev.vcsnap.datastore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vcsnap.disk.block.BlockError;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {

  @TempDir Path folder;

  @Test
  void makesAndReplaces() throws IOException {
    Path file = folder.resolve("vm.vmx");

    AtomicFile.replace(file, bytes("first"));
    AtomicFile.replace(file, bytes("2"));

    assertThat(file).hasContent("2");
    assertThat(folder.toFile().list()).containsExactly("vm.vmx");
  }

  @Test
  void aFailureKeepsTheOldContentAndLeavesNothing() throws IOException {
    Path file = folder.resolve("vm.vmx");
    Files.createDirectories(file.resolve("not-empty"));

    assertThatThrownBy(() -> AtomicFile.replace(file, bytes("x")))
        .isInstanceOf(BlockError.class)
        .hasMessageContaining(file.toString());
    assertThatThrownBy(() -> AtomicFile.replace(folder.resolve("none/x"), bytes("x")))
        .isInstanceOfSatisfying(
            BlockError.class, e -> assertThat(e.kind()).isEqualTo(BlockError.Kind.NOT_FOUND));

    assertThat(file.resolve("not-empty")).exists();
    assertThat(folder.toFile().list()).containsExactly("vm.vmx");
  }

  @Test
  void aReaderSeesTheOldOrTheNewContentWhileSeveralWrite() throws Exception {
    Path file = folder.resolve("vm.vmsd");
    AtomicFile.replace(file, filled('a'));
    AtomicBoolean done = new AtomicBoolean();
    CountDownLatch reading = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Integer> reader =
          threads.submit(() -> {
            int reads = 0;
            while (!done.get()) {
              byte[] content = Files.readAllBytes(file);
              assertThat(content).hasSize(50_000).containsOnly(content[0]);
              reads++;
              reading.countDown();
            }
            return reads;
          });
      reading.await();
      Future<?>[] writers = new Future<?>[3];
      for (int w = 0; w < writers.length; w++) {
        char letter = (char) ('b' + w);
        writers[w] =
            threads.submit(() -> {
              for (int i = 0; i < 20; i++) {
                AtomicFile.replace(file, filled(letter));
              }
            });
      }
      for (Future<?> writer : writers) {
        writer.get();
      }
      done.set(true);
      assertThat(reader.get()).isPositive();
    }
    assertThat(folder.toFile().list()).containsExactly("vm.vmsd");
  }

  @Test
  void aKilledWriterLeavesAWholeFileAndAtMostATemporaryOne() throws Exception {
    Path file = folder.resolve("vm.vmsd");
    for (int round = 0; round < 3; round++) {
      Process writer =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "--enable-native-access=ALL-UNNAMED",
                  "-cp",
                  System.getProperty("java.class.path"),
                  EndlessWriter.class.getName(),
                  file.toString())
              .redirectErrorStream(true)
              .start();
      try (BufferedReader said = writer.inputReader()) {
        for (int i = 0; i < 5 + round; i++) {
          assertThat(said.readLine()).isEqualTo("replaced");
        }
      } finally {
        writer.destroyForcibly().waitFor();
      }
      byte[] content = Files.readAllBytes(file);
      assertThat(content).hasSize(50_000).containsOnly(content[0]);
      assertThat(AtomicFile.removeLeftovers(folder)).hasSizeLessThan(2);
      assertThat(folder.toFile().list()).containsExactly("vm.vmsd");
    }
  }

  /** What the killed process does. */
  static final class EndlessWriter {

    private EndlessWriter() {}

    public static void main(String[] arguments) {
      for (char letter = 'a'; ; letter = letter == 'a' ? 'b' : 'a') {
        AtomicFile.replace(Path.of(arguments[0]), filled(letter));
        System.out.println("replaced");
      }
    }
  }

  @Test
  void removesWhatACrashLeftAndNothingElse() throws IOException {
    for (String name :
        new String[] {
          ".vcsnap-0.tmp", ".vcsnap-17.tmp", ".vcsnap-uuid", "vm.vmx", ".vcsnap-x.tmp", "a.tmp"
        }) {
      Files.writeString(folder.resolve(name), "");
    }

    assertThat(AtomicFile.removeLeftovers(folder))
        .containsExactly(".vcsnap-0.tmp", ".vcsnap-17.tmp");
    assertThat(folder.toFile().list())
        .containsExactlyInAnyOrder(".vcsnap-uuid", "vm.vmx", ".vcsnap-x.tmp", "a.tmp");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] filled(char letter) {
    byte[] content = new byte[50_000];
    Arrays.fill(content, (byte) letter);
    return content;
  }
}
