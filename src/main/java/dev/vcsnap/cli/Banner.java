package dev.vcsnap.cli;

import dev.vcsnap.nbd.NbdServer;
import dev.vcsnap.server.ServerCertificate;
import dev.vcsnap.server.ServerProperties;
import java.util.List;
import java.util.Objects;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * How to reach a running server: addresses, accounts, and the variables that make govc use it.
 *
 * @param url the web address without a path
 * @param nbdUrl the NBD address without an export name
 * @param thumbprints the certificate's thumbprints as text; empty over plain HTTP
 * @param data the data directory
 * @param accounts who may log in, each as {@code user / password}: an emulator's are no secret
 */
record Banner(String url, String nbdUrl, String thumbprints, String data, List<String> accounts) {

  static Banner of(ConfigurableApplicationContext context) {
    var environment = context.getEnvironment();
    boolean tls = environment.getProperty("server.ssl.enabled", Boolean.class, true);
    String address = Objects.requireNonNull(environment.getProperty("server.address"));
    String host = hostIn(address);
    var certificate = context.getBean(ServerCertificate.class);
    var properties = context.getBean(ServerProperties.class);
    return new Banner(
        (tls ? "https://" : "http://") + host + ":" + environment.getProperty("local.server.port"),
        "nbd://" + host + ":" + context.getBean(NbdServer.class).port(),
        tls
            ? "SHA-1 "
                + certificate.sha1Thumbprint()
                + "\n               SHA-256 "
                + certificate.sha256Thumbprint()
            : "",
        properties.data().toAbsolutePath().normalize().toString(),
        properties.shownAccounts());
  }

  /** An address as it stands in a URL; one that means all interfaces is reached by loopback. */
  static String hostIn(String address) {
    return switch (address) {
      case "0.0.0.0" -> "127.0.0.1";
      case "::" -> "[::1]";
      default -> address.contains(":") && !address.startsWith("[") ? "[" + address + "]" : address;
    };
  }

  String text() {
    var text = new StringBuilder();
    text.append("\nvcsnap is ready: a vCenter whose snapshots are real.\n\n");
    text.append("  vSphere API  ").append(url).append("/sdk\n");
    text.append("  Swagger UI   ").append(url).append("/swagger-ui.html\n");
    text.append("  Disks        ").append(nbdUrl).append("/DC0_H0_VM0/scsi0:0\n");
    text.append("  Data         ").append(data).append('\n');
    text.append("  Accounts     ").append(String.join(", ", accounts)).append('\n');
    if (!thumbprints.isEmpty()) {
      text.append("  Certificate  self-signed, ").append(thumbprints).append('\n');
    }
    return text.append('\n').append(exports()).append('\n').toString();
  }

  /** The lines for a shell. */
  String exports() {
    String withUser = url.replace("://", "://user:pass@");
    return "export GOVC_URL='"
        + withUser
        + "/sdk'\nexport GOVC_INSECURE=1\nexport VCSNAP_URL='"
        + url
        + "'\nexport VCSNAP_NBD='"
        + nbdUrl
        + "'\n";
  }
}
