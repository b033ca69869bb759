package dev.vcsnap.disk.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.ground.clock.SystemClock;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PresentContentTest {

  @TempDir Path directory;

  @Test
  void after_a_revert_nothing_old_is_written_over_what_came_back() {
    Path base = directory.resolve("VM.vmdk");
    var factory = new DiskFactory(new Ids(new Dice(3)), new SystemClock());
    factory.createFlat(base, 1 << 20, true);
    try (RunningDisk disk = factory.open(base, OpenMode.READ_WRITE)) {
      BlockDevice remembered = disk.presentContent();
      PreparedFork fork = disk.prepareFork(directory.resolve("VM-000001.vmdk"));
      fork.closeGate();
      fork.commit();
      fork.openGate();
      remembered.writeAt(0, ByteBuffer.wrap(new byte[] {1}));
      factory.createDelta(directory.resolve("VM-000002.vmdk"), base);
      disk.switchTo(directory.resolve("VM-000002.vmdk"));
      for (Runnable use :
          new Runnable[] {
            () -> remembered.writeAt(0, ByteBuffer.wrap(new byte[] {2})),
            () -> remembered.writeZeroesAt(0, 4096),
            () -> remembered.discardAt(0, 4096),
            () -> remembered.readAt(0, ByteBuffer.allocate(1)),
            () -> remembered.statusOf(0, 512),
            remembered::flush
          }) {
        assertThatThrownBy(use::run)
            .isInstanceOfSatisfying(
                BlockError.class, e -> assertThat(e.kind()).isEqualTo(BlockError.Kind.CLOSED));
      }
      ByteBuffer one = ByteBuffer.allocate(1);
      disk.presentContent().readAt(0, one);
      assertThat(one.get(0)).isZero();
      remembered.close();
      disk.writeAt(0, ByteBuffer.wrap(new byte[] {3}));
    }
  }
}
