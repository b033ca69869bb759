package dev.vcsnap.disk.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vcsnap.ground.clock.SystemClock;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WriteWatchTest {

  @TempDir Path directory;

  @Test
  void what_arrives_while_somebody_watches_is_counted() throws Exception {
    Path file = directory.resolve("VM.vmdk");
    var factory = new DiskFactory(new Ids(new Dice(3)), new SystemClock());
    factory.createFlat(file, 1 << 20, true);
    try (RunningDisk disk = factory.open(file, OpenMode.READ_WRITE)) {
      disk.writeAt(0, ByteBuffer.allocate(512));
      WriteWatch watch = disk.watchWrites();
      assertThatThrownBy(disk::watchWrites).isInstanceOf(IllegalStateException.class);
      disk.writeAt(0, ByteBuffer.allocate(512));
      disk.writeAt(0, ByteBuffer.allocate(0));
      disk.writeZeroesAt(4096, 8192);
      disk.discardAt(4096, 4096);
      disk.readAt(0, ByteBuffer.allocate(512));
      disk.flush();
      assertThat(watch.writes()).isEqualTo(3);
      watch.close();
      disk.writeAt(0, ByteBuffer.allocate(512));
      assertThat(watch.writes()).isEqualTo(3);
      WriteWatch next = disk.watchWrites();
      watch.close();
      disk.writeAt(0, ByteBuffer.allocate(512));
      assertThat(next.writes()).isEqualTo(1);
    }
  }

  @Test
  void a_write_that_waits_for_the_end_of_a_stun_has_arrived() throws Exception {
    Path file = directory.resolve("VM.vmdk");
    var factory = new DiskFactory(new Ids(new Dice(3)), new SystemClock());
    factory.createFlat(file, 1 << 20, true);
    try (RunningDisk disk = factory.open(file, OpenMode.READ_WRITE);
        WriteWatch watch = disk.watchWrites()) {
      disk.closeGate();
      Thread writer = Thread.ofVirtual().start(() -> disk.writeAt(0, ByteBuffer.allocate(512)));
      while (watch.writes() == 0) {
        Thread.onSpinWait();
      }
      disk.openGate();
      writer.join();
      assertThat(watch.writes()).isEqualTo(1);
    }
  }
}
