package dev.vcsnap.guest.simulated.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.MemoryDisk;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class SimulatedDiskTest {

  private static final long DISK_BYTES = 4 << 20;

  /** A sound volume with room for three files. */
  private static final VolumeLayout SMALL = new VolumeLayout(1, 64, 65, 2, 67, 70, 3);

  @Test
  void whenever_it_is_cut_it_needs_recovery_and_recovers() {
    long seed = new Random().nextLong();
    CutDisk disk = new CutDisk(DISK_BYTES);
    SimulatedDisk guest = SimulatedDisk.boot(disk, new Random(seed));
    int booted = disk.writes();
    for (int i = 0; i < 400; i++) {
      guest.step();
    }
    for (int writes = booted; writes <= disk.writes(); writes += 3) {
      MemoryDisk cut = disk.after(writes);
      Inspection seen = Inspection.of(cut);
      assertThat(seen.needsRecovery()).as("seed %d, %d writes", seed, writes).isTrue();
      assertThat(seen.isSettled()).as("seed %d, %d writes", seed, writes).isFalse();
      assertThat(seen.contradictions()).as("seed %d, %d writes", seed, writes).isEmpty();
      SimulatedDisk again = SimulatedDisk.boot(cut, new Random(1));
      again.shutDown();
      Inspection after = Inspection.of(cut);
      assertThat(after.contradictions()).as("seed %d, %d writes", seed, writes).isEmpty();
      assertThat(after.files()).as("seed %d, %d writes", seed, writes).isEqualTo(seen.files());
      assertThat(after.isSettled()).isTrue();
      assertThat(after.needsRecovery()).isFalse();
    }
  }

  @Test
  void a_disk_that_is_cut_while_the_volume_is_made_is_left_alone_or_booted() {
    CutDisk disk = new CutDisk(DISK_BYTES);
    SimulatedDisk.boot(disk, new Random(5));
    for (int writes = 0; writes <= disk.writes(); writes++) {
      MemoryDisk cut = disk.after(writes);
      if (writes == 0 || SimulatedDisk.isVolume(cut)) {
        SimulatedDisk.boot(cut, new Random(6)).step();
      } else {
        assertThatThrownBy(() -> SimulatedDisk.boot(cut, new Random(6)))
            .isInstanceOf(BlockError.class);
      }
    }
  }

  @Test
  void only_a_frozen_file_system_needs_no_recovery_and_only_a_frozen_application_is_settled() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    MemoryDisk disk = new MemoryDisk(DISK_BYTES);
    SimulatedDisk guest = SimulatedDisk.boot(disk, random);
    boolean application = false;
    boolean fileSystem = false;
    for (int i = 0; i < 2_000; i++) {
      switch (random.nextInt(8)) {
        case 0 -> {
          guest.freezeApplication();
          application |= !fileSystem;
        }
        case 1 -> {
          guest.thawApplication();
          application &= fileSystem;
        }
        case 2 -> {
          guest.freezeFileSystem();
          fileSystem = true;
        }
        case 3 -> {
          // As hosts do: the file system first.
          guest.thawFileSystem();
          guest.thawApplication();
          fileSystem = false;
          application = false;
        }
        default -> assertThat(guest.step()).isIn(!fileSystem, false);
      }
      if (i % 10 == 0) {
        Inspection seen = Inspection.of(disk);
        assertThat(seen.needsRecovery()).as("seed %d, step %d", seed, i).isEqualTo(!fileSystem);
        assertThat(seen.contradictions()).as("seed %d, step %d", seed, i).isEmpty();
        assertThat(seen.isSettled()).as("seed %d, step %d", seed, i).isEqualTo(application);
      }
    }
  }

  @Test
  void the_same_chance_gives_the_same_bytes() {
    assertThat(contentAfterSteps(11)).isEqualTo(contentAfterSteps(11));
    assertThat(contentAfterSteps(11)).isNotEqualTo(contentAfterSteps(12));
  }

  private static byte[] contentAfterSteps(long seed) {
    MemoryDisk disk = new MemoryDisk(DISK_BYTES);
    SimulatedDisk guest = SimulatedDisk.boot(disk, new Random(seed));
    for (int i = 0; i < 500; i++) {
      guest.step();
    }
    return disk.content();
  }

  @Test
  void a_disk_with_anything_else_on_it_is_left_alone() {
    MemoryDisk disk = new MemoryDisk(DISK_BYTES);
    disk.writeAt(3_000_000, ByteBuffer.wrap("mine".getBytes(StandardCharsets.US_ASCII)));
    byte[] before = disk.content();
    assertThatThrownBy(() -> SimulatedDisk.boot(disk, new Random(1)))
        .isInstanceOf(BlockError.class)
        .hasMessageContaining("byte 3000000 is not zero");
    assertThat(disk.content()).isEqualTo(before);
  }

  @Test
  void what_follows_the_volume_is_never_written() {
    MemoryDisk disk = new MemoryDisk(DISK_BYTES);
    SimulatedDisk guest = SimulatedDisk.boot(disk, new Random(2));
    int end = (int) VolumeLayout.OF_NEW_VOLUMES.end() * Blocks.BLOCK_BYTES;
    byte[] mine = "a client's bytes".getBytes(StandardCharsets.US_ASCII);
    disk.writeAt(end, ByteBuffer.wrap(mine));
    for (int i = 0; i < 3_000; i++) {
      guest.step();
    }
    guest.shutDown();
    assertThat(disk.content()).containsSequence(mine);
  }

  @Test
  void a_guest_whose_superblock_was_overwritten_writes_no_more() {
    MemoryDisk disk = new MemoryDisk(DISK_BYTES);
    SimulatedDisk guest = SimulatedDisk.boot(disk, new Random(3));
    disk.writeAt(0, ByteBuffer.allocate(8192));
    byte[] before = disk.content();
    refuses(guest::step);
    refuses(guest::freezeApplication);
    refuses(guest::freezeFileSystem);
    refuses(guest::shutDown);
    assertThat(disk.content()).isEqualTo(before);
  }

  @Test
  void a_guest_whose_disk_was_formatted_while_it_was_frozen_does_not_take_it_back() {
    MemoryDisk disk = new MemoryDisk(DISK_BYTES);
    SimulatedDisk guest = SimulatedDisk.boot(disk, new Random(3));
    guest.freezeApplication();
    guest.freezeFileSystem();
    disk.writeAt(0, ByteBuffer.allocate(Blocks.SECTOR_BYTES));
    byte[] before = disk.content();
    refuses(guest::thawFileSystem);
    refuses(guest::thawApplication);
    refuses(guest::step);
    assertThat(disk.content()).isEqualTo(before);
  }

  @Test
  void a_guest_whose_disk_was_formatted_before_a_frozen_application_thaws_writes_no_more() {
    MemoryDisk disk = new MemoryDisk(DISK_BYTES);
    SimulatedDisk guest = SimulatedDisk.boot(disk, new Random(3));
    guest.freezeApplication();
    disk.writeAt(0, ByteBuffer.allocate(Blocks.SECTOR_BYTES));
    byte[] before = disk.content();
    refuses(guest::thawApplication);
    assertThat(disk.content()).isEqualTo(before);
  }

  @Test
  void a_guest_that_is_shut_down_while_it_is_frozen_writes_nothing() {
    CutDisk disk = new CutDisk(DISK_BYTES);
    SimulatedDisk guest = SimulatedDisk.boot(disk, new Random(3));
    guest.freezeFileSystem();
    int writes = disk.writes();
    guest.shutDown();
    guest.thawFileSystem();
    assertThat(disk.writes()).isEqualTo(writes);
  }

  private static void refuses(ThrowingCallable writing) {
    assertThatThrownBy(writing)
        .isInstanceOf(BlockError.class)
        .hasMessageContaining("somebody else");
  }

  @Test
  void a_volume_with_less_room_than_a_guest_likes_is_filled_and_kept_sound() {
    MemoryDisk disk = new MemoryDisk(DISK_BYTES);
    SimulatedDisk.boot(disk, new Random(4)).shutDown();
    disk.writeAt(0, new Superblock(new UUID(1, 2), false, 1, SMALL, 0, 0).bytes());
    SimulatedDisk guest = SimulatedDisk.boot(disk, new Random(4));
    for (int i = 0; i < 500; i++) {
      guest.step();
      assertThat(Inspection.of(disk).contradictions()).as("step %d", i).isEmpty();
    }
    assertThat(Inspection.of(disk).files()).isBetween(1, SMALL.dataBlocks());
  }

  @Test
  void a_disk_that_is_too_small_is_refused() {
    assertThatThrownBy(() -> SimulatedDisk.boot(new MemoryDisk(1 << 20), new Random(1)))
        .isInstanceOf(BlockError.class)
        .hasMessageContaining("too small");
  }
}
