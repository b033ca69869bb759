package dev.vcsnap.disk.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockError.Kind;
import dev.vcsnap.disk.cbt.ChangeId;
import dev.vcsnap.disk.cbt.Range;
import dev.vcsnap.evidence.Rule;
import dev.vcsnap.evidence.Witness;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GrowTest {

  private static final long MIB = 1 << 20;
  private static final long GIB = 1 << 30;

  @TempDir Path directory;
  private DiskBench bench;

  @BeforeEach
  void prepare() {
    bench = new DiskBench(directory);
  }

  private static ByteBuffer one(int value) {
    return ByteBuffer.allocate(1).put(0, (byte) value);
  }

  private static byte byteAt(RunningDisk disk, long offset) {
    ByteBuffer found = ByteBuffer.allocate(1);
    disk.readAt(offset, found);
    return found.get(0);
  }

  @Test
  void aDiskGrowsWhileItIsOpenAndStaysGrown() {
    try (RunningDisk disk = bench.create(3 * MIB + 512)) {
      disk.writeAt(3 * MIB + 511, one(1));
      disk.grow(20 * MIB);
      assertThat(disk.sizeBytes()).isEqualTo(20 * MIB);
      assertThat(byteAt(disk, 3 * MIB + 511)).isEqualTo((byte) 1);
      assertThat(byteAt(disk, 3 * MIB + 512)).isZero();
      disk.writeAt(20 * MIB - 1, one(2));
      bench.fork(disk);
      disk.writeAt(0, one(3));
    }
    bench.assertNothingWrong();
    try (RunningDisk disk = bench.open(directory.resolve("VM-000001.vmdk"))) {
      assertThat(disk.sizeBytes()).isEqualTo(20 * MIB);
      assertThat(byteAt(disk, 20 * MIB - 1)).isEqualTo((byte) 2);
      assertThat(disk.descriptorOf(bench.base).ddb())
          .containsEntry("ddb.geometry.cylinders", Long.toString(20 * MIB / 512 / 64 / 32));
    }
  }

  @Test
  void aDiskWithAParentCannotGrow() {
    try (RunningDisk disk = bench.create(MIB)) {
      bench.fork(disk);
      assertThatThrownBy(() -> disk.grow(2 * MIB))
          .isInstanceOfSatisfying(
              BlockError.class, error -> assertThat(error.kind()).isEqualTo(Kind.UNSUPPORTED))
          .hasMessageContaining("disks with parents cannot be expanded");
    }
  }

  @Test
  void aDiskCannotShrink() {
    try (RunningDisk disk = bench.create(MIB)) {
      assertThatThrownBy(() -> disk.grow(MIB - 512)).hasMessageContaining("only larger");
      disk.grow(MIB);
      assertThat(disk.sizeBytes()).isEqualTo(MIB);
    }
  }

  @Test
  @Rule(
      value = "C21",
      says =
          "Growing a disk beyond 128 GiB and its doublings loses no change, and new space counts as"
              + " changed.",
      by = Witness.KNOWLEDGE_BASE)
  void growingAcross128GibKeepsEveryChange() {
    try (RunningDisk disk = bench.create(128 * GIB)) {
      disk.enableTracking();
      disk.writeAt(70_000, one(1));
      ChangeId before = disk.changeId();
      disk.writeAt(128 * GIB - 1, one(2));
      disk.grow(300 * GIB);
      List<Range> areas = disk.changes(disk.leaf()).changedSince(before, 0, 100);
      long block = 256 << 10;
      assertThat(areas)
          .containsExactly(new Range(0, block), new Range(128 * GIB - block, 172 * GIB + block));
      assertThat(disk.changeId().epoch()).isEqualTo(before.epoch());
    }
    try (RunningDisk disk = bench.open(bench.base)) {
      assertThat(disk.changes(disk.leaf()).blockSizeBytes()).isEqualTo(256 << 10);
    }
  }

  @Test
  void anInterruptedGrowthIsUndone() throws Exception {
    bench.create(MIB).close();
    Path flat = directory.resolve("VM-flat.vmdk");
    try (var file = new RandomAccessFile(flat.toFile(), "rw")) {
      file.setLength(2 * MIB);
    }
    bench.open(bench.base).close();
    assertThat(flat).hasSize(MIB);
    bench.assertNothingWrong();
  }

  @Test
  void whatAnInterruptedGrowthLeftIsNotRead() throws Exception {
    bench.create(MIB).close();
    Path flat = directory.resolve("VM-flat.vmdk");
    byte[] longer = new byte[(int) (2 * MIB)];
    longer[(int) (MIB + 5)] = 7;
    Files.write(flat, longer);
    try (RunningDisk disk = bench.open(bench.base)) {
      assertThat(disk.sizeBytes()).isEqualTo(MIB);
      disk.grow(3 * MIB);
      assertThat(byteAt(disk, MIB + 5)).isZero();
    }
    bench.assertNothingWrong();
  }
}
