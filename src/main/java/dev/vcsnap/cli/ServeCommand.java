package dev.vcsnap.cli;

import dev.vcsnap.VcsnapApplication;
import dev.vcsnap.datastore.FileSystemType;
import dev.vcsnap.inventory.Product;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextClosedEvent;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code vcsnap serve}: runs the server in the foreground until it is told to stop. */
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Runs the server in the foreground; SIGTERM or Ctrl-C ends it cleanly.",
      "",
      "On the web port: SOAP at /sdk, VI/JSON at /sdk/vim25, datastore files at /folder, Swagger UI"
          + " at /swagger-ui.html, metrics at /actuator/prometheus, and /health.",
      "On the NBD port: <machine>/<node> is a running disk, <machine>/<node>@<snapshot> a frozen"
          + " one.",
      "",
      "A merge that meets a file which somebody reads ends with FileLocked, as on a real host;"
          + " $VCSNAP_LOCKEDDISK=wait lets it wait for $VCSNAP_LOCKEDDISKWAIT (5m)."
          + " $VCSNAP_MERGERATE (e.g. 20MB, a second) slows merges down.",
      ""
    })
final class ServeCommand implements Callable<Integer> {

  @Option(
      names = "--port",
      defaultValue = "8989",
      paramLabel = "PORT",
      description = "Web port; 0 takes a free one (default: ${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--nbd-port",
      defaultValue = "10809",
      paramLabel = "PORT",
      description = "NBD port; 0 takes a free one (default: ${DEFAULT-VALUE}).")
  private int nbdPort;

  @Option(
      names = "--data",
      defaultValue = "vcsnap-data",
      paramLabel = "DIR",
      description = "Where everything is kept; made if it is missing (default: ${DEFAULT-VALUE}).")
  private Path data = Path.of("vcsnap-data");

  @Option(
      names = "--database-url",
      paramLabel = "URL",
      description =
          "Keep tasks, registrations and ids in PostgreSQL instead of a file of the data directory:"
              + " jdbc:postgresql://HOST/NAME. User and password may stand in"
              + " $$SPRING_DATASOURCE_USERNAME and $$SPRING_DATASOURCE_PASSWORD.")
  private @Nullable String databaseUrl;

  @Option(
      names = "--datastore-type",
      defaultValue = "vmfs6",
      paramLabel = "TYPE",
      description =
          "What the datastore appears as, which decides the deltas of its disks: vmfs6 (SEsparse),"
              + " vmfs5 (vmfsSparse under 2 TB, SEsparse from there up) or nfs (vmfsSparse; no"
              + " snapshots of disks of 2 TB and more). A chain keeps the kind that it has"
              + " (default: ${DEFAULT-VALUE}).")
  private FileSystemType datastoreType = FileSystemType.VMFS6;

  @Option(
      names = "--machines",
      defaultValue = "4",
      paramLabel = "NUMBER",
      description =
          "How many machines a new data directory begins with, up to 100000; those after the fourth"
              + " have empty disks (default: ${DEFAULT-VALUE}).")
  private int machines;

  @Option(
      names = "--personality",
      defaultValue = "vcenter",
      paramLabel = "PRODUCT",
      description =
          "What clients take the server for: vcenter, or esxi for a host by itself, which keeps an"
              + " inventory of its own of the same datastore (default: ${DEFAULT-VALUE}).")
  private Product personality = Product.VCENTER;

  @Option(
      names = "--api-version",
      defaultValue = "8.0.3",
      paramLabel = "VERSION",
      description =
          "The version that it says it has, and whose interface it speaks: 8.0.3, 8.0.2, 8.0.1,"
              + " 8.0.0 or 7.0.3 (default: ${DEFAULT-VALUE}).")
  private String apiVersion = "8.0.3";

  @Option(names = "--plain-http", description = "Serve HTTP instead of HTTPS.")
  private boolean plainHttp;

  @Option(
      names = "--listen",
      defaultValue = "127.0.0.1",
      paramLabel = "ADDRESS",
      description = "Address of both ports; NBD has no encryption (default: ${DEFAULT-VALUE}).")
  private String listen = "127.0.0.1";

  @Option(
      names = "--seed",
      paramLabel = "NUMBER",
      description = "Makes every id and the disks' content repeatable; also $VCSNAP_SEED.")
  private @Nullable Long seed;

  @Option(names = "--verbose", description = "Log calls and connections too.")
  private boolean verbose;

  @Override
  public Integer call() throws InterruptedException {
    ConfigurableApplicationContext context = start(properties());
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(context), "stop"));
    System.out.print(Banner.of(context).text());
    System.out.flush();
    new CountDownLatch(1).await();
    return 0;
  }

  private static ConfigurableApplicationContext start(List<String> properties) {
    return application().registerShutdownHook(false).run(properties.toArray(String[]::new));
  }

  /** Starts a server in this process that is closed when the program is interrupted. */
  static ConfigurableApplicationContext start(
      List<String> properties, ApplicationListener<ContextClosedEvent> onClosed) {
    return application().listeners(onClosed).run(properties.toArray(String[]::new));
  }

  private static SpringApplicationBuilder application() {
    return new SpringApplicationBuilder(VcsnapApplication.class).logStartupInfo(false);
  }

  /**
   * A server that was told to stop and did so cleanly ends with status 0, whatever the signal was.
   */
  private static void stop(ConfigurableApplicationContext context) {
    context.close();
    System.out.flush();
    Runtime.getRuntime().halt(0);
  }

  private List<String> properties() {
    List<String> properties =
        new ArrayList<>(
            List.of(
                "--server.port=" + port,
                "--server.address=" + listen,
                "--vcsnap.nbd.port=" + nbdPort,
                "--vcsnap.nbd.listen=" + listen,
                "--vcsnap.data=" + data,
                "--vcsnap.datastore-type=" + datastoreType,
                "--vcsnap.machines=" + machines,
                "--vcsnap.personality=" + personality.name().toLowerCase(Locale.ROOT),
                "--vcsnap.api-version=" + apiVersion));
    if (plainHttp) {
      properties.add("--server.ssl.enabled=false");
    }
    if (databaseUrl != null) {
      properties.add("--spring.datasource.url=" + databaseUrl);
    }
    if (seed != null) {
      properties.add("--vcsnap.seed=" + seed);
    }
    if (verbose) {
      properties.add("--logging.level.dev.vcsnap=DEBUG");
    }
    return properties;
  }
}
