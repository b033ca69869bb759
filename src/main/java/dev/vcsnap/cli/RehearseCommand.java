package dev.vcsnap.cli;

import dev.vcsnap.cli.demo.WorkFolder;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.ground.clock.SystemClock;
import dev.vcsnap.server.ServerCertificate;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.springframework.context.ConfigurableApplicationContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code vcsnap rehearse}: starts a server of its own and calls it for a while as clients do.
 *
 * <p>It is for the virtual machine that looks on ({@code -XX:AOTCacheOutput}): what is loaded and
 * what runs often here, later starts find ready, and compile first.
 */
@Command(
    name = "rehearse",
    hidden = true,
    description = "Starts a server of its own, calls it as clients do, and ends; see 'train'.")
final class RehearseCommand implements Callable<Integer> {

  private static final int ROUNDS_PER_SESSION = 20;

  @Option(
      names = "--seconds",
      defaultValue = "15",
      paramLabel = "NUMBER",
      description = "How long it is called (default: ${DEFAULT-VALUE}).")
  private int seconds = 15;

  private final Clock clock = new SystemClock();

  @Override
  public Integer call() {
    WorkFolder folder = WorkFolder.temporary();
    try {
      ConfigurableApplicationContext context =
          ServeCommand.start(
              List.of(
                  "--server.port=0",
                  "--server.address=127.0.0.1",
                  "--vcsnap.nbd.port=0",
                  "--vcsnap.nbd.listen=127.0.0.1",
                  "--vcsnap.data=" + folder.path().resolve("data")),
              closed -> {});
      try {
        rehearse(
            URI.create(Banner.of(context).url()),
            context.getBean(ServerCertificate.class).sha256Thumbprint());
      } finally {
        context.close();
      }
    } finally {
      folder.remove();
    }
    return 0;
  }

  private void rehearse(URI server, String thumbprint) {
    long end = clock.nanoTime() + Duration.ofSeconds(seconds).toNanos();
    do {
      try (var caller = new SoapCaller(server, thumbprint)) {
        var rehearsal = new Rehearsal(caller);
        for (int round = 0; round < ROUNDS_PER_SESSION; round++) {
          String machine = rehearsal.list();
          long begun = clock.nanoTime();
          rehearsal.takeAndRemoveSnapshot(machine);
          readFor(clock.nanoTime() - begun, rehearsal, machine);
        }
        rehearsal.logOut();
      }
    } while (clock.nanoTime() - end < 0);
  }

  /** Half of the time goes to reading: what is called most often is to be compiled best. */
  private void readFor(long nanos, Rehearsal rehearsal, String machine) {
    long begun = clock.nanoTime();
    do {
      rehearsal.read(machine);
    } while (clock.nanoTime() - begun < nanos);
  }
}
