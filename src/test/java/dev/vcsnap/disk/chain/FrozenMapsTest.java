package dev.vcsnap.disk.chain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.io.FailingFiles;
import dev.vcsnap.ground.clock.SystemClock;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Maps that wait to be stored while their links come and go. */
class FrozenMapsTest {

  @TempDir Path directory;
  private final FailingFiles files = new FailingFiles();
  private final DiskFactory factory =
      new DiskFactory(new Ids(new Dice(1)), new SystemClock(), files);

  @Test
  void a_map_that_could_not_be_stored_is_not_stored_for_a_link_that_is_gone() throws Exception {
    Path base = directory.resolve("VM.vmdk");
    Path aside = directory.resolve("VM-000001.vmdk");
    Path leaf = directory.resolve("VM-000002.vmdk");
    Path next = directory.resolve("VM-000003.vmdk");
    factory.createFlat(base, 1 << 20, true);
    try (RunningDisk disk = factory.open(base, OpenMode.READ_WRITE)) {
      disk.enableTracking();
      fork(disk, aside);
      disk.writeAt(0, ByteBuffer.allocate(4096));
      PreparedFork fork = disk.prepareFork(leaf);
      fork.closeGate();
      fork.commit();
      files.failWhere(
          BlockError.Kind.NO_SPACE,
          (call, path) -> path.endsWith("VM-000001-ctk.vmdk") && call.needsSpace());
      fork.openGate();
      files.heal();
      factory.createDelta(next, base);
      disk.switchTo(next);

      disk.changeAside(List.of(leaf), () -> factory.delete(leaf));
      factory.delete(aside);
    }

    assertThat(names()).noneMatch(name -> name.startsWith("VM-000001"));
    assertThat(names()).contains("VM-ctk.vmdk", "VM-000003-ctk.vmdk");
  }

  @Test
  void a_map_that_could_not_be_stored_is_stored_later() throws Exception {
    Path base = directory.resolve("VM.vmdk");
    factory.createFlat(base, 1 << 20, true);
    String frozen;
    try (RunningDisk disk = factory.open(base, OpenMode.READ_WRITE)) {
      disk.enableTracking();
      PreparedFork fork = disk.prepareFork(directory.resolve("VM-000001.vmdk"));
      fork.closeGate();
      fork.commit();
      files.failWhere(
          BlockError.Kind.NO_SPACE,
          (call, path) -> path.endsWith("VM-ctk.vmdk") && call.needsSpace());
      fork.openGate();
      files.heal();
      frozen = disk.changeIdOf(base).orElseThrow().toString();
    }
    try (RunningDisk disk =
        factory.open(directory.resolve("VM-000001.vmdk"), OpenMode.READ_WRITE)) {
      assertThat(disk.changeIdOf(base)).hasToString("Optional[" + frozen + "]");
    }
  }

  private static void fork(RunningDisk disk, Path link) {
    PreparedFork fork = disk.prepareFork(link);
    fork.closeGate();
    fork.commit();
    fork.openGate();
  }

  private List<String> names() throws IOException {
    try (Stream<Path> list = Files.list(directory)) {
      return list.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }
}
