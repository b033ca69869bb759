package dev.vcsnap.nfclease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.lease.LeaseLab;
import dev.vcsnap.lease.LeaseTransfers;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.vim.HttpNfcLeaseInfo;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.annotation.Import;

/** The addresses of leases in a real web server. */
class NfcLeaseControllerTest {

  /** Not a configuration class by annotation, so that no scan of the packages finds it. */
  @EnableAutoConfiguration
  @Import(NfcLeaseConfiguration.class)
  static class Application {}

  @TempDir Path root;
  private final HttpClient client = HttpClient.newHttpClient();
  private LeaseLab leases;
  private ServletWebServerApplicationContext context;
  private ManagedObject lease;

  @BeforeEach
  void start() throws Exception {
    leases = new LeaseLab(root);
    VirtualMachine machine = leases.machineOff("VM");
    var noise = new byte[4 << 20];
    new Random(5).nextBytes(noise);
    leases.lab.disk(machine).writeAt(0, ByteBuffer.wrap(noise));
    lease = leases.export(machine);
    LeaseTransfers service = leases.transfers;
    context =
        (ServletWebServerApplicationContext)
            new SpringApplicationBuilder(Application.class)
                .initializers(made -> made.getBeanFactory().registerSingleton("transfers", service))
                .run(
                    "--server.port=0",
                    "--server.address=127.0.0.1",
                    "--server.ssl.enabled=false",
                    "--server.shutdown=immediate",
                    "--spring.main.banner-mode=off",
                    "--spring.jmx.enabled=false",
                    "--logging.level.root=error");
  }

  @AfterEach
  void stop() {
    context.close();
    client.close();
    leases.close();
  }

  @Test
  void a_disk_comes_as_a_stream_of_a_length_that_nobody_announces() throws Exception {
    HttpResponse<byte[]> reply = get(path());
    assertThat(reply.statusCode()).isEqualTo(200);
    assertThat(reply.headers().firstValue("Content-Type"))
        .hasValue("application/x-vnd.vmware-streamVmdk");
    assertThat(reply.headers().firstValue("Content-Length")).isEmpty();
    assertThat(reply.body()).startsWith('K', 'D', 'M', 'V');
    assertThat(leases.leases.manifest(lease).getFirst().size).isEqualTo(reply.body().length);
  }

  @Test
  void a_head_request_makes_no_stream() throws Exception {
    var request = HttpRequest.newBuilder(uri(path())).method("HEAD", noBody()).build();
    HttpResponse<byte[]> reply = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
    assertThat(reply.statusCode()).isEqualTo(200);
    assertThat(leases.leases.manifest(lease)).isEmpty();
  }

  @Test
  void what_is_exported_takes_nothing() throws Exception {
    var body = HttpRequest.BodyPublishers.ofByteArray(new byte[512]);
    for (String method : new String[] {"POST", "PUT"}) {
      var request = HttpRequest.newBuilder(uri(path())).method(method, body).build();
      assertThat(client.send(request, HttpResponse.BodyHandlers.ofByteArray()).statusCode())
          .isEqualTo(405);
    }
  }

  @Test
  void an_address_without_the_ticket_or_of_a_lease_that_ended_is_not_found() throws Exception {
    assertThat(get("/nfc/00000000-0000-4000-8000-000000000000/disk-0.vmdk").statusCode())
        .isEqualTo(404);
    assertThat(get(path().replace("disk-0", "disk-1")).statusCode()).isEqualTo(404);
    leases.leases.complete(lease);
    assertThat(get(path()).statusCode()).isEqualTo(404);
  }

  @Test
  void a_transfer_of_a_lease_that_ends_is_broken_off() throws Exception {
    HttpResponse<InputStream> reply =
        client.send(
            HttpRequest.newBuilder(uri(path())).build(), HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream body = reply.body()) {
      body.readNBytes(1);
      leases.leases.abort(lease, null);
      assertThatThrownBy(body::readAllBytes).isInstanceOf(IOException.class);
    }
  }

  private HttpResponse<byte[]> get(String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private static HttpRequest.BodyPublisher noBody() {
    return HttpRequest.BodyPublishers.noBody();
  }

  private String path() {
    return URI.create(((HttpNfcLeaseInfo) lease.get("info")).deviceUrl.getFirst().url).getPath();
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + context.getWebServer().getPort() + path);
  }
}
