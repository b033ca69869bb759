package dev.vcsnap.disk.io;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.vcsnap.disk.block.BlockError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the kernel does after it could not write something back: it says so once. A loop device on a
 * file of a full tmpfs has room for fewer blocks than its file system believes.
 */
class LostWriteTest {

  private static final int BLOCK_BYTES = 1 << 20;

  @TempDir Path temporary;
  private final Deque<Path> mounted = new ArrayDeque<>();

  @AfterEach
  void unmount() throws Exception {
    while (!mounted.isEmpty()) {
      run("umount", mounted.pop().toString());
    }
  }

  @Test
  void after_one_failed_flush_every_flush_fails_until_the_file_is_opened_again() throws Exception {
    Path path = overcommitted().resolve("disk");
    var files = new HostFiles();
    try (DiskFile file = files.create(path)) {
      assertThatThrownBy(
              () -> {
                for (int block = 0; block < 40; block++) {
                  file.writeAt((long) block * BLOCK_BYTES, noise(block));
                  file.sync();
                }
              })
          .isInstanceOf(BlockError.class)
          .hasMessageContaining("make durable");

      for (int again = 0; again < 3; again++) {
        assertThatThrownBy(file::sync)
            .isInstanceOf(BlockError.class)
            .hasMessageContaining("has lost writes");
      }
    }
    try (DiskFile file = files.open(path, true)) {
      file.sync();
    }
  }

  private static ByteBuffer noise(int block) {
    var bytes = new byte[BLOCK_BYTES];
    java.util.Arrays.fill(bytes, (byte) (block + 1));
    return ByteBuffer.wrap(bytes);
  }

  private Path overcommitted() throws Exception {
    assumeTrue(
        "root".equals(System.getProperty("user.name")), "mounting a small file system needs root");
    Path small = Files.createDirectory(temporary.resolve("small"));
    Path large = Files.createDirectory(temporary.resolve("large"));
    String image = small.resolve("image").toString();
    boolean works = run("mount", "-t", "tmpfs", "-o", "size=12m", "none", small.toString());
    if (works) {
      mounted.push(small);
      works =
          run("truncate", "-s", "64M", image)
              && run("mkfs.ext4", "-q", "-O", "^has_journal", image)
              && run("mount", "-o", "loop", image, large.toString());
    }
    assumeTrue(works, "a loop device cannot be mounted here");
    mounted.push(large);
    return large;
  }

  private static boolean run(String... command) throws Exception {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException absent) {
      return false;
    }
  }
}
