package dev.vcsnap.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.provision.ProvisionLab;
import dev.vcsnap.task.TaskService;
import dev.vcsnap.vim.HttpFault;
import dev.vcsnap.vim.HttpNfcLeaseSourceFile;
import dev.vcsnap.vim.HttpNfcLeaseState;
import dev.vcsnap.vim.InvalidArgument;
import dev.vcsnap.vim.InvalidState;
import dev.vcsnap.vim.RequestCanceled;
import dev.vcsnap.vim.TaskInfo;
import dev.vcsnap.vim.VimException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A fetching ends when nobody wants it, while the other server would go on without an end. */
class PullEndTest {

  private static final String OK = "HTTP/1.1 200 OK\r\n";
  private static final String CHUNKED = OK + "Transfer-Encoding: chunked\r\n\r\n";
  private static final int CHUNK_BYTES = 0x10000;

  @TempDir Path root;
  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch hungUp = new CountDownLatch(1);
  private ImportLab imports;
  private ServerSocket server;
  private ManagedObject lease;

  /** What the other server does with a connection. */
  @FunctionalInterface
  private interface Answer {
    void to(Socket client, OutputStream out) throws IOException;
  }

  @BeforeEach
  void open() throws Exception {
    imports = new ImportLab(root);
    server = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"));
    lease = imports.begin("new", 1);
  }

  @AfterEach
  void close() throws Exception {
    server.close();
    imports.close();
  }

  /** Where the other server keeps the fetching for ever. */
  private enum Stage {
    HANDSHAKE,
    HEAD,
    ARCHIVE,
    /** Reading one byte more means reading all of the line that tells how large the chunk is. */
    HEAD_OF_CHUNK,
    BODY;

    void answer(Socket client, OutputStream out) throws IOException {
      switch (this) {
        case HANDSHAKE -> stop(client, out, "");
        case HEAD -> stop(client, out, OK + "X-Long: ");
        case ARCHIVE -> endlessArchive(client, out);
        case HEAD_OF_CHUNK -> stop(client, out, CHUNKED + "1;aaa");
        case BODY ->
            stop(client, out, OK + "Content-Length: " + ProvisionLab.DISK_BYTES + "\r\n\r\n");
      }
    }

    void refine(HttpNfcLeaseSourceFile file) {
      if (this == HANDSHAKE) {
        file.url = file.url.replace("http:", "https:");
      }
      if (this == ARCHIVE) {
        file.memberName = "disk.vmdk";
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Stage.class)
  void a_fetching_ends_with_its_task(Stage stage) throws Exception {
    ManagedObject task = begin(stage);
    imports.lab.tasks.cancel(task);
    assertThat(end(task).error.fault).isInstanceOf(RequestCanceled.class);
    assertThat(hungUp.await(30, TimeUnit.SECONDS)).isTrue();
  }

  @ParameterizedTest
  @EnumSource(Stage.class)
  void a_fetching_ends_with_its_lease(Stage stage) throws Exception {
    ManagedObject task = begin(stage);
    imports.leases.abort(lease, null);
    assertThat(end(task).error.fault).isInstanceOf(InvalidState.class);
    assertThat(hungUp.await(30, TimeUnit.SECONDS)).isTrue();
  }

  @ParameterizedTest
  @EnumSource(Stage.class)
  void a_fetching_ends_with_the_server(Stage stage) throws Exception {
    ManagedObject task = begin(stage);
    imports.lab.tasks.finish(Duration.ZERO);
    assertThat(end(task).error.fault).isInstanceOf(RequestCanceled.class);
    assertThat(hungUp.await(30, TimeUnit.SECONDS)).isTrue();
  }

  @ParameterizedTest
  @EnumSource(Stage.class)
  void a_fetching_has_a_limited_time(Stage stage) throws Exception {
    ManagedObject task = begin(stage);
    imports.clock.advance(Duration.ofHours(25));
    assertTooLong(end(task));
    assertThat(hungUp.await(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void a_file_that_only_drips_has_a_limited_time() throws Exception {
    var clock = imports.clock;
    serve((client, out) -> {
      send(out, OK + "Content-Length: " + ProvisionLab.DISK_BYTES + "\r\n\r\n");
      while (true) {
        out.write(0);
        clock.advance(Duration.ofSeconds(59));
      }
    });
    assertTooLong(end(pull(file())));
    assertThat(hungUp.await(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void a_server_announces_its_answer_a_few_times_only() throws Exception {
    serve((client, out) -> {
      while (true) {
        send(out, "HTTP/1.1 103 Early Hints\r\n\r\n");
      }
    });
    TaskInfo ended = end(pull(file()));
    assertThat(ended.error.fault).isInstanceOf(HttpFault.class);
    assertThat(ended.error.localizedMessage).contains("more than 20 heads");
    assertThat(hungUp.await(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void a_lease_is_not_completed_while_an_answer_is_still_to_come() throws Exception {
    ManagedObject task = begin(Stage.HEAD);
    VimException refused =
        catchThrowableOfType(VimException.class, () -> imports.leases.complete(lease));
    assertThat(refused.fault()).isInstanceOf(InvalidState.class);
    assertThat(lease.get("state")).isEqualTo(HttpNfcLeaseState.ready);
    imports.lab.tasks.cancel(task);
    end(task);
    imports.leases.complete(lease);
    assertThat(lease.get("state")).isEqualTo(HttpNfcLeaseState.done);
  }

  @Test
  void a_server_that_is_asked_whether_it_answers_has_a_limited_time() throws Exception {
    serve(Stage.HEAD::answer);
    assertThat(imports.pulls.probe(lease, List.of(file()), 1))
        .extracting(result -> result.serverAccessible)
        .containsExactly(false);
    assertThat(hungUp.await(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void a_search_for_a_name_that_does_not_end_is_not_waited_for() throws Exception {
    var answered = new CountDownLatch(1);
    PullService pulls =
        imports.pulls(host -> {
          asked.countDown();
          awaitWhateverHappens(answered);
          return InetAddress.getAllByName(host);
        });
    try {
      HttpNfcLeaseSourceFile file = file();
      file.url = file.url.replace("127.0.0.1", "name.example");
      assertThat(pulls.probe(lease, Collections.nCopies(20, file), 1))
          .hasSize(20)
          .noneMatch(result -> result.serverAccessible);
      ManagedObject task = imports.lab.objects.require(pulls.pull(lease, List.of(file), "user"));
      assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
      imports.lab.tasks.cancel(task);
      assertThat(end(task).error.fault).isInstanceOf(RequestCanceled.class);
    } finally {
      answered.countDown();
    }
  }

  private static void awaitWhateverHappens(CountDownLatch latch) {
    boolean interrupted = false;
    while (latch.getCount() > 0) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private ManagedObject begin(Stage stage) throws InterruptedException {
    serve(stage::answer);
    HttpNfcLeaseSourceFile file = file();
    stage.refine(file);
    ManagedObject task = pull(file);
    assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
    return task;
  }

  @Test
  void what_is_refused_shows_no_mode_that_it_did_not_come_to() {
    HttpNfcLeaseSourceFile file = file();
    file.url = "http://127.0.0.1:99999/x";
    VimException refused =
        catchThrowableOfType(
            VimException.class, () -> imports.pulls.pull(lease, List.of(file), "user"));
    assertThat(refused.fault()).isInstanceOf(InvalidArgument.class);
    assertThat(lease.get("mode")).isEqualTo("pushOrGet");
    refused =
        catchThrowableOfType(
            VimException.class, () -> imports.pulls.probe(lease, List.of(file), null));
    assertThat(refused.fault()).isInstanceOf(InvalidArgument.class);
  }

  private static void assertTooLong(TaskInfo ended) {
    assertThat(ended.error.fault).isInstanceOf(HttpFault.class);
    assertThat(ended.error.localizedMessage).contains("more than 86400 s");
  }

  /** A file of 32 TiB, which is not the one that is wanted, comes as fast as it is taken. */
  private static void endlessArchive(Socket client, OutputStream out) throws IOException {
    send(out, CHUNKED + "200\r\n");
    out.write(Tar.header("other.vmdk", '0', 1L << 45));
    byte[] chunk = new byte[CHUNK_BYTES];
    while (true) {
      send(out, "\r\n" + Integer.toHexString(CHUNK_BYTES) + "\r\n");
      out.write(chunk);
    }
  }

  private static void stop(Socket client, OutputStream out, String after) throws IOException {
    send(out, after);
    client.getInputStream().transferTo(OutputStream.nullOutputStream());
    throw new IOException("the client hung up");
  }

  private static void send(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private void serve(Answer answer) {
    Thread.ofVirtual()
        .start(() -> {
          try (Socket client = server.accept()) {
            client.getInputStream().read();
            OutputStream out = client.getOutputStream();
            asked.countDown();
            answer.to(client, out);
          } catch (IOException e) {
            hungUp.countDown();
          }
        });
  }

  private ManagedObject pull(HttpNfcLeaseSourceFile file) {
    return imports.lab.objects.require(imports.pulls.pull(lease, List.of(file), "user"));
  }

  private HttpNfcLeaseSourceFile file() {
    var file = new HttpNfcLeaseSourceFile();
    file.targetDeviceId = ImportLab.info(lease).deviceUrl.getFirst().importKey;
    file.url = "http://127.0.0.1:" + server.getLocalPort() + "/x";
    file.sslThumbprint = "";
    return file;
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
}
