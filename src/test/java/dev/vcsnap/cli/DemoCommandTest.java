package dev.vcsnap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.disk.check.DiskCheck;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole demonstration against a real server, as the command line starts it. */
class DemoCommandTest {

  @TempDir private Path folder;

  @Test
  void aRightBackupRestoresByteForByteAndAWrongOneFails() {
    Path data = folder.resolve("data");

    assertThat(demo("--quick", "--seed", "4711", "--data", data.toString())).isZero();

    Path machine = data.resolve("LocalDS_0/DC0_H0_VM0");
    assertThat(data.resolve("backup.img")).isRegularFile();
    assertThat(machine.resolve("DC0_H0_VM0-000001.vmdk")).doesNotExist();
    assertThat(new DiskCheck().check(machine)).isEmpty();

    assertThat(demo("--quick", "--wrong", "--plain-http", "--data", data.toString())).isEqualTo(1);
    assertThat(new DiskCheck().check(machine)).isEmpty();
  }

  private static int demo(String... options) {
    var arguments = new String[options.length + 1];
    arguments[0] = "demo";
    System.arraycopy(options, 0, arguments, 1, options.length);
    return VcsnapCommand.run(arguments);
  }
}
