package dev.vcsnap.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.chain.OpenMode;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.ground.clock.SystemClock;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command as a program of its own, because how it ends is part of it. */
@Timeout(120)
class NbdCommandTest {

  @TempDir Path directory;
  private final DiskFactory disks = new DiskFactory(new Ids(new Dice(5)), new SystemClock());
  private final List<Process> started = new ArrayList<>();
  private Path leaf = Path.of("");
  private Path socket = Path.of("");

  @BeforeEach
  void makeChain() {
    Path base = directory.resolve("My VM.vmdk");
    leaf = directory.resolve("My VM-000001.vmdk");
    socket = directory.resolve("nbd.sock");
    disks.createFlat(base, 8 << 20, true);
    disks.createDelta(leaf, base);
  }

  @AfterEach
  void endAll() throws InterruptedException {
    for (Process process : started) {
      process.destroyForcibly().waitFor();
    }
  }

  private Process start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of("dev.vcsnap.VcsnapApplication", "nbd", leaf.toString()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).start();
    started.add(process);
    return process;
  }

  private static String uriOf(Process server) throws IOException {
    BufferedReader lines = server.inputReader(StandardCharsets.UTF_8);
    return String.valueOf(lines.readLine());
  }

  private static void stop(Process server) throws InterruptedException {
    server.toHandle().destroy();
    assertThat(server.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(server.exitValue()).isZero();
  }

  private static String tool(int status, String... command) throws Exception {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      assumeTrue(false, "SKIPPED: the program \"%s\" is not installed".formatted(command[0]));
      throw e;
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isEqualTo(status);
    return output;
  }

  private byte firstByte() {
    ByteBuffer bytes = ByteBuffer.allocate(1);
    try (RunningDisk disk = disks.open(leaf, OpenMode.READ_ONLY)) {
      disk.readAt(0, bytes);
    }
    return bytes.get(0);
  }

  @Test
  void serves_the_chain_on_a_socket_until_it_is_told_to_stop() throws Exception {
    Process server = start("--socket", socket.toString());
    String uri = uriOf(server);
    assertThat(uri).isEqualTo("nbd+unix:///My%20VM-000001?socket=" + socket);
    assertThat(tool(0, "nbdinfo", "--size", uri)).isEqualToIgnoringNewLines("8388608");
    tool(0, "qemu-io", "-f", "raw", "-c", "write -P 7 0 5000", "nbd+unix:///?socket=" + socket);
    tool(1, "nbdinfo", "nbd+unix:///other?socket=" + socket);
    stop(server);
    assertThat(socket).doesNotExist();
    assertThat(firstByte()).isEqualTo((byte) 7);
  }

  @Test
  void serves_on_a_free_port_of_the_loopback_unless_told_otherwise() throws Exception {
    Process server = start("--port", "0", "--read-only");
    String uri = uriOf(server);
    assertThat(uri).matches("nbd://127\\.0\\.0\\.1:[1-9][0-9]*/My%20VM-000001");
    assertThat(tool(0, "nbdinfo", uri)).contains("is_read_only: true");
    assertThat(tool(0, "qemu-img", "info", uri)).contains("8 MiB");
    stop(server);
  }

  @Test
  void takes_over_the_socket_of_a_server_that_was_killed() throws Exception {
    Process killed = start("--socket", socket.toString());
    uriOf(killed);
    killed.destroyForcibly().waitFor();
    assertThat(socket).exists();
    Process server = start("--socket", socket.toString());
    assertThat(uriOf(server)).startsWith("nbd+unix:");
    stop(server);
  }

  @Test
  void leaves_a_socket_alone_on_which_somebody_listens() throws Exception {
    try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      other.bind(UnixDomainSocketAddress.of(socket));
      assertRefused("a server listens on", "--socket", socket.toString());
    }
    assertThat(socket).exists();
  }

  @Test
  void leaves_a_file_alone_that_is_no_socket() throws Exception {
    Files.writeString(socket, "mine");
    assertRefused("is no socket", "--socket", socket.toString());
    assertThat(socket).hasContent("mine");
  }

  @Test
  void refuses_a_chain_that_is_in_use() throws Exception {
    try (RunningDisk _ = disks.open(leaf, OpenMode.READ_WRITE)) {
      assertRefused("is in use by", "--socket", socket.toString());
    }
    assertThat(socket).doesNotExist();
  }

  private void assertRefused(String reason, String... arguments) throws Exception {
    Process server = start(arguments);
    String said = new String(server.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(server.waitFor()).isEqualTo(1);
    assertThat(said).contains(reason);
  }
}
