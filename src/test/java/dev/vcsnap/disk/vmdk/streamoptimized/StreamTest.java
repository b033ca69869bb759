package dev.vcsnap.disk.vmdk.streamoptimized;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockError.Kind;
import dev.vcsnap.disk.block.MemoryDisk;
import dev.vcsnap.disk.io.DiskFile;
import dev.vcsnap.disk.io.HostFiles;
import dev.vcsnap.disk.vmdk.Descriptor;
import dev.vcsnap.disk.vmdk.hosted.HostedHeader;
import dev.vcsnap.disk.vmdk.hosted.HostedSparseReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamTest {

  private static final int SECTOR = 512;
  private static final int GRAIN = 128 * SECTOR;
  private static final int FIRST_GRAIN = 128 * SECTOR;
  private static final int LONGEST = 2 * GRAIN;

  @TempDir Path directory;

  private static byte[] stream(MemoryDisk disk) throws IOException {
    return stream(disk, new StreamWriter());
  }

  private static byte[] stream(MemoryDisk disk, StreamWriter writer) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    writer.write(disk, descriptor(disk.sizeBytes()), out, _ -> {});
    return out.toByteArray();
  }

  private static Descriptor descriptor(long sizeBytes) {
    String id = "00112233445566778899aabb12345678";
    return StreamWriter.descriptorFor(
        sizeBytes, 0x12345678, id, Map.of("ddb.adapterType", "lsilogic"));
  }

  private static MemoryDisk read(byte[] stream) throws IOException {
    StreamReader reader = StreamReader.open(new ByteArrayInputStream(stream), "up.vmdk");
    MemoryDisk disk = new MemoryDisk(reader.sizeBytes());
    reader.copyTo(disk, _ -> {});
    return disk;
  }

  private HostedSparseReader open(byte[] stream) throws IOException {
    Path path = Files.write(directory.resolve("up.vmdk"), stream);
    DiskFile file = new HostFiles().open(path, false);
    try {
      return HostedSparseReader.open(file);
    } catch (BlockError refused) {
      file.close();
      throw refused;
    }
  }

  private static byte[] whole(byte[] stream) throws IOException {
    return read(stream).content();
  }

  private byte[] byDirectory(byte[] stream) throws IOException {
    try (HostedSparseReader reader = open(stream)) {
      return MemoryDisk.contentOf(reader);
    }
  }

  private static ByteBuffer edit(byte[] stream) {
    return ByteBuffer.wrap(stream).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void assertNamed(Read read, Kind kind, String words) {
    assertThatThrownBy(read::run)
        .isInstanceOfSatisfying(
            BlockError.class,
            error -> {
              assertThat(error.kind()).as("%s", error.getMessage()).isEqualTo(kind);
              assertThat(error.getMessage()).contains("up.vmdk'", words);
            });
  }

  /** Something that reads a damaged stream. */
  private interface Read {
    void run() throws IOException;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 127, 128, 129, 65_536, 65_537, 131_072 + 63, 200_000})
  void reads_back_what_was_written_at_any_size(long sectors) throws Exception {
    Random random = new Random(sectors);
    MemoryDisk disk = MemoryDisk.random(sectors * SECTOR, sectors < 200 ? 1 : 12, random);
    byte[] stream = stream(disk);
    byte[] content = disk.content();
    assertThat(stream.length % SECTOR).isZero();
    assertThat(Arrays.mismatch(whole(stream), content)).as("from front to back").isEqualTo(-1);
    assertThat(Arrays.mismatch(byDirectory(stream), content)).as("by directory").isEqualTo(-1);
  }

  @Test
  void the_bytes_do_not_depend_on_the_number_of_threads() throws Exception {
    MemoryDisk disk = MemoryDisk.random(40L << 20, 30, new Random(5));
    byte[] alone = stream(disk);
    try (ExecutorService executor = Executors.newFixedThreadPool(3)) {
      for (int ahead : new int[] {1, 2, 7}) {
        assertThat(stream(disk, new StreamWriter(executor, ahead))).isEqualTo(alone);
      }
    }
  }

  @Test
  void what_a_stream_has_ahead_is_given_back_when_another_one_begins() throws Exception {
    MemoryDisk disk = MemoryDisk.random(64L * GRAIN, 1, new Random(8));
    disk.writeAt(0, ByteBuffer.wrap(noise(64 * GRAIN)));
    Descriptor descriptor = descriptor(disk.sizeBytes());
    Thread first = Thread.currentThread();
    var packed = new AtomicInteger();
    StreamWriter writer =
        new StreamWriter(
            packing -> {
              packing.run();
              if (Thread.currentThread() == first) {
                packed.incrementAndGet();
              }
            },
            8);
    var joined = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    Thread second =
        Thread.ofVirtual()
            .unstarted(() ->
                assertThatNoException()
                    .isThrownBy(() ->
                        writer.write(
                            disk,
                            descriptor,
                            OutputStream.nullOutputStream(),
                            _ -> {
                              joined.countDown();
                              awaitQuietly(goOn);
                            })));
    List<Integer> ahead = new ArrayList<>();
    writer.write(
        disk,
        descriptor,
        new OutputStream() {
          @Override
          public void write(int value) {}

          @Override
          public void write(byte[] bytes, int offset, int length) {
            // Packing makes noise longer: what is shorter is no grain.
            if (length <= GRAIN) {
              return;
            }
            ahead.add(packed.get() - ahead.size());
            if (ahead.size() == 10) {
              second.start();
              awaitQuietly(joined);
            }
          }
        },
        _ -> {});
    goOn.countDown();
    second.join();
    assertThat(ahead).hasSize(64);
    assertThat(ahead.subList(0, 10)).containsOnly(8);
    assertThat(ahead.subList(20, 60)).containsOnly(4);
  }

  private static byte[] noise(int length) {
    byte[] bytes = new byte[length];
    new Random(8).nextBytes(bytes);
    return bytes;
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void an_empty_disk_is_nothing_but_its_frame() throws Exception {
    byte[] stream = stream(new MemoryDisk(1L << 30));
    // Overhead, directory marker and sector, footer marker and footer, end.
    assertThat(stream).hasSize((128 + 2 + 2 + 1) * SECTOR);
    assertThat(new MemoryDisk(1L << 30).statusOf(0, 1L << 30)).hasSize(1);
    try (HostedSparseReader reader = open(stream)) {
      assertThat(reader.statusOf(0, 1L << 30)).hasSize(1);
    }
  }

  @Test
  void a_huge_disk_costs_what_is_on_it() throws Exception {
    long size = 62L << 40;
    MemoryDisk disk = new MemoryDisk(size);
    disk.writeAt(size - 5, ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5}));
    byte[] stream = stream(disk);
    assertThat(stream.length).isLessThan(9 << 20);
    ByteBuffer end = ByteBuffer.allocate(5);
    read(stream).readAt(size - 5, end);
    assertThat(end.array()).containsExactly(1, 2, 3, 4, 5);
    try (HostedSparseReader reader = open(stream)) {
      reader.readAt(size - 5, end.clear());
      assertThat(end.array()).containsExactly(1, 2, 3, 4, 5);
    }
  }

  @Test
  void grains_may_come_in_any_order() throws Exception {
    MemoryDisk disk = MemoryDisk.random(3L << 20, 20, new Random(6));
    byte[] stream = stream(disk);
    List<byte[]> grains = new ArrayList<>();
    int at = FIRST_GRAIN;
    while (edit(stream).getInt(at + 8) != 0) {
      int length = Math.ceilDiv(12 + edit(stream).getInt(at + 8), SECTOR) * SECTOR;
      grains.add(Arrays.copyOfRange(stream, at, at + length));
      at += length;
    }
    Collections.shuffle(grains, new Random(7));
    ByteArrayOutputStream shuffled = new ByteArrayOutputStream();
    shuffled.write(stream, 0, FIRST_GRAIN);
    grains.forEach(shuffled::writeBytes);
    shuffled.write(stream, at, stream.length - at);
    assertThat(whole(shuffled.toByteArray())).isEqualTo(disk.content());
  }

  @Test
  void what_follows_the_end_stays_in_the_input() throws Exception {
    MemoryDisk disk = MemoryDisk.random(1L << 20, 4, new Random(8));
    byte[] stream = stream(disk);
    ByteArrayInputStream in = new ByteArrayInputStream(Arrays.copyOf(stream, stream.length + 3));
    StreamReader.open(in, "up.vmdk").copyTo(new MemoryDisk(2L << 20), _ -> {});
    assertThat(in.available()).isEqualTo(3);
  }

  @Test
  void every_cut_is_seen() throws Exception {
    byte[] stream = stream(MemoryDisk.random(2L << 20, 6, new Random(9)));
    for (int end = SECTOR; end < stream.length; end += end < FIRST_GRAIN ? 4096 : SECTOR) {
      byte[] cut = Arrays.copyOf(stream, end);
      assertNamed(() -> whole(cut), Kind.CORRUPT, "");
      assertNamed(() -> byDirectory(cut), Kind.CORRUPT, "");
    }
    assertNamed(() -> whole(new byte[100]), Kind.NOT_THIS_FORMAT, "header");
    assertNamed(() -> byDirectory(new byte[1000]), Kind.NOT_THIS_FORMAT, "header");
  }

  @Test
  void a_hole_in_the_middle_is_not_the_end() throws Exception {
    byte[] stream = stream(MemoryDisk.random(2L << 20, 6, new Random(10)));
    Arrays.fill(stream, FIRST_GRAIN, FIRST_GRAIN + SECTOR, (byte) 0);
    assertNamed(() -> whole(stream), Kind.CORRUPT, "zeros instead of a marker at byte 65536");
  }

  @Test
  void a_grain_that_swells_is_refused_without_memory() throws Exception {
    byte[] stream = streamWithFirstGrain(new byte[GRAIN + 1]);
    assertNamed(() -> whole(stream), Kind.CORRUPT, "grain at byte 65536: the grain unpacks to at");
    assertNamed(() -> byDirectory(stream), Kind.CORRUPT, "grain 0 at byte 65536");
    byte[] bomb = streamWithFirstGrain(new byte[50 << 20]);
    assertNamed(() -> whole(bomb), Kind.CORRUPT, "the grain unpacks to at least 65537 bytes");
    assertNamed(() -> byDirectory(bomb), Kind.CORRUPT, "the grain unpacks to at least 65537");
    byte[] shrunk = streamWithFirstGrain(new byte[GRAIN - 1]);
    assertNamed(() -> whole(shrunk), Kind.CORRUPT, "the grain unpacks to 65535 bytes");
    assertNamed(() -> byDirectory(shrunk), Kind.CORRUPT, "the grain unpacks to 65535 bytes");
  }

  /** Random bytes leave room for 64 KiB of packed zeros. */
  private static byte[] streamWithFirstGrain(byte[] grain) throws IOException {
    MemoryDisk disk = new MemoryDisk(1L << 20);
    byte[] random = new byte[GRAIN];
    new Random(11).nextBytes(random);
    disk.writeAt(0, ByteBuffer.wrap(random));
    byte[] stream = stream(disk);
    try (Deflater deflater = new Deflater()) {
      deflater.setInput(grain);
      deflater.finish();
      byte[] packed = new byte[GRAIN];
      int count = deflater.deflate(packed);
      assertThat(deflater.finished()).isTrue();
      // The marker keeps its length, so that the sectors that follow keep their places.
      System.arraycopy(packed, 0, stream, FIRST_GRAIN + 12, count);
    }
    return stream;
  }

  @Test
  void markers_that_cannot_be_are_refused_by_name() throws Exception {
    byte[] good = stream(MemoryDisk.random(2L << 20, 6, new Random(12)));
    byte[] tooLong = good.clone();
    edit(tooLong).putInt(FIRST_GRAIN + 8, LONGEST + 1);
    assertNamed(() -> whole(tooLong), Kind.CORRUPT, "a packed grain of 131073 bytes");
    assertNamed(() -> byDirectory(tooLong), Kind.CORRUPT, "a packed grain of 131073 bytes");
    byte[] negative = good.clone();
    edit(negative).putInt(FIRST_GRAIN + 8, -1);
    assertNamed(() -> whole(negative), Kind.CORRUPT, "a packed grain of 4294967295 bytes");
    byte[] elsewhere = good.clone();
    edit(elsewhere).putLong(FIRST_GRAIN, 1L << 40);
    assertNamed(() -> whole(elsewhere), Kind.CORRUPT, "for sector 1099511627776");
    assertNamed(() -> byDirectory(elsewhere), Kind.CORRUPT, "for sector 1099511627776");
    byte[] between = good.clone();
    edit(between).putLong(FIRST_GRAIN, 5);
    assertNamed(() -> whole(between), Kind.CORRUPT, "for sector 5 ");
    byte[] damaged = good.clone();
    damaged[FIRST_GRAIN + 20] ^= 4;
    assertNamed(() -> whole(damaged), Kind.CORRUPT, "the packed grain");
    byte[] otherType = good.clone();
    edit(otherType).putInt(good.length - 3 * SECTOR + 12, 9);
    assertNamed(() -> whole(otherType), Kind.CORRUPT, "type 9");
    assertNamed(() -> byDirectory(otherType), Kind.CORRUPT, "no footer");
    byte[] otherFooter = good.clone();
    edit(otherFooter).putLong(good.length - 2 * SECTOR + 12, 4097);
    assertNamed(() -> whole(otherFooter), Kind.CORRUPT, "contradicts the header");
    assertNamed(() -> byDirectory(otherFooter), Kind.CORRUPT, "contradicts the header");
    byte[] noFooter = good.clone();
    edit(noFooter).putInt(good.length - 2 * SECTOR, 0);
    assertNamed(() -> whole(noFooter), Kind.CORRUPT, "footer");
    assertNamed(() -> byDirectory(noFooter), Kind.CORRUPT, "footer");
    byte[] endlessMetadata = good.clone();
    edit(endlessMetadata).putLong(good.length - 3 * SECTOR, Long.MAX_VALUE);
    assertNamed(() -> whole(endlessMetadata), Kind.CORRUPT, "sectors of metadata");
  }

  @Test
  void a_sparse_disk_is_not_a_stream_and_a_delta_is_refused() throws Exception {
    HostedHeader sparse = new HostedHeader(1, 3, 4096, 128, 0, 0, 1, 128);
    assertNamed(() -> whole(sparse.encode().array()), Kind.UNSUPPORTED, "not a stream");
    byte[] stream = stream(new MemoryDisk(1L << 20));
    String text = new String(stream, SECTOR, 20 * SECTOR, StandardCharsets.UTF_8);
    byte[] delta =
        text.replace("parentCID=ffffffff", "parentCID=0000cafe").getBytes(StandardCharsets.UTF_8);
    System.arraycopy(delta, 0, stream, SECTOR, delta.length);
    assertNamed(() -> whole(stream), Kind.UNSUPPORTED, "delta");
  }

  @Test
  void a_target_that_is_too_small_is_refused_before_anything_is_written() throws Exception {
    byte[] stream = stream(MemoryDisk.random(2L << 20, 6, new Random(13)));
    StreamReader reader = StreamReader.open(new ByteArrayInputStream(stream), "up.vmdk");
    MemoryDisk small = new MemoryDisk(1L << 20);
    assertNamed(() -> reader.copyTo(small, _ -> {}), Kind.OUT_OF_BOUNDS, "2097152");
    assertThat(small.content()).containsOnly(0);
  }

  @Test
  void a_writer_ends_when_its_output_or_its_watcher_fails() throws Exception {
    MemoryDisk disk = MemoryDisk.random(80L << 20, 40, new Random(14));
    try (ExecutorService executor = Executors.newFixedThreadPool(2)) {
      StreamWriter writer = new StreamWriter(executor, 4);
      OutputStream full =
          new OutputStream() {
            private int room = 300_000;

            @Override
            public void write(int value) throws IOException {
              write(new byte[1], 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
              room -= length;
              if (room < 0) {
                throw new IOException("the connection is gone");
              }
            }
          };
      Descriptor descriptor = descriptor(disk.sizeBytes());
      assertThatThrownBy(() -> writer.write(disk, descriptor, full, _ -> {}))
          .isInstanceOf(IOException.class)
          .hasMessage("the connection is gone");
      assertThatThrownBy(() ->
              writer.write(
                  disk,
                  descriptor,
                  OutputStream.nullOutputStream(),
                  _ -> {
                    throw new CancellationException("enough");
                  }))
          .isInstanceOf(CancellationException.class);
    }
  }

  @Test
  void damage_never_ends_in_anything_but_a_named_failure() throws Exception {
    long seed = 20_251_126;
    Random random = new Random(seed);
    byte[] good = stream(MemoryDisk.random(1L << 20, 5, new Random(15)));
    for (int round = 0; round < 200; round++) {
      byte[] damaged = good.clone();
      for (int n = 0; n <= round % 3; n++) {
        damaged[placeToDamage(random, round, good.length)] = (byte) random.nextInt();
      }
      if (round % 7 == 0) {
        damaged = Arrays.copyOf(damaged, random.nextInt(good.length));
      }
      try {
        read(damaged);
      } catch (BlockError named) {
        assertThat(named.getMessage()).as("seed %d, round %d", seed, round).contains("up.vmdk");
      }
      try (HostedSparseReader reader = open(damaged)) {
        reader.statusOf(0, Math.min(reader.sizeBytes(), 1L << 30));
        reader.readAt(0, ByteBuffer.allocate((int) Math.min(reader.sizeBytes(), 1 << 20)));
      } catch (BlockError named) {
        assertThat(named.getMessage()).as("seed %d, round %d", seed, round).contains("up.vmdk");
      }
    }
  }

  /** Header, descriptor and first grains; everything; the tables and the footer. */
  private static int placeToDamage(Random random, int round, int length) {
    return switch (round % 4) {
      case 0 -> random.nextInt(80);
      case 1 -> SECTOR + random.nextInt(300);
      case 2 -> FIRST_GRAIN + random.nextInt(length - FIRST_GRAIN);
      default -> length - 1 - random.nextInt(12 * SECTOR);
    };
  }
}
