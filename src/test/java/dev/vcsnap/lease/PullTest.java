package dev.vcsnap.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.vcsnap.disk.block.MemoryDisk;
import dev.vcsnap.disk.vmdk.streamoptimized.StreamWriter;
import dev.vcsnap.evidence.Rule;
import dev.vcsnap.evidence.Witness;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.provision.ProvisionLab;
import dev.vcsnap.task.TaskService;
import dev.vcsnap.vim.HttpFault;
import dev.vcsnap.vim.HttpNfcLeaseCapabilities;
import dev.vcsnap.vim.HttpNfcLeaseSourceFile;
import dev.vcsnap.vim.HttpNfcLeaseState;
import dev.vcsnap.vim.InvalidArgument;
import dev.vcsnap.vim.InvalidDiskFormat;
import dev.vcsnap.vim.InvalidState;
import dev.vcsnap.vim.KeyValue;
import dev.vcsnap.vim.MethodFault;
import dev.vcsnap.vim.RequestCanceled;
import dev.vcsnap.vim.SSLVerifyFault;
import dev.vcsnap.vim.TaskInfo;
import dev.vcsnap.vim.VimException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that the server fetches itself, from a web server of the test's. */
class PullTest {

  private static final int BYTES = ProvisionLab.DISK_BYTES;

  @TempDir Path root;
  @TempDir Path scratch;
  private final MemoryDisk disk = MemoryDisk.random(BYTES, 20, new Random(21));
  private byte[] stream;
  private ImportLab imports;
  private HttpServer web;
  private ManagedObject lease;

  @BeforeEach
  void open() throws Exception {
    var out = new ByteArrayOutputStream();
    new StreamWriter()
        .write(
            disk,
            StreamWriter.descriptorFor(BYTES, 0x1234, "00112233445566778899aabb00001234", Map.of()),
            out,
            done -> {});
    stream = out.toByteArray();
    imports = new ImportLab(root);
    web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    web.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    serve("/disk.vmdk", stream);
    web.start();
    lease = imports.begin("new", 2);
  }

  @AfterEach
  void close() {
    web.stop(0);
    imports.close();
  }

  @Test
  @Rule(
      value = "D12",
      says = "An import fetches files itself: each goes to the disk that its importKey names.",
      by = Witness.DOCUMENT)
  void files_go_to_the_disks_that_are_named() throws Exception {
    serve("/other.vmdk", disk.content());
    assertThat(((HttpNfcLeaseCapabilities) lease.get("capabilities")).pullModeSupported).isTrue();
    TaskInfo ended = pull(file(1, "/disk.vmdk"), file(0, "/other.vmdk"));
    assertThat(ended.error).isNull();
    assertThat(ended.entity).isEqualTo(imports.lab.pool());
    assertThat(lease.get("mode")).isEqualTo("pull");
    assertThat(lease.get("transferProgress")).isEqualTo(100);
    assertThat(imports.leases.manifest(lease)).hasSize(2);
    var machine = imports.machine(lease);
    imports.leases.complete(lease);
    assertThat(MemoryDisk.contentOf(machine.disk("scsi0:1"))).isEqualTo(disk.content());
    assertThat(MemoryDisk.contentOf(machine.disk("scsi0:0"))).isEqualTo(disk.content());
  }

  @Test
  void a_file_of_an_archive_is_found_by_its_name() throws Exception {
    ForeignImage.need();
    Path folder = Files.createDirectories(scratch.resolve("ova"));
    String longName = "d".repeat(120) + ".vmdk";
    Files.write(folder.resolve("vm.ovf"), new byte[700]);
    Files.write(folder.resolve("vm-disk1.vmdk"), stream);
    Files.write(folder.resolve(longName), disk.content());
    for (String form : List.of("gnu", "pax")) {
      Path archive = scratch.resolve(form + ".ova");
      ForeignImage.run(
          "tar",
          "--format=" + form,
          "-C",
          folder,
          "-cf",
          archive,
          "vm.ovf",
          "vm-disk1.vmdk",
          longName);
      serve("/" + form + ".ova", Files.readAllBytes(archive));
      HttpNfcLeaseSourceFile first = file(0, "/" + form + ".ova");
      first.memberName = "vm-disk1.vmdk";
      HttpNfcLeaseSourceFile second = file(1, "/" + form + ".ova");
      second.memberName = longName;
      assertThat(pull(first, second).error).as(form).isNull();
    }
    var machine = imports.machine(lease);
    assertThat(MemoryDisk.contentOf(machine.disk("scsi0:0"))).isEqualTo(disk.content());
    assertThat(MemoryDisk.contentOf(machine.disk("scsi0:1"))).isEqualTo(disk.content());
    HttpNfcLeaseSourceFile missing = file(0, "/gnu.ova");
    missing.memberName = "nothing.vmdk";
    assertThat(failure(HttpFault.class, missing).statusCode).isEqualTo(404);
    HttpNfcLeaseSourceFile noArchive = file(0, "/disk.vmdk");
    noArchive.memberName = "vm-disk1.vmdk";
    failure(HttpFault.class, noArchive);
  }

  @Test
  void headers_go_along_but_not_to_another_server_that_is_named_instead() throws Exception {
    web.createContext(
        "/guarded",
        exchange -> answer(exchange, "secret".equals(header(exchange, "X-Key")) ? 200 : 403));
    HttpNfcLeaseSourceFile file = file(0, "/guarded");
    assertThat(failure(HttpFault.class, file).statusCode).isEqualTo(403);
    file.httpHeaders = List.of(header("X-Key", "secret"));
    assertThat(pull(file).error).isNull();
    var told = new CompletableFuture<String>();
    HttpServer other = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    other.createContext(
        "/guarded",
        exchange -> {
          told.complete(String.valueOf(header(exchange, "X-Key")));
          answer(exchange, 200);
        });
    other.start();
    try {
      redirect("/moved", "http://127.0.0.1:" + other.getAddress().getPort() + "/guarded");
      file.url = url("/moved");
      assertThat(pull(file).error).isNull();
      assertThat(told.get(30, TimeUnit.SECONDS)).isEqualTo("null");
    } finally {
      other.stop(0);
    }
    file.httpHeaders = List.of(header("Host", "elsewhere"));
    VimException refused = catchThrowableOfType(VimException.class, () -> pull(file));
    assertThat(refused.fault()).isInstanceOf(InvalidArgument.class);
  }

  @Test
  @Rule(
      value = "D12",
      says = "A server whose certificate has another thumbprint is refused with SSLVerifyFault.",
      by = Witness.DOCUMENT)
  void a_server_is_known_by_the_thumbprint_of_its_certificate() throws Exception {
    Path keys = scratch.resolve("keys.p12");
    ForeignImage.run(
        Path.of(System.getProperty("java.home"), "bin", "keytool"),
        "-genkeypair",
        "-keystore",
        keys,
        "-storepass",
        "changeit",
        "-alias",
        "a",
        "-keyalg",
        "EC",
        "-dname",
        "CN=somewhere");
    KeyStore store = KeyStore.getInstance(keys.toFile(), "changeit".toCharArray());
    var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(store, "changeit".toCharArray());
    var context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    HttpsServer secure =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    secure.setHttpsConfigurator(new HttpsConfigurator(context));
    secure.createContext("/disk.vmdk", exchange -> answer(exchange, 200));
    var asked = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    secure.createContext("/half", exchange -> stopHalfWay(exchange, asked, goOn));
    secure.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    secure.start();
    try {
      HttpNfcLeaseSourceFile file = file(0, "/disk.vmdk");
      file.url = "https://127.0.0.1:" + secure.getAddress().getPort() + "/disk.vmdk";
      SSLVerifyFault unknown = failure(SSLVerifyFault.class, file);
      String thumbprint =
          HexFormat.ofDelimiter(":")
              .withUpperCase()
              .formatHex(
                  MessageDigest.getInstance("SHA-1")
                      .digest(store.getCertificate("a").getEncoded()));
      assertThat(unknown.selfSigned).isTrue();
      assertThat(unknown.thumbprint).isEqualTo(thumbprint);
      file.sslThumbprint = "00" + thumbprint.substring(2);
      failure(SSLVerifyFault.class, file);
      file.sslThumbprint = thumbprint;
      assertThat(pull(file).error).isNull();
      file.url = file.url.replace("/disk.vmdk", "/half");
      ManagedObject task = begin(file);
      assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
      imports.lab.tasks.cancel(task);
      assertThat(end(task).error.fault).isInstanceOf(RequestCanceled.class);
    } finally {
      goOn.countDown();
      secure.stop(0);
    }
  }

  @Test
  void what_may_be_secret_in_an_address_is_not_told() throws Exception {
    HttpNfcLeaseSourceFile file = file(0, "/missing?signature=secret");
    TaskInfo ended = pull(file);
    assertThat(ended.error.localizedMessage).contains("/missing").doesNotContain("secret");
  }

  @Test
  void what_is_fetched_from_is_a_setting() throws Exception {
    assertThat(permits("remote", "127.0.0.1")).isFalse();
    assertThat(permits("remote", "169.254.169.254")).isFalse();
    assertThat(permits("remote", "::1")).isFalse();
    assertThat(permits("remote", "0.0.0.0")).isFalse();
    assertThat(permits("remote", "192.0.2.7")).isTrue();
    assertThat(permits("", "192.0.2.7")).isFalse();
    assertThat(permits("any", "127.0.0.1")).isTrue();
    assertThat(permits("192.0.2.0/29, ::1", "192.0.2.7")).isTrue();
    assertThat(permits("192.0.2.0/29, ::1", "192.0.2.8")).isFalse();
    assertThat(permits("192.0.2.0/29, ::1", "::1")).isTrue();
    for (InetAddress own : ownAddresses()) {
      assertThat(PullNetworks.parse("remote").permit(own)).as(own.toString()).isFalse();
    }
    for (String cloud : List.of("fd00:ec2::254", "100.100.100.200", "168.63.129.16")) {
      assertThat(permits("remote", cloud)).as(cloud).isFalse();
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PullNetworks.parse("10.0.0.0/33"))
        .withMessageContaining("'10.0.0.0/33'");
    HttpNfcLeaseSourceFile file = file(0, "/disk.vmdk");
    file.url = file.url.replace("127.0.0.1", "[::1]");
    assertThat(failure(HttpFault.class, file).statusMessage).contains("vcsnap.lease-pull-from");
    redirect("/user", "http://user:secret@127.0.0.1/disk.vmdk");
    assertThat(failure(HttpFault.class, file(0, "/user")).statusCode).isEqualTo(302);
    redirect("/inside", "http://[::1]/disk.vmdk");
    assertThat(failure(HttpFault.class, file(0, "/inside")).statusMessage)
        .contains("vcsnap.lease-pull-from");
  }

  @Test
  void servers_are_asked_whether_they_answer() throws Exception {
    HttpNfcLeaseSourceFile nobody = file(1, "/disk.vmdk");
    nobody.url = "http://127.0.0.1:1/disk.vmdk";
    HttpNfcLeaseSourceFile forbidden = file(1, "/disk.vmdk");
    forbidden.url = "http://[::1]:" + web.getAddress().getPort() + "/disk.vmdk";
    assertThat(
            imports.pulls.probe(
                lease, List.of(file(0, "/disk.vmdk"), file(0, "/x"), nobody, forbidden), 5))
        .extracting(result -> result.serverAccessible)
        .containsExactly(true, true, false, false);
    imports.leases.complete(lease);
    VimException ended =
        catchThrowableOfType(
            VimException.class,
            () -> imports.pulls.probe(lease, List.of(file(0, "/disk.vmdk")), null));
    assertThat(ended.fault()).isInstanceOf(InvalidState.class);
  }

  @Test
  void what_cannot_be_fetched_leaves_the_lease_to_try_again() throws Exception {
    assertThat(failure(HttpFault.class, file(0, "/missing")).statusCode).isEqualTo(404);
    serve("/text", "no disk".getBytes(StandardCharsets.US_ASCII));
    failure(InvalidDiskFormat.class, file(0, "/text"));
    serve("/half", Arrays.copyOf(stream, stream.length / 2));
    failure(InvalidDiskFormat.class, file(0, "/half"));
    VimException half =
        catchThrowableOfType(VimException.class, () -> imports.leases.complete(lease));
    assertThat(half.fault()).isInstanceOf(InvalidState.class);
    for (String wrong :
        List.of(
            "ftp://127.0.0.1/x",
            "file:///etc/passwd",
            "http://127.0.0.1:65536/x",
            "http://user:secret@127.0.0.1/x",
            "http://user@127.0.0.1/x",
            "disk.vmdk",
            "")) {
      HttpNfcLeaseSourceFile file = file(0, "/disk.vmdk");
      file.url = wrong;
      refused(InvalidArgument.class, file);
    }
    refused(InvalidArgument.class, file(0, "/disk.vmdk"), file(0, "/disk.vmdk"));
    HttpNfcLeaseSourceFile nowhere = file(0, "/disk.vmdk");
    nowhere.targetDeviceId = "/new/VirtualIDEController0:0";
    refused(InvalidArgument.class, nowhere);
    assertThat(pull(file(0, "/disk.vmdk")).error).isNull();
    imports.leases.complete(lease);
    refused(InvalidState.class, file(0, "/disk.vmdk"));
  }

  @Test
  @Rule(
      value = "D12",
      says = "While a server fetches, the client of the lease may be silent.",
      by = Witness.CLIENT)
  void the_client_may_be_silent_while_files_are_fetched_and_can_cancel_that() throws Exception {
    var asked = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    web.createContext(
        "/slow",
        exchange -> {
          stopHalfWay(exchange, asked, goOn);
          exchange.getResponseBody().write(stream, stream.length / 2, stream.length / 2);
          exchange.close();
        });
    ManagedObject task = begin(file(0, "/slow"));
    assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
    imports.clock.advance(Duration.ofHours(1));
    assertThat(imports.leases.manifest(lease)).isEmpty();
    refused(InvalidState.class, file(1, "/disk.vmdk"));
    imports.lab.tasks.cancel(task);
    goOn.countDown();
    TaskInfo ended = end(task);
    assertThat(ended.error.fault).isInstanceOf(RequestCanceled.class);
    imports.clock.advance(Duration.ofSeconds(299));
    assertThat(pull(file(0, "/disk.vmdk")).error).isNull();
    imports.clock.advance(Duration.ofSeconds(301));
    imports.awaitEndOf(lease.reference(), HttpNfcLeaseState.ready);
  }

  private static boolean permits(String networks, String address) {
    return PullNetworks.parse(networks).permit(InetAddress.ofLiteral(address));
  }

  private static List<InetAddress> ownAddresses() throws IOException {
    return NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses).toList();
  }

  private TaskInfo pull(HttpNfcLeaseSourceFile... files) throws InterruptedException {
    return end(begin(files));
  }

  private ManagedObject begin(HttpNfcLeaseSourceFile... files) {
    return imports.lab.objects.require(imports.pulls.pull(lease, List.of(files), "user"));
  }

  private TaskInfo end(ManagedObject task) throws InterruptedException {
    var ended = new CountDownLatch(1);
    Runnable look =
        () -> {
          if (TaskService.info(task).completeTime != null) {
            ended.countDown();
          }
        };
    imports.lab.objects.onChange(look);
    look.run();
    assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
    return TaskService.info(task);
  }

  private <T extends MethodFault> T failure(Class<T> type, HttpNfcLeaseSourceFile file)
      throws InterruptedException {
    TaskInfo ended = pull(file);
    assertThat(ended.error).isNotNull();
    assertThat(ended.error.fault).as(ended.error.localizedMessage).isInstanceOf(type);
    return type.cast(ended.error.fault);
  }

  private void refused(Class<? extends MethodFault> type, HttpNfcLeaseSourceFile... files) {
    VimException refused =
        catchThrowableOfType(
            VimException.class, () -> imports.pulls.pull(lease, List.of(files), "user"));
    assertThat(refused.fault()).isInstanceOf(type);
  }

  private HttpNfcLeaseSourceFile file(int disk, String path) {
    var file = new HttpNfcLeaseSourceFile();
    file.targetDeviceId = ImportLab.info(lease).deviceUrl.get(disk).importKey;
    file.url = url(path);
    file.sslThumbprint = "";
    return file;
  }

  private String url(String path) {
    return "http://127.0.0.1:" + web.getAddress().getPort() + path;
  }

  private void serve(String path, byte[] content) {
    web.createContext(path, exchange -> answer(exchange, 200, content));
  }

  private void redirect(String path, String location) {
    web.createContext(
        path,
        exchange -> {
          exchange.getResponseHeaders().add("Location", location);
          answer(exchange, 302);
        });
  }

  private void stopHalfWay(HttpExchange exchange, CountDownLatch asked, CountDownLatch goOn)
      throws IOException {
    exchange.sendResponseHeaders(200, stream.length);
    exchange.getResponseBody().write(stream, 0, stream.length / 2);
    exchange.getResponseBody().flush();
    asked.countDown();
    await(goOn);
  }

  private void answer(HttpExchange exchange, int status) throws IOException {
    answer(exchange, status, stream);
  }

  private static void answer(HttpExchange exchange, int status, byte[] content) throws IOException {
    try (InputStream body = exchange.getRequestBody()) {
      body.readAllBytes();
    }
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, head ? -1 : content.length);
    if (!head) {
      exchange.getResponseBody().write(content);
    }
    exchange.close();
  }

  private static String header(HttpExchange exchange, String name) {
    return exchange.getRequestHeaders().getFirst(name);
  }

  private static KeyValue header(String name, String value) {
    var header = new KeyValue();
    header.key = name;
    header.value = value;
    return header;
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
