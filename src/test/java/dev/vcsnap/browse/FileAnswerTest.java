package dev.vcsnap.browse;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.vcsnap.datastore.Datastore;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** The bytes of a file, whole and in parts, by the kernel's copy and by ours. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class FileAnswerTest {

  private static final String Q = "?dcPath=DC0&dsName=LocalDS_0";
  private static final String FLAT = "/folder/VM/VM-flat.vmdk" + Q;
  private static final int SIZE = 3 * 1024 * 1024 + 17;

  @TempDir static Path root;
  private static final byte[] CONTENT = new byte[SIZE];
  private static FolderServer zeroCopy;
  private static FolderServer copying;

  @BeforeAll
  static void start() throws IOException {
    new Random(1).nextBytes(CONTENT);
    Files.createDirectory(root.resolve("VM"));
    Files.write(root.resolve("VM/VM-flat.vmdk"), CONTENT);
    Files.createFile(root.resolve("VM/VM.vmsd"));
    zeroCopy = new FolderServer(true, new Datastore("LocalDS_0", root));
    copying = new FolderServer(false, new Datastore("LocalDS_0", root));
  }

  @AfterAll
  static void stop() {
    zeroCopy.close();
    copying.close();
  }

  private static FolderServer server(boolean kernelCopies) {
    return kernelCopies ? zeroCopy : copying;
  }

  private static List<FolderServer> servers() {
    return List.of(zeroCopy, copying);
  }

  private static void assertPlain(Wire.Reply reply, int status, long length) {
    assertThat(reply.status()).isEqualTo(status);
    assertThat(reply.header("Content-Length")).isEqualTo("" + length);
    assertThat(reply.header("Content-Type")).isEqualTo("application/octet-stream");
    assertThat(reply.header("Accept-Ranges")).isEqualTo("bytes");
    assertThat(reply.header("Transfer-Encoding")).isNull();
    assertThat(reply.header("Content-Encoding")).isNull();
    assertThat(reply.header("Last-Modified")).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aWholeFileHasALengthAndIsNeitherChunkedNorCompressed(boolean kernelCopies)
      throws IOException {
    FolderServer server = server(kernelCopies);
    var reply = server.get(FLAT, "Accept-Encoding: gzip, deflate, br", "Accept: text/html");
    assertPlain(reply, 200, SIZE);
    assertThat(reply.header("Content-Range")).isNull();
    assertThat(reply.body()).isEqualTo(CONTENT);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aHeadTellsTheLengthWhateverRangeItNames(boolean kernelCopies) throws IOException {
    FolderServer server = server(kernelCopies);
    for (String range : List.of("Range: bytes=0-1", "Range: bytes=999999999-", "X: y")) {
      var reply = server.send("HEAD", FLAT, range);
      assertPlain(reply, 200, SIZE);
      assertThat(reply.header("Content-Range")).isNull();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anEmptyFileIsAnEmptyAnswer(boolean kernelCopies) throws IOException {
    FolderServer server = server(kernelCopies);
    var reply = server.get("/folder/VM/VM.vmsd" + Q);
    assertPlain(reply, 200, 0);
    var ranged = server.get("/folder/VM/VM.vmsd" + Q, "Range: bytes=0-99");
    assertThat(ranged.status()).isEqualTo(416);
    assertThat(ranged.header("Content-Range")).isEqualTo("bytes */0");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void partsAreCutToTheFile(boolean kernelCopies) throws IOException {
    FolderServer server = server(kernelCopies);
    assertPart(server, "bytes=0-0", 0, 1);
    assertPart(server, "bytes=512-1535", 512, 1024);
    assertPart(server, "bytes=100-1048675", 100, 1024 * 1024);
    assertPart(server, "bytes=1000000-", 1_000_000, SIZE - 1_000_000);
    // nbdkit asks for a byte too many, Xen Orchestra up to the disk's capacity.
    assertPart(server, "bytes=3145728-" + SIZE, 3_145_728, SIZE - 3_145_728);
    assertPart(server, "bytes=0-1099511627775", 0, SIZE);
    assertPart(server, "bytes=-100", SIZE - 100, 100);
    assertPart(server, "bytes=-99999999", 0, SIZE);
  }

  private static void assertPart(FolderServer server, String range, int offset, int length)
      throws IOException {
    var reply = server.get(FLAT, "Range: " + range);
    assertPlain(reply, 206, length);
    assertThat(reply.header("Content-Range"))
        .isEqualTo("bytes " + offset + "-" + (offset + length - 1) + "/" + SIZE);
    assertThat(reply.body()).isEqualTo(Arrays.copyOfRange(CONTENT, offset, offset + length));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=20-10", "bytes=0-1,5-6", "bytes=x", "sectors=0-1"})
  void aRangeThatIsNotUnderstoodIsIgnored(String range) throws IOException {
    var reply = zeroCopy.get(FLAT, "Range: " + range);
    assertPlain(reply, 200, SIZE);
    assertThat(reply.body()).isEqualTo(CONTENT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=3145745-", "bytes=3145745-3145746", "bytes=99999999999999999999-"})
  void aRangePastTheEndCannotBeSatisfied(String range) throws IOException {
    var reply = zeroCopy.get(FLAT, "Range: " + range);
    assertThat(reply.status()).isEqualTo(416);
    assertThat(reply.header("Content-Range")).isEqualTo("bytes */" + SIZE);
    assertThat(reply.body()).isEmpty();
  }

  @Test
  void aRangeUnderAConditionIsTheWholeFile() throws IOException {
    var reply = zeroCopy.get(FLAT, "Range: bytes=0-1", "If-Range: \"x\"");
    assertPlain(reply, 200, SIZE);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void oneConnectionServesManyAnswersInARow(boolean kernelCopies) throws IOException {
    FolderServer server = server(kernelCopies);
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    try (Wire wire = server.connect()) {
      for (int i = 0; i < 40; i++) {
        int offset = random.nextInt(SIZE);
        int length = 1 + random.nextInt(random.nextBoolean() ? 4096 : 1024 * 1024);
        var reply =
            wire.send(
                "GET", FLAT, Wire.BASIC, "Range: bytes=" + offset + "-" + (offset + length - 1));
        assertThat(reply.status()).as("seed %d", seed).isEqualTo(206);
        assertThat(reply.body())
            .as("seed %d, request %d", seed, i)
            .isEqualTo(
                Arrays.copyOfRange(CONTENT, offset, (int) Math.min((long) offset + length, SIZE)));
        assertThat(wire.send("HEAD", "/folder/VM/none" + Q, Wire.BASIC).status()).isEqualTo(404);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aFileThatGrowsIsAnsweredWithTheLengthThatWasAnnounced(boolean kernelCopies)
      throws IOException {
    FolderServer server = server(kernelCopies);
    int before = 8 * 1024 * 1024;
    Path delta = root.resolve("VM/VM-000001-delta.vmdk");
    Files.write(delta, new byte[before]);
    try (Wire wire = server.connect()) {
      wire.ask("GET", "/folder/VM/VM-000001-delta.vmdk" + Q, Wire.BASIC, "Connection: close");
      var head = wire.readHead();
      assertThat(head.header("Content-Length")).isEqualTo("" + before);
      try (var file = new RandomAccessFile(delta.toFile(), "rw")) {
        file.seek(before);
        file.write(new byte[1024 * 1024]);
      }
      assertThat(wire.drain()).isEqualTo(before);
    }
    assertThat(server.send("HEAD", "/folder/VM/VM-000001-delta.vmdk" + Q).header("Content-Length"))
        .isEqualTo("" + (before + 1024 * 1024));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aFileThatIsCutWhileItIsSentEndsTheConnectionShort(boolean kernelCopies) throws IOException {
    FolderServer server = server(kernelCopies);
    int size = 64 * 1024 * 1024;
    Path victim = root.resolve("VM/cut-flat.vmdk");
    try (var file = new RandomAccessFile(victim.toFile(), "rw")) {
      file.setLength(size);
      try (Wire wire = server.connect()) {
        wire.ask("GET", "/folder/VM/cut-flat.vmdk" + Q, Wire.BASIC);
        assertThat(wire.readHead().status()).isEqualTo(200);
        file.setLength(1);
        assertThat(wire.drain()).isLessThan(size);
      }
    }
    assertThat(server.get(FLAT).body()).isEqualTo(CONTENT);
  }

  @Test
  void aClientThatHasSeenEnoughIsNoError() throws IOException {
    Path large = root.resolve("VM/large-flat.vmdk");
    try (var file = new RandomAccessFile(large.toFile(), "rw")) {
      file.setLength(256L * 1024 * 1024);
    }
    var everything = (Logger) LoggerFactory.getLogger("ROOT");
    var binding = (Logger) LoggerFactory.getLogger(BrowseAdvice.class);
    var events = new ListAppender<ILoggingEvent>();
    events.start();
    everything.addAppender(events);
    binding.setLevel(Level.DEBUG);
    try {
      for (FolderServer server : servers()) {
        for (int i = 0; i < 5; i++) {
          try (Wire wire = server.connect()) {
            wire.ask("GET", "/folder/VM/large-flat.vmdk" + Q, Wire.BASIC);
            assertThat(wire.readHead().header("Content-Length")).isEqualTo("268435456");
            wire.reset();
          }
        }
      }
      Awaitility.await()
          .untilAsserted(() ->
              assertThat(List.copyOf(events.list))
                  .filteredOn(
                      event -> event.getFormattedMessage().startsWith("The client went away"))
                  .hasSize(5));
      assertThat(List.copyOf(events.list))
          .allSatisfy(event -> assertThat(event.getLevel()).isEqualTo(Level.DEBUG));
    } finally {
      binding.setLevel(null);
      everything.detachAppender(events);
    }
    for (FolderServer server : servers()) {
      assertThat(server.get(FLAT).body()).isEqualTo(CONTENT);
    }
  }

  @Test
  void aLargeFilesLengthIsNotCut() throws IOException {
    Path huge = root.resolve("VM/huge-flat.vmdk");
    long size = 5L << 40;
    try (var file = new RandomAccessFile(huge.toFile(), "rw")) {
      file.setLength(size);
      file.seek(size - 3);
      file.write(new byte[] {1, 2, 3});
    }
    String target = "/folder/VM/huge-flat.vmdk" + Q;
    assertThat(zeroCopy.send("HEAD", target).header("Content-Length")).isEqualTo("" + size);
    var reply = zeroCopy.get(target, "Range: bytes=" + (size - 3) + "-" + size);
    assertThat(reply.header("Content-Range"))
        .isEqualTo("bytes " + (size - 3) + "-" + (size - 1) + "/" + size);
    assertThat(reply.body()).containsExactly(1, 2, 3);
  }
}
