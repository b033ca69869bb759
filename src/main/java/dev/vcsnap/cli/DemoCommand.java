package dev.vcsnap.cli;

import dev.vcsnap.cli.demo.DemoFailure;
import dev.vcsnap.cli.demo.DemoPlan;
import dev.vcsnap.cli.demo.DemoServer;
import dev.vcsnap.cli.demo.DemoStory;
import dev.vcsnap.cli.demo.WorkFolder;
import dev.vcsnap.ground.clock.SystemClock;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.nbd.NbdServer;
import dev.vcsnap.server.ServerCertificate;
import java.io.Console;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code vcsnap demo}: starts a server of its own and backs up, restores and compares a machine
 * through the server's interfaces.
 */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Starts a server of its own and plays a whole backup against it, through HTTPS and NBD only:",
      "a full copy of a machine whose guest keeps writing, copies of what changed, a restore to"
          + " another machine, and the comparison of every byte.",
      "Exit status: 0 the restored disk is equal, 1 it is not or something failed.",
      ""
    })
final class DemoCommand implements Callable<Integer> {

  private static final int INCREMENTS = 3;
  private static final int SEED_BOUND = 1_000_000;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Keep the server's data and the backup there (default: a temporary folder).")
  private @Nullable Path data;

  @Option(names = "--plain-http", description = "Use HTTP instead of HTTPS.")
  private boolean plainHttp;

  @Option(
      names = "--seed",
      paramLabel = "NUMBER",
      description = "Repeats the ids, the disks' content and what the guest writes.")
  private @Nullable Long seed;

  @Option(names = "--quick", description = "One incremental backup instead of three.")
  private boolean quick;

  @Option(
      names = "--wrong",
      description = "Ignore the last changes, as a wrong backup would, and see what comes of it.")
  private boolean wrong;

  @Override
  public Integer call() {
    long chosen = seed == null ? Dice.unpredictable().stream("demo").nextInt(SEED_BOUND) : seed;
    WorkFolder folder = data == null ? WorkFolder.temporary() : WorkFolder.kept(data);
    // On Ctrl-C another thread closes the server, and only then may the folder go.
    SpringApplication.getShutdownHandlers().add(folder::remove);
    var interrupted = new AtomicBoolean();
    try {
      return play(folder.path(), chosen, interrupted) ? 0 : 1;
    } catch (DemoFailure e) {
      System.err.println(
          "vcsnap: " + (interrupted.get() ? "The demonstration was interrupted." : e.getMessage()));
      return 1;
    } finally {
      if (!interrupted.get()) {
        folder.remove();
      }
    }
  }

  private boolean play(Path folder, long chosen, AtomicBoolean interrupted) {
    Thread self = Thread.currentThread();
    ConfigurableApplicationContext context =
        ServeCommand.start(
            properties(folder, chosen),
            event -> interrupted.set(!self.equals(Thread.currentThread())));
    try {
      Banner banner = Banner.of(context);
      System.out.println("vcsnap demo: back up a running machine and prove it.");
      System.out.printf(
          "   Server %s/sdk, disks %s, seed %d%n", banner.url(), banner.nbdUrl(), chosen);
      var plan = new DemoPlan(folder.resolve("backup.img"), quick ? 1 : INCREMENTS, wrong, chosen);
      return story(context, banner, plan).play();
    } finally {
      if (!interrupted.get()) {
        context.close();
      }
    }
  }

  private static DemoStory story(
      ConfigurableApplicationContext context, Banner banner, DemoPlan plan) {
    var nbd =
        new InetSocketAddress(
            InetAddress.getLoopbackAddress(), context.getBean(NbdServer.class).port());
    String thumbprint = context.getBean(ServerCertificate.class).sha256Thumbprint();
    return new DemoStory(
        new DemoServer(URI.create(banner.url()), nbd, thumbprint),
        plan,
        new SystemClock(),
        System.out,
        Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false));
  }

  private List<String> properties(Path folder, long chosen) {
    List<String> properties =
        new ArrayList<>(
            List.of(
                "--server.port=0",
                "--server.address=127.0.0.1",
                "--vcsnap.nbd.port=0",
                "--vcsnap.nbd.listen=127.0.0.1",
                "--vcsnap.data=" + folder,
                "--vcsnap.seed=" + chosen,
                "--logging.level.root=ERROR",
                // What stops a start is told as a sentence.
                "--logging.level.org.springframework.boot.SpringApplication=OFF",
                "--logging.level.dev.vcsnap=WARN"));
    if (plainHttp) {
      properties.add("--server.ssl.enabled=false");
    }
    return properties;
  }
}
