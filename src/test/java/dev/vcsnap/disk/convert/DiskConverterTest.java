package dev.vcsnap.disk.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockError.Kind;
import dev.vcsnap.disk.block.MemoryDisk;
import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.chain.OpenMode;
import dev.vcsnap.disk.chain.PreparedFork;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.disk.check.DiskCheck;
import dev.vcsnap.disk.io.HostFiles;
import dev.vcsnap.disk.vmdk.streamoptimized.StreamReader;
import dev.vcsnap.disk.vmdk.streamoptimized.StreamWriter;
import dev.vcsnap.ground.clock.SystemClock;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskConverterTest {

  /** Not a multiple of a grain, and more than one table of a stream. */
  private static final int SIZE = (34 << 20) + 3 * 512;

  @TempDir Path directory;

  private final DiskFactory factory = new DiskFactory(new Ids(new Dice(1)), new SystemClock());
  private final DiskConverter converter =
      new DiskConverter(new Ids(new Dice(2)), new SystemClock(), new StreamWriter());
  private final byte[] content = MemoryDisk.random(SIZE, 24, new Random(21)).content();
  private Path leaf = Path.of("");

  /** A chain of three links, with data, zeros and discards in each. */
  @BeforeEach
  void makeChain() {
    Path base = path("VM.vmdk");
    factory.createFlat(base, SIZE, true, "pvscsi");
    try (RunningDisk disk = factory.open(base, OpenMode.READ_WRITE)) {
      byte[] old = new byte[3 << 20];
      new Random(22).nextBytes(old);
      disk.writeAt(0, ByteBuffer.wrap(old));
      for (int link = 1; link <= 2; link++) {
        PreparedFork fork = disk.prepareFork(path("VM-00000" + link + ".vmdk"));
        fork.closeGate();
        fork.commit();
        fork.openGate();
        writePieces(disk, link);
      }
      leaf = disk.leaf();
    }
  }

  /** The first link gets every other piece of the content, the second all of it. */
  private void writePieces(RunningDisk disk, int link) {
    int step = 70_000;
    for (int at = link == 1 ? step : 0; at < SIZE; at += link == 1 ? 2 * step : step) {
      int end = Math.min(at + step, SIZE);
      if (Arrays.equals(content, at, end, new byte[step], 0, end - at)) {
        disk.writeZeroesAt(at, end - at);
      } else {
        disk.writeAt(at, ByteBuffer.wrap(content, at, end - at));
      }
    }
  }

  private Path path(String name) {
    return directory.resolve(name);
  }

  private byte[] contentOf(Path disk) {
    try (BlockDevice device = factory.open(disk, OpenMode.READ_ONLY)) {
      return MemoryDisk.contentOf(device);
    }
  }

  private void assertSame(Path disk) {
    assertThat(Arrays.mismatch(contentOf(disk), content)).isEqualTo(-1);
  }

  private List<Path> filesHere() throws Exception {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }

  @Test
  void a_chain_becomes_one_flat_disk_thin_or_thick() throws Exception {
    assertThat(converter.toFlat(leaf, path("thin.vmdk"), true, ConversionProgress.unwatched()))
        .isEqualTo(SIZE);
    converter.toFlat(leaf, path("thick.vmdk"), false, ConversionProgress.unwatched());
    assertSame(path("thin.vmdk"));
    assertSame(path("thick.vmdk"));
    assertThat(new DiskCheck().check(directory)).isEmpty();
    assertThat(factory.linksOf(path("thin.vmdk"))).hasSize(1);
    assertThat(factory.descriptorOf(path("thin.vmdk")).ddb())
        .containsEntry("ddb.adapterType", "pvscsi")
        .containsEntry("ddb.thinProvisioned", "1");
    try (RunningDisk thick = factory.open(path("thick.vmdk"), OpenMode.READ_ONLY);
        RunningDisk thin = factory.open(path("thin.vmdk"), OpenMode.READ_ONLY)) {
      assertThat(thick.allocatedBytesOf(path("thick.vmdk"))).isEqualTo(SIZE);
      assertThat(thin.allocatedBytesOf(path("thin.vmdk"))).isLessThan(8 << 20);
    }
  }

  @Test
  void a_chain_travels_as_a_stream_and_comes_back() throws Exception {
    converter.toStream(leaf, path("out.vmdk"), ConversionProgress.unwatched());
    converter.toFlat(path("out.vmdk"), path("back.vmdk"), true, ConversionProgress.unwatched());
    assertSame(path("back.vmdk"));
    assertThat(factory.descriptorOf(path("back.vmdk")).ddb())
        .containsEntry("ddb.adapterType", "pvscsi");
  }

  @Test
  void qemu_reads_our_stream_with_the_same_checksum() throws Exception {
    ForeignTool.need("qemu-img", "--version");
    converter.toStream(leaf, path("out.vmdk"), ConversionProgress.unwatched());
    ForeignTool.run(
        "qemu-img", "convert", "-f", "vmdk", "-O", "raw", path("out.vmdk"), path("out.raw"));
    assertThat(ForeignTool.sha256(Files.readAllBytes(path("out.raw"))))
        .isEqualTo(ForeignTool.sha256(content));
    ForeignTool.run("qemu-img", "check", "-f", "vmdk", path("out.vmdk"));
  }

  @Test
  void seven_zip_reads_our_stream_with_the_same_checksum() throws Exception {
    ForeignTool.need("7z", "i");
    converter.toStream(leaf, path("out.vmdk"), ConversionProgress.unwatched());
    ForeignTool.run("7z", "x", "-y", "-tvmdk", "-o" + path("unpacked"), path("out.vmdk"));
    try (Stream<Path> unpacked = Files.list(path("unpacked"))) {
      byte[] bytes = Files.readAllBytes(unpacked.findFirst().orElseThrow());
      assertThat(ForeignTool.sha256(bytes)).isEqualTo(ForeignTool.sha256(content));
    }
  }

  @Test
  void we_read_the_sparse_disks_and_streams_of_qemu() throws Exception {
    ForeignTool.need("qemu-img", "--version");
    Files.write(path("raw.img"), content);
    for (String form :
        List.of(
            "subformat=monolithicSparse",
            "subformat=monolithicSparse,zeroed_grain=on",
            "subformat=streamOptimized")) {
      Path made = path("qemu.vmdk");
      ForeignTool.run(
          "qemu-img", "convert", "-f", "raw", "-O", "vmdk", "-o", form, path("raw.img"), made);
      try (DiskOpener.OpenDisk disk = new DiskOpener(new HostFiles(), factory).open(made)) {
        assertThat(Arrays.mismatch(MemoryDisk.contentOf(disk.device()), content))
            .as(form)
            .isEqualTo(-1);
      }
      Path flat = path("from-qemu.vmdk");
      converter.toFlat(made, flat, true, ConversionProgress.unwatched());
      assertSame(flat);
      factory.delete(flat);
      Files.delete(made);
    }
  }

  @Test
  void we_read_qemus_stream_from_front_to_back_and_see_every_cut() throws Exception {
    ForeignTool.need("qemu-img", "--version");
    Files.write(path("raw.img"), content);
    Path made = path("qemu.vmdk");
    ForeignTool.run(
        "qemu-img",
        "convert",
        "-O",
        "vmdk",
        "-o",
        "subformat=streamOptimized",
        path("raw.img"),
        made);
    byte[] stream = Files.readAllBytes(made);
    assertThat(Arrays.mismatch(readFromFront(stream), content)).isEqualTo(-1);
    // Nothing marks the end but zeros, which QEMU adds: a cut in the last grain, before it,
    // further.
    int last = stream.length - 1;
    while (stream[last] == 0) {
      last--;
    }
    for (int end : List.of(last, last / 512 * 512, last / 512 * 512 - 512, last / 2)) {
      byte[] cut = Arrays.copyOf(stream, end);
      assertThatThrownBy(() -> readFromFront(cut))
          .isInstanceOfSatisfying(
              BlockError.class, error -> assertThat(error.kind()).isEqualTo(Kind.CORRUPT));
    }
  }

  private static byte[] readFromFront(byte[] stream) throws Exception {
    StreamReader reader = StreamReader.open(new ByteArrayInputStream(stream), "qemu.vmdk");
    MemoryDisk disk = new MemoryDisk(reader.sizeBytes());
    reader.copyTo(disk, _ -> {});
    return disk.content();
  }

  @Test
  void nothing_is_overwritten() throws Exception {
    for (String taken : List.of("a.vmdk", "b-flat.vmdk")) {
      Files.writeString(path(taken), "mine");
      Path target = path(taken.replace("-flat", ""));
      assertThatThrownBy(() -> converter.toFlat(leaf, target, true, ConversionProgress.unwatched()))
          .isInstanceOfSatisfying(
              BlockError.class,
              error -> {
                assertThat(error.kind()).isEqualTo(Kind.ALREADY_EXISTS);
                assertThat(error.getMessage()).contains(taken);
              });
      assertThat(path(taken)).hasContent("mine");
    }
    assertThatThrownBy(
            () -> converter.toStream(leaf, path("a.vmdk"), ConversionProgress.unwatched()))
        .isInstanceOfSatisfying(
            BlockError.class, error -> assertThat(error.kind()).isEqualTo(Kind.ALREADY_EXISTS));
    assertThat(path("a.vmdk")).hasContent("mine");
  }

  @Test
  void what_fails_half_way_leaves_nothing_and_names_the_place() throws Exception {
    Path stream = path("out.vmdk");
    converter.toStream(leaf, stream, ConversionProgress.unwatched());
    byte[] bytes = Files.readAllBytes(stream);
    // In the data of a grain behind the first.
    for (int at = bytes.length / 2; at < bytes.length / 2 + 600; at++) {
      bytes[at] ^= 0x55;
    }
    Files.write(stream, bytes);
    List<Path> before = filesHere();
    assertThatThrownBy(
            () -> converter.toFlat(stream, path("x.vmdk"), true, ConversionProgress.unwatched()))
        .isInstanceOfSatisfying(
            BlockError.class,
            error -> {
              assertThat(error.kind()).isEqualTo(Kind.CORRUPT);
              assertThat(error.getMessage()).contains("out.vmdk'", "at byte ");
            });
    assertThatThrownBy(
            () -> converter.toStream(stream, path("y.vmdk"), ConversionProgress.unwatched()))
        .isInstanceOf(BlockError.class);
    assertThat(filesHere()).isEqualTo(before);
  }

  @Test
  void what_is_cancelled_leaves_nothing() throws Exception {
    List<Path> before = filesHere();
    ConversionProgress impatient =
        new ConversionProgress() {
          private int asked;

          @Override
          public void converted(long bytesDone, long bytesTotal) {
            assertThat(bytesDone).isLessThanOrEqualTo(bytesTotal);
          }

          @Override
          public boolean cancelled() {
            asked++;
            return asked > 1;
          }
        };
    assertThatThrownBy(() -> converter.toFlat(leaf, path("x.vmdk"), true, impatient))
        .isInstanceOf(CancellationException.class);
    assertThatThrownBy(() -> converter.toStream(leaf, path("y.vmdk"), impatient))
        .isInstanceOf(CancellationException.class);
    assertThat(filesHere()).isEqualTo(before);
  }

  @Test
  void an_extent_and_other_files_are_refused_with_advice() throws Exception {
    Path extent = path("VM-000001-sesparse.vmdk");
    assertThatThrownBy(
            () -> converter.toFlat(extent, path("x.vmdk"), true, ConversionProgress.unwatched()))
        .isInstanceOfSatisfying(
            BlockError.class,
            error -> {
              assertThat(error.kind()).isEqualTo(Kind.NOT_THIS_FORMAT);
              assertThat(error.getMessage()).contains("by its descriptor");
            });
    Files.write(path("empty.vmdk"), new byte[0]);
    assertThatThrownBy(() ->
            converter.toStream(path("empty.vmdk"), path("x.vmdk"), ConversionProgress.unwatched()))
        .isInstanceOfSatisfying(
            BlockError.class, error -> assertThat(error.kind()).isEqualTo(Kind.NOT_THIS_FORMAT));
    assertThatThrownBy(() ->
            converter.toFlat(
                path("none.vmdk"), path("x.vmdk"), true, ConversionProgress.unwatched()))
        .isInstanceOfSatisfying(
            BlockError.class, error -> assertThat(error.kind()).isEqualTo(Kind.NOT_FOUND));
  }
}
