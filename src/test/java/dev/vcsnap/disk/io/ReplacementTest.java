package dev.vcsnap.disk.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.crash.CrashStates;
import dev.vcsnap.disk.crash.FileTree;
import dev.vcsnap.disk.crash.MemoryFiles;
import dev.vcsnap.disk.crash.RecordingFiles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReplacementTest {

  private static final Path DIRECTORY = Path.of("/vm");
  private static final Path FILE = DIRECTORY.resolve("VM.vmx");
  private static final long SEED = Long.getLong("vcsnap.crash.seed", System.nanoTime());

  @Test
  void everyPowerLossLeavesTheOldContentOrTheNewOne() {
    RecordingFiles files = RecordingFiles.inMemory(new FileTree());
    int[] begun = new int[6];
    for (int i = 0; i < begun.length; i++) {
      begun[i] = files.length();
      files.replace(FILE, content(i));
    }
    CrashStates states = new CrashStates(files.start(), files.log());
    Random random = new Random(SEED);
    while (!states.atEnd()) {
      states.advance();
      int newest = (int) Arrays.stream(begun).filter(from -> from < states.point()).count() - 1;
      int end = newest + 1 < begun.length ? begun[newest + 1] : files.length();
      boolean ended = states.point() == end;
      for (int i = 0; i < 50; i++) {
        MemoryFiles left = new MemoryFiles(states.random(random));
        if (left.exists(FILE)) {
          byte[] found = left.read(FILE, 100_000);
          assertThat(
                  Arrays.equals(found, content(newest))
                      || !ended && newest > 0 && Arrays.equals(found, content(newest - 1)))
              .as("seed %d, after change %d", SEED, states.point())
              .isTrue();
        } else {
          assertThat(newest).as("seed %d", SEED).isZero();
        }
        assertThat(left.list(DIRECTORY))
            .allMatch(file -> file.equals(FILE) || Replacement.isTemporary(file));
      }
    }
  }

  @Test
  void aFailureOfTheLastStepLeavesTheOldContentToBeRead() {
    MemoryFiles files = new MemoryFiles();
    files.replace(FILE, content(1));
    Replacement replacement = new Replacement(new UnsyncedDirectory(files), files::rename);

    assertThatThrownBy(() -> replacement.replace(FILE, content(2)))
        .isInstanceOf(BlockError.class)
        .hasMessage("no sync");

    assertThat(files.read(FILE, 100_000)).isEqualTo(content(1));
    assertThat(files.list(DIRECTORY)).containsExactly(FILE);
  }

  @Test
  void aFailureOfTheLastStepLeavesNoFileThatWasNotThere() {
    MemoryFiles files = new MemoryFiles();
    Replacement replacement = new Replacement(new UnsyncedDirectory(files), files::rename);

    assertThatThrownBy(() -> replacement.replace(FILE, content(2))).isInstanceOf(BlockError.class);

    assertThat(files.list(DIRECTORY)).isEmpty();
  }

  private static byte[] content(int version) {
    return "%d\n".formatted(version).repeat(1000 + version).getBytes(StandardCharsets.US_ASCII);
  }

  /** Files whose directory cannot be made durable. */
  private static final class UnsyncedDirectory extends ForwardingFiles {

    UnsyncedDirectory(MemoryFiles files) {
      super(files);
    }

    @Override
    public void syncDirectory(Path directory) {
      throw new BlockError(BlockError.Kind.IO, "no sync");
    }
  }
}
