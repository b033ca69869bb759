package dev.vcsnap.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.vcsnap.disk.block.MemoryDisk;
import dev.vcsnap.guest.simulated.disk.SimulatedDisk;
import dev.vcsnap.quiesce.Consistency;
import dev.vcsnap.verify.Verdict.Answer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsistencyCheckTest {

  private static final int DISK_BYTES = 16 << 20;

  @TempDir Path directory;

  private static Verdict verdictOf(MemoryDisk... disks) {
    List<Finding> findings = new ArrayList<>();
    for (MemoryDisk disk : disks) {
      findings.addAll(new ConsistencyCheck().look("disk", disk));
    }
    return new Verdict(findings);
  }

  // ---- a simulated guest

  @Test
  void a_simulated_guest_tells_all_three_kinds_apart() {
    MemoryDisk disk = new MemoryDisk(DISK_BYTES);
    SimulatedDisk guest = SimulatedDisk.boot(disk, new Random(4));
    for (int round = 0; round < 20; round++) {
      for (int i = 0; i < 37; i++) {
        guest.step();
      }
      assertThat(verdictOf(disk).kind()).contains(Consistency.CRASH);
      guest.freezeFileSystem();
      assertThat(verdictOf(disk).kind()).contains(Consistency.FILE_SYSTEM);
      guest.thawFileSystem();
      guest.freezeApplication();
      assertThat(verdictOf(disk).kind()).contains(Consistency.CRASH);
      guest.freezeFileSystem();
      assertThat(verdictOf(disk).kind()).contains(Consistency.APPLICATION);
      guest.thawFileSystem();
      guest.thawApplication();
    }
  }

  @Test
  void a_freeze_that_was_written_into_is_refuted() {
    MemoryDisk disk = new MemoryDisk(DISK_BYTES);
    SimulatedDisk guest = SimulatedDisk.boot(disk, new Random(4));
    for (int i = 0; i < 50; i++) {
      guest.step();
    }
    ByteBuffer superblock = ByteBuffer.allocate(512);
    guest.freezeApplication();
    guest.freezeFileSystem();
    disk.readAt(0, superblock);
    guest.thawFileSystem();
    guest.thawApplication();
    for (int i = 0; i < 9; i++) {
      guest.step();
    }
    // The superblock of the frozen moment, and what was written after it.
    disk.writeAt(0, superblock.flip());
    Verdict verdict = verdictOf(disk);
    assertThat(verdict.kind()).contains(Consistency.CRASH);
    assertThat(verdict.to(Consistency.APPLICATION)).isEqualTo(Answer.REFUTED);
    assertThat(verdict.findings().getFirst().reasons().toString()).contains("not at home");
  }

  @Test
  void the_weakest_disk_decides() {
    MemoryDisk running = new MemoryDisk(DISK_BYTES);
    SimulatedDisk.boot(running, new Random(4));
    MemoryDisk frozen = new MemoryDisk(DISK_BYTES);
    SimulatedDisk.boot(frozen, new Random(5)).shutDown();
    assertThat(verdictOf(frozen, new MemoryDisk(DISK_BYTES)).kind())
        .contains(Consistency.APPLICATION);
    assertThat(verdictOf(frozen, running).kind()).contains(Consistency.CRASH);
    assertThat(verdictOf(frozen, extended(false, false)).kind()).contains(Consistency.FILE_SYSTEM);
    assertThat(verdictOf(frozen, magic("XFSB", 0)).kind()).isEmpty();
    assertThat(verdictOf(running, magic("XFSB", 0)).kind()).contains(Consistency.CRASH);
  }

  // ---- ext

  @Test
  void ext_says_whether_it_was_frozen_and_nothing_of_applications() {
    Verdict running = verdictOf(extended(true, false));
    assertThat(running.kind()).contains(Consistency.CRASH);
    assertThat(running.to(Consistency.FILE_SYSTEM)).isEqualTo(Answer.REFUTED);
    Verdict frozen = verdictOf(extended(false, false));
    assertThat(frozen.kind()).contains(Consistency.FILE_SYSTEM);
    assertThat(frozen.to(Consistency.FILE_SYSTEM)).isEqualTo(Answer.CONFIRMED);
    assertThat(frozen.to(Consistency.APPLICATION)).isEqualTo(Answer.POSSIBLE);
  }

  @Test
  void ext_in_partitions_is_found() {
    for (boolean gpt : new boolean[] {false, true}) {
      MemoryDisk disk = new MemoryDisk(DISK_BYTES);
      copy(extended(false, false), disk, 1 << 20);
      copy(extended(true, false), disk, 9 << 20);
      table(disk, gpt, new long[] {2048, 18432}, 14_000);
      Verdict verdict = verdictOf(disk);
      assertThat(verdict.findings())
          .extracting(Finding::place)
          .containsExactly("disk, partition 1", "disk, partition 2");
      assertThat(verdict.kind()).contains(Consistency.CRASH);
    }
  }

  @Test
  void logical_partitions_are_found_and_a_ring_of_them_ends() {
    MemoryDisk disk = new MemoryDisk(DISK_BYTES);
    copy(extended(true, false), disk, (2048 + 64) * 512);
    entry(disk, 0, 0, 0x0F, 2048, 20_000);
    entry(disk, 2048 * 512L, 0, 0x83, 64, 10_000);
    entry(disk, 2048 * 512L, 1, 0x05, 0, 10_000);
    Verdict verdict = verdictOf(disk);
    assertThat(verdict.findings()).extracting(Finding::place).containsExactly("disk, partition 5");
    assertThat(verdict.kind()).contains(Consistency.CRASH);
  }

  @Test
  void a_real_ext4_is_judged_by_its_own_superblock() throws Exception {
    Path image = directory.resolve("ext4.img");
    Files.write(image, new byte[8 << 20]);
    assumeTrue(
        run("mkfs.ext4", "-q", "-F", image) && run("debugfs", "-R", "stats", image),
        "e2fsprogs is not installed: no real ext4 is looked at");
    assertThat(verdictOf(load(image)).kind()).contains(Consistency.FILE_SYSTEM);
    assertThat(run("debugfs", "-w", "-R", "feature needs_recovery", image)).isTrue();
    assertThat(verdictOf(load(image)).kind()).contains(Consistency.CRASH);
  }

  // ---- what does not decide

  @Test
  void what_does_not_decide_is_named_with_the_reason() {
    assertThat(only(magic("XFSB", 0))).matches(f -> f.content().equals("xfs"));
    assertThat(only(magic("XFSB", 0)).reasons().toString()).contains("log of a frozen xfs");
    assertThat(only(magic("_BHRfS_M", 0x10040)).content()).isEqualTo("btrfs");
    assertThat(only(magic("NTFS    ", 3)).content()).isEqualTo("NTFS");
    assertThat(only(magic("LABELONE", 512)).content()).isEqualTo("LVM");
    assertThat(only(magic("something", 5)).content()).isEqualTo("unknown");
    assertThat(only(extended(false, true)).reasons().toString()).contains("checksum");
    assertThat(verdictOf(magic("XFSB", 0)).word()).isEqualTo("unknown");
    assertThat(verdictOf(magic("XFSB", 0)).to(Consistency.APPLICATION)).isEqualTo(Answer.POSSIBLE);
    assertThat(verdictOf(new MemoryDisk(DISK_BYTES)).kind()).isEmpty();
  }

  @Test
  void damaged_bytes_end_in_a_finding_and_never_in_a_failure() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      MemoryDisk disk = new MemoryDisk(DISK_BYTES);
      switch (round % 3) {
        case 0 -> {
          SimulatedDisk guest = SimulatedDisk.boot(disk, new Random(round));
          for (int i = 0; i < 60; i++) {
            guest.step();
          }
        }
        case 1 -> {
          copy(extended(true, false), disk, 1 << 20);
          table(disk, true, new long[] {2048, 18432}, 14_000);
        }
        default -> {
          entry(disk, 0, 0, 0x0F, 2048, 20_000);
          entry(disk, 2048 * 512L, 0, 0x83, 64, 10_000);
        }
      }
      for (int i = 0; i < 40; i++) {
        long at = random.nextInt(random.nextBoolean() ? 2048 : 300 * 4096);
        disk.writeAt(at, ByteBuffer.wrap(new byte[] {(byte) random.nextInt()}));
      }
      assertThat(verdictOf(disk).findings()).as("seed %d, round %d", seed, round).isNotNull();
    }
  }

  // ---- making disks

  private static Finding only(MemoryDisk disk) {
    List<Finding> findings = new ConsistencyCheck().look("disk", disk);
    assertThat(findings).hasSize(1);
    return findings.getFirst();
  }

  private static MemoryDisk magic(String text, long offset) {
    MemoryDisk disk = new MemoryDisk(DISK_BYTES);
    disk.writeAt(offset, ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
    return disk;
  }

  /** The fields of an ext4 superblock that are looked at. */
  private static MemoryDisk extended(boolean needsRecovery, boolean wrongChecksum) {
    ByteBuffer superblock = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);
    superblock.putShort(0x38, (short) 0xEF53).putShort(0x3A, (short) 1);
    superblock.putInt(0x5C, 0x4).putInt(0x60, 0x40 | (needsRecovery ? 0x4 : 0));
    if (wrongChecksum) {
      superblock.putInt(0x64, 0x400).putInt(0x3FC, 1234);
    }
    MemoryDisk disk = new MemoryDisk(4 << 20);
    disk.writeAt(1024, superblock);
    return disk;
  }

  private static void copy(MemoryDisk from, MemoryDisk to, long offset) {
    ByteBuffer start = ByteBuffer.allocate(4096);
    from.readAt(0, start);
    to.writeAt(offset, start.flip());
  }

  private static void table(MemoryDisk disk, boolean gpt, long[] starts, long sectors) {
    if (!gpt) {
      for (int i = 0; i < starts.length; i++) {
        entry(disk, 0, i, 0x83, starts[i], sectors);
      }
      return;
    }
    entry(disk, 0, 0, 0xEE, 1, DISK_BYTES / 512 - 1);
    ByteBuffer header = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);
    header.put(0, "EFI PART".getBytes(StandardCharsets.US_ASCII));
    header.putLong(72, 2).putInt(80, 128).putInt(84, 128);
    disk.writeAt(512, header);
    for (int i = 0; i < starts.length; i++) {
      ByteBuffer entry = ByteBuffer.allocate(128).order(ByteOrder.LITTLE_ENDIAN);
      entry.putLong(0, 77).putLong(32, starts[i]).putLong(40, starts[i] + sectors - 1);
      disk.writeAt(1024 + i * 128L, entry);
    }
  }

  private static void entry(
      MemoryDisk disk, long record, int index, int type, long start, long sectors) {
    ByteBuffer entry = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    entry.put(4, (byte) type).putInt(8, (int) start).putInt(12, (int) sectors);
    disk.writeAt(record + 446 + index * 16L, entry);
    disk.writeAt(record + 510, ByteBuffer.wrap(new byte[] {0x55, (byte) 0xAA}));
  }

  private static MemoryDisk load(Path image) throws IOException {
    byte[] bytes = Files.readAllBytes(image);
    MemoryDisk disk = new MemoryDisk(bytes.length);
    disk.writeAt(0, ByteBuffer.wrap(bytes));
    return disk;
  }

  private static boolean run(Object... command) throws InterruptedException {
    List<String> words = new ArrayList<>();
    for (Object word : command) {
      words.add(word.toString());
    }
    try {
      Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
      process.getInputStream().readAllBytes();
      return process.waitFor() == 0;
    } catch (IOException absent) {
      return false;
    }
  }
}
