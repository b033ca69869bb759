package dev.vcsnap.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NbdClientTest {

  private static final long SIZE_BYTES = 20 << 20;

  @TempDir private Path folder;
  private DiskServer server;

  @BeforeEach
  void start() {
    server = new DiskServer(folder, SIZE_BYTES, "left", "right");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void readsWhatItWroteAndZeroedThroughAnotherConnection() {
    var bytes = new byte[100_000];
    new Random(5).nextBytes(bytes);
    try (NbdClient disk = server.connect("left")) {
      assertThat(disk.sizeBytes()).isEqualTo(SIZE_BYTES);
      disk.write(12_345, ByteBuffer.wrap(bytes));
      disk.zero(20_000, 4_096);
      disk.flush();
    }
    var wanted = bytes.clone();
    Arrays.fill(wanted, 20_000 - 12_345, 20_000 - 12_345 + 4_096, (byte) 0);

    var found = ByteBuffer.allocate(bytes.length);
    try (NbdClient disk = server.connect("left")) {
      disk.read(12_345, found);
    }
    assertThat(found.array()).isEqualTo(wanted);
  }

  @Test
  void saysWhatTheServerRefuses() {
    assertThatThrownBy(() -> server.connect("neither").close())
        .isInstanceOf(DemoFailure.class)
        .hasMessageContaining("The disk 'neither' cannot be opened")
        .hasMessageContaining("no disk 'neither'");
    try (NbdClient disk = server.connect("left")) {
      assertThatThrownBy(() -> disk.read(SIZE_BYTES - 1, ByteBuffer.allocate(2)))
          .isInstanceOf(DemoFailure.class)
          .hasMessageContaining("READ of 2 bytes at " + (SIZE_BYTES - 1) + " of 'left'");
      disk.flush();
    }
  }

  @Test
  void findsTheFirstByteInWhichDisksDiffer() {
    try (NbdClient left = server.connect("left");
        NbdClient right = server.connect("right")) {
      assertThat(WholeDisk.firstDifference(left, right)).isEmpty();
      String empty = WholeDisk.sha256(left, quiet());
      assertThat(WholeDisk.sha256(right, quiet())).isEqualTo(empty);

      right.write(SIZE_BYTES - 1, ByteBuffer.wrap(new byte[] {1}));

      assertThat(WholeDisk.firstDifference(left, right)).hasValue(SIZE_BYTES - 1);
      assertThat(WholeDisk.sha256(right, quiet())).isNotEqualTo(empty);
    }
  }

  static Progress quiet() {
    return new Progress(System.out, false, Glyphs.ASCII, "", 0);
  }
}
