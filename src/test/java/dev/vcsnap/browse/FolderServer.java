package dev.vcsnap.browse;

import dev.vcsnap.call.Privileges;
import dev.vcsnap.datastore.Datastore;
import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.ground.clock.SystemClock;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.inventory.HostIdentity;
import dev.vcsnap.inventory.InventoryTree;
import dev.vcsnap.inventory.Personality;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.lease.ComposedLinks;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.rights.AccessService;
import dev.vcsnap.rights.AuthorizationService;
import dev.vcsnap.rights.PrivilegeCatalog;
import dev.vcsnap.session.Account;
import dev.vcsnap.session.Admission;
import dev.vcsnap.session.PasswordSessions;
import dev.vcsnap.session.Session;
import dev.vcsnap.session.SessionService;
import dev.vcsnap.session.Tickets;
import dev.vcsnap.storage.StorageServices;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.tomcat.util.buf.EncodedSolidusHandling;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** The binding in a real web server over some datastores of the default inventory. */
final class FolderServer implements AutoCloseable {

  /** Not a configuration class by annotation, so that no scan of the packages finds it. */
  @EnableAutoConfiguration
  @Import(BrowseConfiguration.class)
  static class Application {

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> connector(FolderServer server) {
      return factory ->
          factory.addConnectorCustomizers(connector -> {
            connector.setEncodedSolidusHandling(EncodedSolidusHandling.PASS_THROUGH.getValue());
            connector.setProperty("useSendfile", Boolean.toString(server.zeroCopy));
          });
    }
  }

  /** A clock that a test moves. */
  static final class MovedClock implements Clock {

    private final Clock real = new SystemClock();
    private volatile Duration ahead = Duration.ZERO;

    void advance(Duration by) {
      ahead = ahead.plus(by);
    }

    @Override
    public Instant now() {
      return real.now().plus(ahead);
    }

    @Override
    public long nanoTime() {
      return real.nanoTime() + ahead.toNanos();
    }

    @Override
    public void sleep(Duration duration) {
      throw new UnsupportedOperationException("nothing here sleeps");
    }
  }

  final MovedClock clock = new MovedClock();
  final SessionService sessions =
      new SessionService(
          clock,
          new Ids(new Dice(1)),
          List.of(
              Account.administrator("user", "pass"),
              Account.administrator("other", "p:\u00e4ss"),
              new Account("viewer", "pass", Set.of(), "ReadOnly")),
          Duration.ofMinutes(30));

  /** A privilege that nobody has. */
  volatile String refused = "none";

  final Tickets tickets = new Tickets(sessions, clock, new Ids(new Dice(2)));
  private final boolean zeroCopy;
  private final ServletWebServerApplicationContext context;

  FolderServer(boolean zeroCopy, Datastore... datastores) {
    this(
        zeroCopy,
        new ComposedLinks(
            vmx -> Optional.empty(),
            List::<VirtualMachine>of,
            new DiskFactory(new Ids(new Dice(3)), new SystemClock())),
        datastores);
  }

  FolderServer(boolean zeroCopy, ComposedLinks links, Datastore... datastores) {
    this.zeroCopy = zeroCopy;
    var objects = new ObjectRegistry();
    var access =
        new AccessService(
            objects, new AuthorizationService(sessions.accounts(), new PrivilegeCatalog()));
    var tree =
        new InventoryTree(
            objects,
            clock,
            Personality.vcenter("test"),
            new HostIdentity("127.0.0.1", ""),
            List.of(datastores));
    context =
        (ServletWebServerApplicationContext)
            new SpringApplicationBuilder(Application.class)
                .initializers(made -> {
                  var beans = made.getBeanFactory();
                  beans.registerSingleton("server", this);
                  beans.registerSingleton("sessions", sessions);
                  beans.registerSingleton(
                      "admission",
                      new Admission(sessions, new PasswordSessions(sessions), tickets));
                  beans.registerSingleton("tree", tree);
                  beans.registerSingleton(
                      "privileges",
                      (Privileges)
                          (session, object, privilege) ->
                              !refused.equals(privilege) && access.has(session, object, privilege));
                  beans.registerSingleton("files", StorageServices.files(clock));
                  beans.registerSingleton("links", links);
                })
                .run(
                    "--server.port=0",
                    "--server.address=127.0.0.1",
                    "--server.ssl.enabled=false",
                    "--server.tomcat.relaxed-path-chars=[,]",
                    "--server.shutdown=immediate",
                    "--spring.servlet.multipart.enabled=false",
                    "--spring.mvc.formcontent.filter.enabled=false",
                    "--spring.main.banner-mode=off",
                    "--spring.jmx.enabled=false",
                    "--logging.level.root=warn");
  }

  Wire connect() throws IOException {
    return new Wire(context.getWebServer().getPort());
  }

  /** One request on a connection of its own, with a password. */
  Wire.Reply get(String target, String... headers) throws IOException {
    return send("GET", target, headers);
  }

  Wire.Reply send(String method, String target, String... headers) throws IOException {
    String[] all = Arrays.copyOf(headers, headers.length + 1);
    all[headers.length] = Wire.BASIC;
    return sendAsIs(method, target, all);
  }

  /** Uploads on a connection of its own, with a password. */
  Wire.Reply put(String target, byte[] content) throws IOException {
    try (Wire wire = connect()) {
      return wire.upload(target, content, Wire.BASIC, "Content-Length: " + content.length);
    }
  }

  /** One request on a connection of its own, with no other headers than these. */
  Wire.Reply sendAsIs(String method, String target, String... headers) throws IOException {
    try (Wire wire = connect()) {
      return wire.send(method, target, headers);
    }
  }

  Session login() {
    return sessions.login("user", "pass", "en", "10.0.0.1", "test").orElseThrow();
  }

  @Override
  public void close() {
    context.close();
  }
}
