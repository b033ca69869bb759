package dev.vcsnap.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockStatus;
import dev.vcsnap.ground.clock.SystemClock;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Other people's clients: libnbd's tools, QEMU's tools, and libnbd from Python. */
@Timeout(120)
class NbdClientsTest {

  private static final int SIZE = 24 << 20;
  private static final String NAME = "DC0_H0_VM0/scsi0:0";
  private static final String FROZEN = NAME + "@snapshot-62";

  @TempDir private Path folder;
  private final MemoryExports exports = new MemoryExports();
  private final MemoryDisk disk = new MemoryDisk(SIZE);
  private final NbdServer server =
      new NbdServer(
          exports,
          new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
          NbdTls.NONE,
          new SystemClock(),
          NbdListener.NONE);
  private final byte[] content = new byte[SIZE];

  @BeforeEach
  void fill() {
    // Data at 1 to 3 MiB, zeros with a place at 5 to 6 MiB, a lone byte at 10 MiB, holes elsewhere.
    byte[] data = new byte[2 << 20];
    new Random(1).nextBytes(data);
    disk.writeAt(1 << 20, ByteBuffer.wrap(data));
    disk.writeZeroesAt(5 << 20, 1 << 20);
    disk.writeAt(10 << 20, ByteBuffer.wrap(new byte[] {7}));
    System.arraycopy(data, 0, content, 1 << 20, data.length);
    content[10 << 20] = 7;
    exports.add(NAME, disk);
    exports.addReadOnly(FROZEN, disk);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop();
    assertThat(exports.openCount()).isZero();
  }

  private String uri(String name) {
    return "nbd://127.0.0.1:%d/%s".formatted(server.port(), name);
  }

  private String uri() {
    return uri(NAME);
  }

  private static String ok(String program, String... arguments) throws Exception {
    Tool.Result result = Tool.run(program, arguments);
    assertThat(result.status()).as(result.output()).isZero();
    return result.output();
  }

  @Test
  void nbdinfoListsWhatThereIs() throws Exception {
    String list = ok("nbdinfo", "--list", "nbd://127.0.0.1:%d".formatted(server.port()));
    assertThat(list)
        .contains("newstyle-fixed without TLS, using structured packets")
        .contains("export=\"" + NAME + "\"", "export=\"" + FROZEN + "\"")
        .contains("base:allocation", "export-size: " + SIZE);
    String frozen = ok("nbdinfo", uri(FROZEN));
    assertThat(frozen)
        .contains("is_read_only: true")
        .contains("can_trim: false", "can_zero: false", "can_multi_conn: true", "can_df: true")
        .contains(
            "block_size_minimum: 1", "block_size_maximum: 33554432", "read-only disk " + FROZEN);
    assertThat(ok("nbdinfo", uri()))
        .contains("can_trim: true", "can_zero: true", "can_fast_zero: true", "can_cache: true")
        .contains("can_flush: true", "can_fua: true", "is_read_only: false");
    assertThat(Tool.run("nbdinfo", uri("nowhere")).status()).isNotZero();
  }

  @Test
  void nbdinfoMapsDataZeroesAndHoles() throws Exception {
    assertThat(ok("nbdinfo", "--map", uri()).lines().map(line -> line.trim().replaceAll(" +", " ")))
        .containsExactly(
            "0 1048576 3 hole,zero",
            "1048576 2097152 0 data",
            "3145728 2097152 3 hole,zero",
            "5242880 1048576 2 zero",
            "6291456 4194304 3 hole,zero",
            "10485760 4096 0 data",
            "10489856 14675968 3 hole,zero");
  }

  @Test
  void nbdcopyMovesTheBytesBothWays() throws Exception {
    Path file = folder.resolve("out.raw");
    ok("nbdcopy", uri(), file.toString());
    assertThat(Files.readAllBytes(file)).isEqualTo(content);
    MemoryDisk target = new MemoryDisk(SIZE);
    // Rubbish that the copy has to zero.
    target.writeAt(0, ByteBuffer.wrap(new byte[] {1, 2, 3}));
    exports.add("target", target);
    ok("nbdcopy", "--flush", file.toString(), uri("target"));
    assertThat(target.bytes(0, SIZE)).isEqualTo(content);
    assertThat(target.flushes.get()).isPositive();
    MemoryDisk second = new MemoryDisk(SIZE);
    exports.add("second", second);
    ok("nbdcopy", uri("target"), uri("second"));
    assertThat(second.bytes(0, SIZE)).isEqualTo(content);
  }

  @Test
  void qemuImgConvertsComparesAndMaps() throws Exception {
    Path file = folder.resolve("out.qcow2");
    ok("qemu-img", "convert", "-f", "raw", "-O", "qcow2", uri(), file.toString());
    assertThat(ok("qemu-img", "compare", "-f", "qcow2", "-F", "raw", file.toString(), uri()))
        .contains("identical");
    MemoryDisk target = new MemoryDisk(SIZE);
    target.writeAt(0, ByteBuffer.wrap(new byte[] {1, 2, 3}));
    exports.add("target", target);
    ok("qemu-img", "convert", "-n", "-f", "qcow2", "-O", "raw", file.toString(), uri("target"));
    assertThat(target.bytes(0, SIZE)).isEqualTo(content);
    assertThat(ok("qemu-img", "map", "-f", "raw", "--output=json", uri()))
        .contains(
            "{ \"start\": 1048576, \"length\": 2097152, \"depth\": 0, \"present\": true, \"zero\":"
                + " false, \"data\": true");
    long stored =
        target.statusOf(0, SIZE).stream()
            .filter(status -> status.kind() == BlockStatus.Kind.DATA)
            .mapToLong(BlockStatus::length)
            .sum();
    assertThat(stored).as("the restored disk stayed thin").isEqualTo((2 << 20) + 4096);
    ok("qemu-img", "bench", "-f", "raw", "-c", "2000", "-d", "32", "-s", "4096", uri());
  }

  @Test
  void qemuIoSeesTheErrorsOfTheDisk() throws Exception {
    disk.failFrom(12 << 20, BlockError.Kind.IO);
    assertThat(Tool.run("qemu-io", "-f", "raw", "-c", "read 12M 4M", uri()).output())
        .contains("read failed: Input/output error");
    disk.failFrom(12 << 20, BlockError.Kind.NO_SPACE);
    assertThat(Tool.run("qemu-io", "-f", "raw", "-c", "write 13M 64k", uri()).output())
        .contains("write failed: No space left on device");
    disk.heal();
    assertThat(
            ok(
                "qemu-io",
                "-f",
                "raw",
                "-c",
                "write -P 9 4095 8193",
                "-c",
                "read -P 9 4095 8193",
                "-c",
                "write -f -P 8 0 512",
                "-c",
                "write -z -u 16M 1M",
                "-c",
                "write -z 17M 1M",
                "-c",
                "discard 18M 1M",
                "-c",
                "flush",
                uri()))
        .contains("wrote 8193/8193 bytes", "read 8193/8193 bytes");
    assertThat(disk.bytes(4095, 8193)).containsOnly(9);
  }

  @Test
  void libnbdFromPythonUsesEveryCommand() throws Exception {
    Path script = folder.resolve("script.py");
    Files.writeString(
        script,
        """
        import errno, sys
        try:
            import nbd
        except ImportError:
            print("SKIPPED: python3-libnbd is not installed"); sys.exit(77)
        uri, frozen = sys.argv[1:3]

        def refused(number, call, *args):
            try:
                call(*args)
            except nbd.Error as e:
                assert e.errnum == number, (e.errnum, number, e.string)
            else:
                raise AssertionError("not refused")

        def connect(uri, strict=True, structured=True):
            h = nbd.NBD()
            h.add_meta_context("base:allocation")
            h.set_request_structured_replies(structured)
            if not strict:
                h.set_strict_mode(0)
            h.connect_uri(uri)
            return h

        for structured in (True, False):
            h = connect(uri, structured=structured)
            assert h.get_structured_replies_negotiated() == structured
            assert h.can_meta_context("base:allocation") == structured
            assert h.can_df() == structured
            h.pwrite(b"vcsnap" * 1000, 777)
            assert h.pread(6000, 777) == b"vcsnap" * 1000
            h.pwrite(b"f" * 4096, 65536, nbd.CMD_FLAG_FUA)
            h.zero(4096, 65536, nbd.CMD_FLAG_FUA)
            assert h.pread(4096, 65536) == bytearray(4096)
            h.zero(8192, 131072, nbd.CMD_FLAG_NO_HOLE)
            h.zero(8192, 131072, nbd.CMD_FLAG_FAST_ZERO)
            refused(errno.ENOTSUP, h.zero, 8192, 0, nbd.CMD_FLAG_FAST_ZERO | nbd.CMD_FLAG_NO_HOLE)
            h.trim(1 << 20, 16 << 20, nbd.CMD_FLAG_FUA)
            h.cache(1 << 20, 0)
            h.flush()
            if structured:
                big = h.pread(20 << 20, 0)
                chunks = []
                assert h.pread_structured(20 << 20, 0, lambda *a: chunks.append(a[1:3]),
                                          nbd.CMD_FLAG_DF) == big
                assert len(chunks) == 1, chunks
                extents = []
                h.block_status(24 << 20, 0, lambda c, o, e, err: extents.extend(e) or 0)
                assert sum(extents[0::2]) == 24 << 20 and len(extents) > 6, extents
                extents = []
                h.block_status(24 << 20, 0, lambda c, o, e, err: extents.extend(e) or 0,
                               nbd.CMD_FLAG_REQ_ONE)
                assert len(extents) == 2 and extents[0] < 24 << 20, extents
            h.shutdown()

        h = connect(uri, strict=False)
        size = h.get_size()
        refused(errno.EINVAL, h.pread, 512, size)
        refused(errno.ENOSPC, h.pwrite, b"x" * 512, size)
        refused(errno.ENOSPC, h.zero, 512, size)
        refused(errno.EINVAL, h.trim, 512, size)
        refused(errno.EINVAL, h.block_status, 512, size, lambda *a: 0)
        refused(errno.EINVAL, h.pread, 512, 0, 1 << 9)
        h.pread(512, size - 512)
        h.shutdown()

        h = connect(frozen, strict=False)
        assert h.is_read_only()
        refused(errno.EPERM, h.pwrite, b"x" * 512, 0)
        refused(errno.EPERM, h.zero, 512, 0)
        refused(errno.EPERM, h.trim, 512, 0)
        h.shutdown()

        # Many requests in flight over several connections to one disk.
        handles = [connect(uri) for _ in range(4)]
        block = 65536
        for n, h in enumerate(handles):
            cookies = []
            for i in range(60):
                buffer = nbd.Buffer.from_bytearray(bytearray([n * 60 + i]) * block)
                cookies.append(h.aio_pwrite(buffer, (n * 60 + i) * block))
            while cookies:
                h.poll(-1)
                cookies = [c for c in cookies if not h.aio_command_completed(c)]
        handles[0].flush()
        for i in range(240):
            assert handles[i % 4].pread(block, i * block) == bytearray([i]) * block
        print("all well")
        """);
    Tool.Result result = Tool.run("/usr/bin/python3", script.toString(), uri(), uri(FROZEN));
    if (result.status() == 77) {
      System.out.println(result.output());
      assumeTrue(false, result.output());
    }
    assertThat(result.output()).contains("all well");
    assertThat(result.status()).isZero();
    byte[] last = new byte[65536];
    Arrays.fill(last, (byte) 239);
    assertThat(disk.bytes(239 * 65536L, 65536)).isEqualTo(last);
  }
}
