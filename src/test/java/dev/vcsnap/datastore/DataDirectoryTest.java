package dev.vcsnap.datastore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.ground.clock.SystemClock;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {

  @TempDir Path temp;
  private final Clock clock = new SystemClock();

  @Test
  void isCreatedThenReopened() throws IOException {
    Path data = temp.resolve("deep/data");
    try (DataDirectory first = DataDirectory.open(data, clock)) {
      assertThat(first.created()).isTrue();
      Datastore datastore = first.datastore("LocalDS_0");
      Files.writeString(datastore.root().resolve("x"), "kept");
      Files.writeString(first.serverFile("keys.p12"), "key");
      assertThat(datastore.root()).isEqualTo(data.toRealPath().resolve("LocalDS_0"));
    }
    try (DataDirectory again = DataDirectory.open(data, clock)) {
      assertThat(again.created()).isFalse();
      assertThat(again.datastore("LocalDS_0").exists(DatastorePath.parse("[LocalDS_0] x")))
          .isTrue();
      assertThat(again.serverFile("keys.p12")).hasContent("key");
      assertThat(data.resolve("vcsnap.lock"))
          .content()
          .contains("pid = \"" + ProcessHandle.current().pid() + "\"");
    }
  }

  @Test
  void refusesAFolderThatIsNotOurs() throws IOException {
    Files.writeString(temp.resolve("thesis.txt"), "precious");

    assertThatThrownBy(() -> DataDirectory.open(temp, clock))
        .isInstanceOfSatisfying(
            BlockError.class, e -> assertThat(e.kind()).isEqualTo(BlockError.Kind.NOT_THIS_FORMAT))
        .hasMessageContaining(temp.toRealPath().toString())
        .hasMessageContaining("thesis.txt")
        .hasMessageContaining("choose an empty or a new directory");
    assertThat(temp.toFile().list()).containsExactly("thesis.txt");
  }

  @Test
  void refusesAFile() throws IOException {
    Path file = Files.writeString(temp.resolve("file"), "x");

    assertThatThrownBy(() -> DataDirectory.open(file, clock))
        .isInstanceOf(BlockError.class)
        .hasMessageContaining("is a file");
    assertThatThrownBy(() -> DataDirectory.open(file.resolve("below"), clock))
        .isInstanceOf(BlockError.class);
  }

  @Test
  void takesAFreshVolumeAndAFirstStartThatWasCutShort() throws IOException {
    Files.createDirectory(temp.resolve("lost+found"));
    Files.writeString(temp.resolve("vcsnap.lock"), "");
    Files.writeString(temp.resolve(".vcsnap-0.tmp"), "magic = ");

    try (DataDirectory data = DataDirectory.open(temp, clock)) {
      assertThat(data.created()).isTrue();
    }
    assertThat(temp.toFile().list())
        .containsExactlyInAnyOrder("lost+found", "vcsnap.lock", "vcsnap.data");
  }

  @Test
  void refusesANewerFormatADamagedMarkerAndAForeignOne() throws IOException {
    DataDirectory.open(temp, clock).close();
    Path marker = temp.resolve("vcsnap.data");
    String good = Files.readString(marker);

    assertRefused(
        marker,
        good.replace("format = \"1\"", "format = \"2\""),
        BlockError.Kind.TOO_NEW,
        "newer program");
    assertRefused(
        marker,
        good.replace("format = \"1\"", "format = \"0\""),
        BlockError.Kind.CORRUPT,
        "damaged");
    assertRefused(
        marker,
        good.replace("format = \"1\"", "format = \"x\""),
        BlockError.Kind.CORRUPT,
        "damaged");
    assertRefused(marker, "\0\1\2", BlockError.Kind.CORRUPT, "damaged");
    assertRefused(marker, "x".repeat(5000), BlockError.Kind.CORRUPT, "damaged");
    assertRefused(
        marker, "magic = \"something else\"\n", BlockError.Kind.NOT_THIS_FORMAT, "not the marker");
    Files.writeString(marker, good);
    DataDirectory.open(temp, clock).close();
  }

  private void assertRefused(Path marker, String content, BlockError.Kind kind, String words)
      throws IOException {
    Files.writeString(marker, content);
    assertThatThrownBy(() -> DataDirectory.open(temp, clock))
        .isInstanceOfSatisfying(BlockError.class, e -> assertThat(e.kind()).isEqualTo(kind))
        .hasMessageContaining("vcsnap.data")
        .hasMessageContaining(words);
  }

  @Test
  void aSecondServerInThisProcessIsRefusedAndDoesNotBreakTheLock() throws Exception {
    DataDirectory first = DataDirectory.open(temp, clock);
    try {
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(
                () -> DataDirectory.open(temp.resolve("../" + temp.getFileName()), clock))
            .isInstanceOfSatisfying(
                BlockError.class, e -> assertThat(e.kind()).isEqualTo(BlockError.Kind.LOCKED))
            .hasMessageContaining(String.valueOf(ProcessHandle.current().pid()));
      }
      assertThat(inAnotherProcess(first.root()))
          .contains("LOCKED")
          .contains("process id " + ProcessHandle.current().pid());
    } finally {
      first.close();
      first.close();
    }
    assertThat(inAnotherProcess(first.root())).contains("OPENED");
  }

  @Test
  void aKilledServersLockIsGone() throws Exception {
    Process owner = start(temp, "hold");
    try (BufferedReader said = owner.inputReader()) {
      assertThat(said.readLine()).isEqualTo("OPENED");
      assertThatThrownBy(() -> DataDirectory.open(temp, clock))
          .isInstanceOfSatisfying(
              BlockError.class, e -> assertThat(e.kind()).isEqualTo(BlockError.Kind.LOCKED))
          .hasMessageContaining("process id " + owner.pid())
          .hasMessageContaining("started at 20")
          .hasMessageContaining("vcsnap.lock");
    } finally {
      owner.destroyForcibly().waitFor();
    }
    try (DataDirectory data = DataDirectory.open(temp, clock)) {
      assertThat(data.created()).isFalse();
    }
  }

  @Test
  void refusesAFolderThatCannotBeWritten() throws IOException {
    Path locked = Files.createDirectory(temp.resolve("locked"));
    assumeTrue(
        locked.toFile().setWritable(false) && !Files.isWritable(locked),
        "root may write everywhere, skipped");

    assertThatThrownBy(() -> DataDirectory.open(locked, clock))
        .isInstanceOfSatisfying(
            BlockError.class, e -> assertThat(e.kind()).isEqualTo(BlockError.Kind.READ_ONLY))
        .hasMessageContaining("is not writable");
  }

  @Test
  void aReadOnlyFileSystemIsNotWritable() {
    Path sys = Path.of("/proc");
    assumeTrue(Files.isDirectory(sys), "no /proc, skipped");

    assertThatThrownBy(() -> DataDirectory.open(sys.resolve("vcsnap-test"), clock))
        .isInstanceOf(BlockError.class);
  }

  @Test
  void datastoreFoldersHaveSafeNames() throws IOException {
    try (DataDirectory data = DataDirectory.open(temp, clock)) {
      for (String name :
          List.of(
              "",
              " ",
              ".",
              "..",
              "../x",
              "a/b",
              "/etc",
              ".server",
              "vcsnap.lock",
              "lost+found",
              "a\0b",
              "a\nb",
              "a]b")) {
        assertThatThrownBy(() -> data.datastore(name))
            .as(name)
            .isInstanceOf(DatastorePathException.class);
      }
      assertThat(data.datastore("nfs share (1)").name()).isEqualTo("nfs share (1)");
    }
  }

  private static String inAnotherProcess(Path data) throws Exception {
    Process process = start(data, "leave");
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said;
  }

  private static Process start(Path data, String then) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            OtherServer.class.getName(),
            data.toString(),
            then)
        .redirectErrorStream(true)
        .start();
  }

  /** What another process does with the folder. */
  static final class OtherServer {

    private OtherServer() {}

    public static void main(String[] arguments) throws IOException {
      try (DataDirectory data = DataDirectory.open(Path.of(arguments[0]), new SystemClock())) {
        System.out.println(data.root().toFile().exists() ? "OPENED" : "GONE");
        if (arguments[1].equals("hold")) {
          System.in.read(); // until killed
        }
      } catch (BlockError e) {
        System.out.println(e.kind() + " " + e.getMessage());
      }
    }
  }
}
