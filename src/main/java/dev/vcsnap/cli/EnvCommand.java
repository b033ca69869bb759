package dev.vcsnap.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code vcsnap env}: prints the variables for a shell again, for a server at a given address. */
@Command(
    name = "env",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Prints the 'export …' lines that a server printed at its start: eval \"$(vcsnap env)\".")
final class EnvCommand implements Callable<Integer> {

  @Option(
      names = "--port",
      defaultValue = "8989",
      paramLabel = "PORT",
      description = "The server's web port (default: ${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--nbd-port",
      defaultValue = "10809",
      paramLabel = "PORT",
      description = "The server's NBD port (default: ${DEFAULT-VALUE}).")
  private int nbdPort;

  @Option(
      names = "--host",
      defaultValue = "127.0.0.1",
      paramLabel = "ADDRESS",
      description = "The server's address (default: ${DEFAULT-VALUE}).")
  private String host = "127.0.0.1";

  @Option(names = "--plain-http", description = "The server speaks HTTP.")
  private boolean plainHttp;

  @Override
  public Integer call() {
    String named = Banner.hostIn(host);
    String url = (plainHttp ? "http://" : "https://") + named + ":" + port;
    System.out.print(
        new Banner(url, "nbd://" + named + ":" + nbdPort, "", "", List.of()).exports());
    return 0;
  }
}
