package dev.vcsnap.disk.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostFileTest {

  private static final int MIB = 1 << 20;

  @TempDir Path temporary;

  @Test
  void storage_is_what_was_written_and_not_the_holes_around_it() {
    try (DiskFile file = new HostFiles().create(temporary.resolve("sparse"))) {
      file.resize(64L * MIB);
      assertThat(file.allocatedBytes()).isLessThan(MIB);

      file.writeAt(8 * MIB, ByteBuffer.wrap(new byte[MIB]));
      file.writeAt(32 * MIB, ByteBuffer.wrap(new byte[MIB]));
      file.sync();

      assertThat(file.allocatedBytes()).isBetween(2L * MIB, 3L * MIB);
    }
  }
}
