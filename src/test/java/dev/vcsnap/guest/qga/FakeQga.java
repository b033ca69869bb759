package dev.vcsnap.guest.qga;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A QEMU guest agent with two file systems, which does what it was told to. */
final class FakeQga implements AutoCloseable {

  private static final JsonMapper JSON = new JsonMapper();

  private final SocketChannel channel;
  private final BlockingQueue<String> commands = new LinkedBlockingQueue<>();

  /** Files of the guest, in the form in which the agent reads and writes them. */
  final Map<String, String> files = new ConcurrentHashMap<>();

  /** What the next freeze answers. */
  volatile int freezes = 2;

  /** Whether a hook puts applications in order. */
  volatile boolean hook;

  /** Whether a hook never comes to its end. */
  volatile boolean hangs;

  /** The command at which it ends instead of answering. */
  volatile String dies = "";

  /** What it is kept from doing. */
  final Set<String> disabled = ConcurrentHashMap.newKeySet();

  private volatile int frozen;
  private String open = "";

  FakeQga(SocketAddress address, boolean frozen, String... disabled) throws IOException {
    this.frozen = frozen ? 2 : 0;
    this.disabled.addAll(List.of(disabled));
    channel = SocketChannel.open(address);
    // What an earlier host's question left behind.
    send("{\"return\": 77}\n");
    Thread.ofVirtual().start(this::serve);
  }

  boolean isFrozen() {
    return frozen > 0;
  }

  /** Thaws behind the host's back. */
  void thaw() {
    frozen = 0;
  }

  /** Waits until a command came. */
  void hears(String command) throws InterruptedException {
    for (String next = ""; !command.equals(next); ) {
      next = commands.poll(10, TimeUnit.SECONDS);
      assertThat(next).as("instead of %s", command).isNotNull();
    }
  }

  private void serve() {
    try (var in =
        new BufferedReader(
            new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.ISO_8859_1))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        JsonNode request = JSON.readTree(line.replace("\u00ff", ""));
        String command = request.path("execute").asString("");
        String mode = request.path("arguments").path("mode").asString("");
        commands.add(command.equals("guest-shutdown") ? command + " " + mode : command);
        if (command.equals("guest-sync-delimited")) {
          channel.write(ByteBuffer.wrap(new byte[] {(byte) 0xff}));
        }
        if (command.equals(dies)) {
          channel.close();
          return;
        }
        if (command.equals("guest-shutdown")) {
          // It has no answer when it succeeds.
          continue;
        }
        if (hangs && command.equals("guest-fsfreeze-freeze")) {
          continue;
        }
        String answer =
            disabled.contains(command)
                ? "!Command " + command + " has been disabled"
                : answer(command, request.path("arguments"));
        send(
            answer.startsWith("!") ? error(answer.substring(1)) : "{\"return\": " + answer + "}\n");
      }
    } catch (IOException e) {
      commands.add("end");
    }
  }

  private static String error(String text) {
    return "{\"error\": {\"class\": \"GenericError\", \"desc\": \"" + text + "\"}}\n";
  }

  private String answer(String command, JsonNode arguments) {
    return switch (command) {
      case "guest-sync-delimited" -> arguments.path("id").asString();
      case "guest-ping" -> "{}";
      case "guest-fsfreeze-status" -> frozen > 0 ? "\"frozen\"" : "\"thawed\"";
      case "guest-fsfreeze-thaw" -> {
        int thawed = frozen;
        frozen = 0;
        yield Integer.toString(thawed);
      }
      default -> frozen > 0 ? "!the agent is in frozen state" : whileThawed(command, arguments);
    };
  }

  private String whileThawed(String command, JsonNode arguments) {
    return switch (command) {
      case "guest-get-osinfo" -> "{\"pretty-name\": \"Debian GNU/Linux 12 (bookworm)\"}";
      case "guest-get-host-name" -> "{\"host-name\": \"web-1\"}";
      case "guest-get-fsinfo" ->
          "[{\"name\": \"vda1\", \"mountpoint\": \"/\", \"type\": \"ext4\", \"total-bytes\": 9,"
              + " \"used-bytes\": 4}, {\"name\": \"vdb\", \"mountpoint\": \"/data\", \"type\":"
              + " \"xfs\"}, {\"name\": \"sr0\", \"mountpoint\": \"/cd\", \"type\": \"iso9660\"}]";
      case "guest-fsfreeze-freeze" -> {
        frozen = freezes;
        if (hook && files.containsKey(HookMarker.WISH)) {
          files.put(HookMarker.FULFILLED, files.get(HookMarker.WISH));
        }
        yield Integer.toString(freezes);
      }
      case "guest-file-open" -> {
        open = arguments.path("path").asString();
        boolean there = files.containsKey(open) || arguments.path("mode").asString().equals("w");
        yield there ? "1" : "!No such file or directory";
      }
      case "guest-file-write" -> {
        files.put(open, arguments.path("buf-b64").asString());
        yield "{}";
      }
      case "guest-file-read" -> "{\"buf-b64\": \"" + files.get(open) + "\"}";
      case "guest-file-close" -> "{}";
      default -> "!The command " + command + " has not been found";
    };
  }

  private void send(String text) throws IOException {
    channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
