package dev.vcsnap.disk.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** QEMU reads every link of our chains as we do. */
class ForeignReaderTest {

  @TempDir Path directory;

  @BeforeEach
  void needQemu() throws Exception {
    boolean there;
    try {
      there = new ProcessBuilder("qemu-img", "--version").start().waitFor() == 0;
    } catch (IOException absent) {
      there = false;
    }
    assumeTrue(there, "qemu-img is not installed: no foreign reader looks at the chains");
  }

  private static String sha256(byte[] content) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
  }

  private byte[] asQemuReads(Path descriptor) throws Exception {
    Path raw = directory.resolve("read-by-qemu.raw");
    Process process =
        new ProcessBuilder(
                "qemu-img", "convert", "-f", "vmdk", "-O", "raw", descriptor.toString(), raw + "")
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("qemu-img: %s", said).isZero();
    byte[] content = Files.readAllBytes(raw);
    Files.delete(raw);
    return content;
  }

  @Test
  void qemuReadsEachLinkOfAChainWithTheSameChecksum() throws Exception {
    DiskBench bench = new DiskBench(directory);
    // Not a multiple of a grain, and more than one grain table.
    int size = (40 << 20) + 1536;
    RunningDisk disk = bench.create(size);
    Random random = new Random(7);
    Map<Path, String> checksums = new LinkedHashMap<>();
    byte[] model = new byte[size];
    for (int round = 0; round < 5; round++) {
      for (int i = 0; i < 60; i++) {
        byte[] bytes = DiskBench.randomBytes(random, 1 + random.nextInt(100_000));
        int offset = i == 0 ? size - bytes.length : random.nextInt(size - bytes.length);
        disk.writeAt(offset, ByteBuffer.wrap(bytes));
        System.arraycopy(bytes, 0, model, offset, bytes.length);
        int hole = random.nextInt(size - 50_000);
        disk.discardAt(hole, 50_000);
        Arrays.fill(model, hole, hole + 50_000, (byte) 0);
      }
      if (round == 2) {
        disk.enableTracking();
      }
      checksums.put(disk.leaf(), sha256(model));
      bench.fork(disk);
    }
    disk.commit(disk.links().get(2), DiskBench.unwatched());
    checksums.put(disk.links().get(1), checksums.get(directory.resolve("VM-000002.vmdk")));
    checksums.remove(directory.resolve("VM-000002.vmdk"));
    checksums.put(disk.leaf(), sha256(model));
    disk.close();
    bench.assertNothingWrong();
    for (Map.Entry<Path, String> link : checksums.entrySet()) {
      assertThat(sha256(asQemuReads(link.getKey())))
          .as("%s", link.getKey())
          .isEqualTo(link.getValue());
    }
  }

  @Test
  void qemuReadsFrozenLinksWhileTheLeafIsWritten() throws Exception {
    DiskBench bench = new DiskBench(directory);
    RunningDisk disk = bench.create(20 << 20);
    disk.writeAt(12_345, ByteBuffer.wrap(DiskBench.randomBytes(new Random(1), 500_000)));
    bench.fork(disk);
    disk.writeAt(17 << 20, ByteBuffer.wrap(DiskBench.randomBytes(new Random(2), 500_000)));
    byte[] expected = DiskBench.contentOf(disk);
    Path frozen = bench.fork(disk);
    disk.writeAt(0, ByteBuffer.wrap(DiskBench.randomBytes(new Random(3), 500_000)));
    assertThat(sha256(asQemuReads(frozen))).isEqualTo(sha256(expected));
    disk.close();
  }

  @Test
  void qemuOpensASixtyTwoTerabyteChain() throws Exception {
    long size = 62L << 40;
    try (HugeDirectory huge = new HugeDirectory(size)) {
      DiskBench bench = new DiskBench(huge.path);
      RunningDisk disk = bench.create(size);
      bench.fork(disk);
      disk.writeAt(size - 10_000, ByteBuffer.wrap(DiskBench.randomBytes(new Random(4), 10_000)));
      disk.close();
      Process process =
          new ProcessBuilder("qemu-img", "info", disk.leaf().toString())
              .redirectErrorStream(true)
              .start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as("qemu-img: %s", said).isZero();
      assertThat(said).contains("(" + size + " bytes)");
      bench.assertNothingWrong();
    }
  }
}
