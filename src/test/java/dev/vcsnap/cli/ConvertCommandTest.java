package dev.vcsnap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.chain.OpenMode;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.ground.clock.SystemClock;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConvertCommandTest {

  @TempDir Path directory;
  private final DiskFactory factory = new DiskFactory(new Ids(new Dice(3)), new SystemClock());
  private String source = "";

  @BeforeEach
  void makeDisk() {
    Path path = directory.resolve("VM.vmdk");
    source = path.toString();
    factory.createFlat(path, 1 << 20, true);
    try (RunningDisk disk = factory.open(path, OpenMode.READ_WRITE)) {
      disk.writeAt(70_000, ByteBuffer.wrap(new byte[] {1, 2, 3}));
    }
  }

  private String target(String name) {
    return directory.resolve(name).toString();
  }

  private static int convert(String... arguments) {
    String[] line = new String[arguments.length + 1];
    line[0] = "convert";
    System.arraycopy(arguments, 0, line, 1, arguments.length);
    return VcsnapCommand.run(line);
  }

  @Test
  void converts_there_and_back() {
    assertThat(convert(source, target("s.vmdk"), "--to", "stream")).isZero();
    assertThat(convert(target("s.vmdk"), target("f.vmdk"), "--to", "flat", "--thick")).isZero();
    ByteBuffer bytes = ByteBuffer.allocate(3);
    try (RunningDisk disk = factory.open(directory.resolve("f.vmdk"), OpenMode.READ_ONLY)) {
      disk.readAt(70_000, bytes);
    }
    assertThat(bytes.array()).containsExactly(1, 2, 3);
  }

  @Test
  void refuses_to_overwrite_and_fails_with_status_1() throws Exception {
    Files.writeString(directory.resolve("mine.vmdk"), "mine");
    assertThat(convert(source, target("mine.vmdk"))).isEqualTo(1);
    assertThat(directory.resolve("mine.vmdk")).hasContent("mine");
    assertThat(convert(target("none.vmdk"), target("x.vmdk"))).isEqualTo(1);
  }

  @Test
  void a_misspelt_command_has_status_2_and_makes_nothing() {
    assertThat(convert(source, target("x.raw"))).isEqualTo(2);
    assertThat(convert(source, target("x.vmdk"), "--to", "qcow2")).isEqualTo(2);
    assertThat(convert(source, target("x.vmdk"), "--thin", "--thick")).isEqualTo(2);
    assertThat(convert(source, target("x.vmdk"), "--to", "stream", "--thin")).isEqualTo(2);
    assertThat(convert(source)).isEqualTo(2);
    assertThat(directory.resolve("x.vmdk")).doesNotExist();
  }
}
