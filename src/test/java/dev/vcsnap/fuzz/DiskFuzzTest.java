package dev.vcsnap.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockError.Kind;
import dev.vcsnap.disk.block.BlockStatus;
import dev.vcsnap.disk.block.MemoryDisk;
import dev.vcsnap.disk.cbt.ChangeId;
import dev.vcsnap.disk.cbt.ChangeMap;
import dev.vcsnap.disk.cbt.ChangeMapFile;
import dev.vcsnap.disk.io.DiskFile;
import dev.vcsnap.disk.io.MemoryFile;
import dev.vcsnap.disk.vmdk.Descriptor;
import dev.vcsnap.disk.vmdk.audit.Problems;
import dev.vcsnap.disk.vmdk.hosted.HostedAudit;
import dev.vcsnap.disk.vmdk.hosted.HostedSparseReader;
import dev.vcsnap.disk.vmdk.sesparse.SeSparseAudit;
import dev.vcsnap.disk.vmdk.sesparse.SeSparseFormat;
import dev.vcsnap.disk.vmdk.sparse.SparseExtent;
import dev.vcsnap.disk.vmdk.sparse.TableBudget;
import dev.vcsnap.disk.vmdk.split.SplitDisk;
import dev.vcsnap.disk.vmdk.streamoptimized.StreamReader;
import dev.vcsnap.disk.vmdk.vmfssparse.CowdAudit;
import dev.vcsnap.disk.vmdk.vmfssparse.CowdFormat;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever the bytes of a disk's file are: it opens or is refused by name, and what opens can be
 * read or is refused by name; nothing else is thrown, and no memory is spent on what a file claims.
 *
 * <p>The plain tests show each target a thousand damaged files. How to fuzz one without end is in
 * CONTRIBUTING.md.
 */
class DiskFuzzTest {

  private static final long SEED = 20_260_404;
  private static final int ROUNDS = 1_000;
  private static final Path FILE = Path.of("/disks/x.vmdk");
  private static final TableBudget BUDGET = new TableBudget(16 << 20);
  private static final int PIECE = 1 << 20;
  private static final int LOOKS = 16;

  /** A disk of a descriptor; a parser has no other reason to refuse anything. */
  private static final Set<Kind> REFUSALS =
      EnumSet.of(Kind.NOT_THIS_FORMAT, Kind.CORRUPT, Kind.TOO_NEW, Kind.UNSUPPORTED);

  private static void refusedByNameOrDone(Runnable target) {
    try {
      target.run();
    } catch (BlockError error) {
      assertThat(REFUSALS).as("%s", error.getMessage()).contains(error.kind());
      assertThat(error.getMessage()).isNotBlank();
    }
  }

  /** Reads a few pieces where there is something, and both ends; a disk may claim 64 TiB. */
  private static void look(BlockDevice disk) {
    long size = disk.sizeBytes();
    read(disk, 0);
    read(disk, Math.max(0, size - PIECE));
    List<BlockStatus> pieces = disk.statusOf(0, Math.min(size, 64L << 20));
    long at = 0;
    for (BlockStatus piece : pieces) {
      assertThat(piece.offset()).isEqualTo(at);
      at += piece.length();
    }
    pieces.stream()
        .filter(piece -> piece.kind() == BlockStatus.Kind.DATA)
        .limit(LOOKS)
        .forEach(piece -> read(disk, piece.offset()));
  }

  private static void read(BlockDevice disk, long at) {
    disk.readAt(at, ByteBuffer.allocate((int) Math.min(PIECE, disk.sizeBytes() - at)));
  }

  // ---- descriptors

  static Stream<byte[]> descriptors() {
    return Stream.of(Seeds.descriptors());
  }

  @MethodSource("descriptors")
  @FuzzTest(maxDuration = "1m")
  void descriptor(byte[] bytes) {
    refusedByNameOrDone(() -> {
      Descriptor descriptor = Descriptor.parse(new String(bytes, StandardCharsets.UTF_8));
      assertThat(descriptor.sectors()).isNotNegative();
      Descriptor again = Descriptor.parse(descriptor.text());
      assertThat(again.cid()).isEqualTo(descriptor.cid());
      assertThat(again.extents()).isEqualTo(descriptor.extents());
      assertThat(again.ddb()).isEqualTo(descriptor.ddb());
      assertThat(again.parentFileNameHint()).isEqualTo(descriptor.parentFileNameHint());
      Optional<UUID> _ = descriptor.uuid();
      descriptor.withParent("p.vmdk", 1).withChangeTracking("c.vmdk").withContentId(1, "1").text();
      try (SplitDisk disk = SplitDisk.open(new MemoryFiles(new byte[4096]), FILE, descriptor)) {
        if (disk.sizeBytes() > 0) {
          look(disk);
        }
      }
    });
  }

  @Test
  void damaged_descriptors() {
    Mutations.each(Seeds.descriptors(), ROUNDS, SEED, this::descriptor);
  }

  // ---- hosted files and streams

  static Stream<byte[]> hosted() {
    return Stream.of(Seeds.hosted());
  }

  @MethodSource("hosted")
  @FuzzTest(maxDuration = "1m")
  void hostedFile(byte[] bytes) {
    DiskFile file = new MemoryFile(FILE, bytes);
    refusedByNameOrDone(() -> look(HostedSparseReader.open(file)));
    refusedByNameOrDone(() -> look(HostedSparseReader.openExtent(file, capacity(bytes, 12))));
    refusedByNameOrDone(() -> HostedAudit.auditDisk(file, new Problems()));
    refusedByNameOrDone(() -> HostedAudit.auditExtent(file, capacity(bytes, 12), new Problems()));
  }

  @Test
  void damaged_hosted_files() {
    Mutations.each(Seeds.hosted(), ROUNDS, SEED, this::hostedFile);
  }

  @MethodSource("hosted")
  @FuzzTest(maxDuration = "1m")
  void stream(byte[] bytes) {
    refusedByNameOrDone(() -> {
      try {
        StreamReader reader = StreamReader.open(new ByteArrayInputStream(bytes), "x.vmdk");
        reader.copyTo(new MemoryDisk(reader.sizeBytes()), _ -> {});
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    });
  }

  @Test
  void damaged_streams() {
    Mutations.each(Seeds.hosted(), ROUNDS, SEED, this::stream);
  }

  // ---- deltas

  static Stream<byte[]> seSparse() {
    return Stream.of(Seeds.seSparse());
  }

  @MethodSource("seSparse")
  @FuzzTest(maxDuration = "1m")
  void seSparseDelta(byte[] bytes) {
    DiskFile file = new MemoryFile(FILE, bytes.clone());
    long sectors = capacity(bytes, 16);
    refusedByNameOrDone(() -> look(SeSparseFormat.open(file, sectors, BUDGET)));
    refusedByNameOrDone(() -> SeSparseAudit.audit(file, sectors, new Problems()));
  }

  @Test
  void damaged_seSparse_deltas() {
    Mutations.each(Seeds.seSparse(), ROUNDS, SEED, this::seSparseDelta);
  }

  static Stream<byte[]> cowd() {
    return Stream.of(Seeds.cowd());
  }

  @MethodSource("cowd")
  @FuzzTest(maxDuration = "1m")
  void cowdDelta(byte[] bytes) {
    DiskFile file = new MemoryFile(FILE, bytes.clone());
    long sectors = capacity(bytes, 12) & 0xFFFF_FFFFL;
    refusedByNameOrDone(() -> look(CowdFormat.open(file, sectors, false, BUDGET)));
    refusedByNameOrDone(() -> CowdAudit.audit(file, sectors, new Problems()));
    refusedByNameOrDone(() -> look(CowdFormat.open(file, sectors, true, BUDGET)));
  }

  @Test
  void damaged_cowd_deltas() {
    Mutations.each(Seeds.cowd(), ROUNDS, SEED, this::cowdDelta);
  }

  private static void look(SparseExtent extent) {
    ByteBuffer grain = ByteBuffer.allocate(extent.grainBytes());
    int looks = 0;
    int region = extent.nextRegion(0);
    while (region < extent.regionCount() && looks < LOOKS) {
      long first = (long) region * SparseExtent.regionGrains();
      for (int i = 0; i < SparseExtent.regionGrains(); i++) {
        long slot = extent.slotOf(first + i);
        if (slot >= 0 && looks < 20 * LOOKS) {
          looks++;
          extent.readSlot(slot, 0, grain.clear());
        }
      }
      looks++;
      region = extent.nextRegion(region + 1);
    }
    assertThat(extent.storedBytes()).isNotNegative();
    extent.close();
  }

  /** The disk's size as the header has it, which a descriptor would have to say too. */
  private static long capacity(byte[] bytes, int at) {
    return bytes.length < at + 8
        ? 1
        : ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(at);
  }

  // ---- change maps

  static Stream<byte[]> changeMaps() {
    return Stream.of(Seeds.changeMaps());
  }

  @MethodSource("changeMaps")
  @FuzzTest(maxDuration = "1m")
  void changeMap(byte[] bytes) {
    Consumer<byte[]> read =
        content -> {
          long sizeBytes = Math.clamp(capacity(content, 80), 512, 62L << 40) / 512 * 512;
          Optional<ChangeMap> map =
              new ChangeMapFile(new MemoryFiles(content)).read(FILE, sizeBytes);
          map.ifPresent(marks -> {
            long end = 0;
            for (var area : marks.changedSince(new ChangeId(marks.epoch(), 0), 0, 1000)) {
              assertThat(area.offset()).isGreaterThanOrEqualTo(end);
              end = area.offset() + area.length();
              assertThat(end).isLessThanOrEqualTo(sizeBytes);
            }
            marks.mark(0, sizeBytes);
          });
        };
    refusedByNameOrDone(() -> read.accept(bytes));
    // With the checksum put right, what lies behind it is reached.
    refusedByNameOrDone(() -> read.accept(Seeds.withChecksum(bytes)));
  }

  @Test
  void damaged_change_maps() {
    Mutations.each(Seeds.changeMaps(), ROUNDS, SEED, this::changeMap);
  }
}
