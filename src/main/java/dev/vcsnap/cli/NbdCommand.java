package dev.vcsnap.cli;

import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.chain.OpenMode;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.ground.clock.SystemClock;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.nbd.NbdListener;
import dev.vcsnap.nbd.NbdServer;
import dev.vcsnap.nbd.NbdTls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vcsnap nbd}: serves one chain over NBD, without a vCenter around it. */
@Command(
    name = "nbd",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Serves the disk of a chain over NBD in the foreground; SIGTERM or Ctrl-C ends it cleanly.",
      "Its export is named like the descriptor without '.vmdk'; the empty name is the same disk.",
      "The address is the first line printed, and clients may connect from then on.",
      ""
    })
final class NbdCommand implements Callable<Integer> {

  /** A port or a socket, not both. */
  static final class Place {

    @Option(
        names = "--port",
        paramLabel = "PORT",
        description = "TCP port; 0 takes a free one (default: 10809).")
    private @Nullable Integer port;

    @Option(
        names = "--socket",
        paramLabel = "PATH",
        description = "Listen on a UNIX socket instead; its file is removed at the end.")
    private @Nullable Path socket;
  }

  private static final int USUAL_PORT = 10809;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "VMDK", description = "The descriptor of the chain's last link.")
  private Path descriptor = Path.of("");

  @ArgGroup private @Nullable Place place;

  @Option(
      names = "--listen",
      paramLabel = "ADDRESS",
      description = "Address of the port; NBD has no encryption (default: 127.0.0.1).")
  private @Nullable String listen;

  @Option(names = "--read-only", description = "Refuse writes, and open the files for reading.")
  private boolean readOnly;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path socket = place == null ? null : place.socket;
    if (socket != null && listen != null) {
      throw new ParameterException(
          Objects.requireNonNull(spec).commandLine(), "--listen is for a port, not for a socket.");
    }
    try (StopSignal signal = StopSignal.watch()) {
      if (socket == null) {
        serve(tcpAddress(), signal);
      } else {
        try (SocketFile file = SocketFile.claim(socket.toAbsolutePath().normalize())) {
          serve(file.address(), signal);
        }
      }
      signal.obeyed();
    }
    return 0;
  }

  private InetSocketAddress tcpAddress() {
    Integer port = place == null ? null : place.port;
    return new InetSocketAddress(
        listen == null ? "127.0.0.1" : listen, port == null ? USUAL_PORT : port);
  }

  private void serve(SocketAddress address, StopSignal signal) throws InterruptedException {
    Path leaf = descriptor.toAbsolutePath().normalize();
    var clock = new SystemClock();
    var disks = new DiskFactory(new Ids(Dice.unpredictable()), clock);
    OpenMode mode = readOnly ? OpenMode.READ_ONLY : OpenMode.READ_WRITE;
    try (RunningDisk disk = disks.open(leaf, mode)) {
      var export = new SingleExport(nameOf(leaf), disk, readOnly);
      try (var server = new NbdServer(export, address, NbdTls.NONE, clock, NbdListener.NONE)) {
        server.start();
        System.out.println(uri(address, server, export.name()));
        System.out.flush();
        signal.await();
      }
    }
  }

  private static String nameOf(Path descriptor) {
    return descriptor.getFileName().toString().replaceFirst("\\.vmdk$", "");
  }

  private static String uri(SocketAddress address, NbdServer server, String name) {
    return switch (address) {
      case InetSocketAddress inet ->
          "nbd://%s:%d/%s"
              .formatted(Banner.hostIn(inet.getHostString()), server.port(), escaped(name));
      default -> "nbd+unix:///%s?socket=%s".formatted(escaped(name), escaped(address.toString()));
    };
  }

  /** Text as it stands in a URI, where a slash in a path may stay. */
  private static String escaped(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20").replace("%2F", "/");
  }
}
