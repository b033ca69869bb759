package dev.vcsnap.browse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.vcsnap.datastore.Datastore;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.chain.OpenMode;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.ground.clock.SystemClock;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Reading the files of a disk that is open for writing. POSIX locks would be lost when the process
 * closes any descriptor of the file; the engine's must not be.
 */
class RunningDiskFolderTest {

  private static final String Q = "?dcPath=DC0&dsName=LocalDS_0";
  private static final int SIZE = 1 << 20;

  @TempDir Path root;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void readingAnExtentShowsWhatWasWrittenAndLeavesTheLock(boolean zeroCopy) throws IOException {
    Datastore datastore = new Datastore("LocalDS_0", root);
    DiskFactory disks = new DiskFactory(new Ids(new Dice(1)), new SystemClock());
    Path descriptor = Files.createDirectory(root.resolve("VM")).resolve("VM.vmdk");
    disks.createFlat(descriptor, SIZE, true);
    byte[] content = new byte[SIZE];
    new Random(2).nextBytes(content);
    try (RunningDisk disk = disks.open(descriptor, OpenMode.READ_WRITE);
        FolderServer server = new FolderServer(zeroCopy, datastore)) {
      disk.writeAt(0, ByteBuffer.wrap(content));
      for (String name : List.of("VM-flat.vmdk", "VM.vmdk")) {
        assertThat(server.get("/folder/VM/" + name + Q).status()).isEqualTo(200);
        assertThat(server.get("/folder/VM/" + name + Q, "Range: bytes=10-20").status())
            .isEqualTo(206);
      }
      assertThat(server.get("/folder/VM/VM-flat.vmdk" + Q).body()).isEqualTo(content);
      assertLocked(disks, descriptor);

      disk.writeAt(100, ByteBuffer.wrap(new byte[50]));
      Arrays.fill(content, 100, 150, (byte) 0);
      assertThat(server.get("/folder/VM/VM-flat.vmdk" + Q).body()).isEqualTo(content);
      assertLocked(disks, descriptor);
    }
    disks.open(descriptor, OpenMode.READ_WRITE).close();
  }

  private static void assertLocked(DiskFactory disks, Path descriptor) {
    assertThatThrownBy(() -> disks.open(descriptor, OpenMode.READ_WRITE))
        .isInstanceOfSatisfying(
            BlockError.class, e -> assertThat(e.kind()).isEqualTo(BlockError.Kind.LOCKED));
  }

  @Test
  void anotherProcessSeesTheLockAfterARead() throws Exception {
    Datastore datastore = new Datastore("LocalDS_0", root);
    DiskFactory disks = new DiskFactory(new Ids(new Dice(1)), new SystemClock());
    Path descriptor = Files.createDirectory(root.resolve("VM")).resolve("VM.vmdk");
    disks.createFlat(descriptor, SIZE, true);
    Path extent = root.resolve("VM/VM-flat.vmdk");
    assertThat(canLock(extent)).isTrue();
    try (RunningDisk disk = disks.open(descriptor, OpenMode.READ_WRITE);
        FolderServer server = new FolderServer(true, datastore)) {
      assertThat(canLock(extent)).isFalse();
      assertThat(server.get("/folder/VM/VM-flat.vmdk" + Q).body()).hasSize(SIZE);
      assertThat(canLock(extent)).isFalse();
      disk.flush();
    }
    assertThat(canLock(extent)).isTrue();
  }

  /** Asks util-linux's flock, a process that knows nothing of ours. */
  private static boolean canLock(Path file) throws InterruptedException {
    try {
      return new ProcessBuilder("flock", "--nonblock", file.toString(), "true")
              .inheritIO()
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return abort("flock is not installed: " + e.getMessage());
    }
  }
}
