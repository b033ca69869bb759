package dev.vcsnap.admin;

import dev.vcsnap.VcsnapApplication;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/** A whole server of six machines; those that are more than four have empty disks. */
final class StartedServer {

  private StartedServer() {}

  /**
   * Starts it on a free port, without TLS.
   *
   * @param more further arguments
   */
  static ConfigurableApplicationContext start(Path data, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--server.port=0",
                "--server.ssl.enabled=false",
                "--vcsnap.nbd.port=0",
                "--vcsnap.machines=6",
                "--vcsnap.data=" + data,
                "--logging.level.root=WARN"));
    arguments.addAll(List.of(more));
    return new SpringApplicationBuilder(VcsnapApplication.class)
        .run(arguments.toArray(String[]::new));
  }

  /** Where its pages are. */
  static URI rootOf(ConfigurableApplicationContext server) {
    int port = ((WebServerApplicationContext) server).getWebServer().getPort();
    return URI.create("http://127.0.0.1:" + port);
  }
}
