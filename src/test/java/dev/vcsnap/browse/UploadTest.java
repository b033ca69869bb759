package dev.vcsnap.browse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.datastore.Datastore;
import dev.vcsnap.datastore.DatastoreEntry;
import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.chain.OpenMode;
import dev.vcsnap.ground.clock.SystemClock;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UploadTest {

  private static final byte[] CONTENT = "Hello world\n".getBytes(StandardCharsets.UTF_8);

  @TempDir Path root;
  private Datastore datastore;
  private FolderServer server;

  @BeforeEach
  void start() {
    datastore = new Datastore("ds", root);
    server = new FolderServer(false, datastore);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void an_upload_makes_the_file_and_the_folder_above_it() throws IOException {
    assertThat(server.put("/folder/a/b.txt?dcPath=DC0&dsName=ds", CONTENT).status()).isEqualTo(201);
    assertThat(Files.readAllBytes(root.resolve("a/b.txt"))).isEqualTo(CONTENT);
    assertThat(server.put("/folder/a/b.txt?dsName=ds", new byte[0]).status()).isEqualTo(200);
    assertThat(root.resolve("a/b.txt")).isEmptyFile();
  }

  @Test
  void the_answer_to_an_upload_has_no_body() throws IOException {
    for (int round = 0; round < 2; round++) {
      assertThat(server.put("/folder/a.vmx?dsName=ds", CONTENT).body()).isEmpty();
    }
  }

  @Test
  void the_type_of_an_upload_does_not_matter() throws IOException {
    for (String type :
        List.of(
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "application/json",
            "x")) {
      try (Wire wire = server.connect()) {
        var reply =
            wire.upload(
                "/folder/a.txt?dsName=ds",
                CONTENT,
                Wire.BASIC,
                "Content-Type: " + type,
                "Content-Length: " + CONTENT.length);
        assertThat(reply.status()).as(type).isIn(200, 201);
      }
      assertThat(Files.readAllBytes(root.resolve("a.txt"))).as(type).isEqualTo(CONTENT);
      assertThat(server.send("DELETE", "/folder/a.txt?dsName=ds").status()).isEqualTo(200);
    }
  }

  @Test
  void an_upload_in_chunks_is_whole_at_its_end() throws IOException {
    try (Wire wire = server.connect()) {
      wire.ask("PUT", "/folder/a.txt?dsName=ds", Wire.BASIC, "Transfer-Encoding: chunked");
      wire.write("6\r\nHello \r\n6\r\nworld\n\r\n0\r\n\r\n");
      assertThat(wire.readHead().status()).isEqualTo(201);
    }
    assertThat(Files.readAllBytes(root.resolve("a.txt"))).isEqualTo(CONTENT);
  }

  @Test
  void an_upload_that_is_cut_changes_nothing() throws IOException {
    Files.writeString(root.resolve("a.txt"), "old");
    try (Wire wire = server.connect()) {
      wire.ask("PUT", "/folder/a.txt?dsName=ds", Wire.BASIC, "Content-Length: 100");
      wire.reset();
    }
    server.put("/folder/b.txt?dsName=ds", CONTENT);
    assertThat(Files.readString(root.resolve("a.txt"))).isEqualTo("old");
    assertThat(datastore.list(datastore.rootPath()))
        .extracting(DatastoreEntry::name)
        .containsExactly("a.txt", "b.txt");
  }

  @Test
  void nothing_is_written_outside_or_over_a_folder() throws IOException {
    Files.createDirectory(root.resolve("d"));
    Path outside = root.resolveSibling(root.getFileName() + "-outside");
    assertThat(
            server.put("/folder/%2e%2e/" + outside.getFileName() + "?dsName=ds", CONTENT).status())
        .isIn(400, 404);
    assertThat(server.put("/folder/d?dsName=ds", CONTENT).status()).isEqualTo(409);
    assertThat(server.put("/folder/x?dsName=other", CONTENT).status()).isEqualTo(404);
    assertThat(outside).doesNotExist();
  }

  @Test
  void a_file_is_deleted_and_then_not_found() throws IOException {
    Files.writeString(root.resolve("a.txt"), "old");
    assertThat(server.send("DELETE", "/folder/a.txt?dsName=ds").status()).isEqualTo(200);
    assertThat(root.resolve("a.txt")).doesNotExist();
    assertThat(server.send("DELETE", "/folder/a.txt?dsName=ds").status()).isEqualTo(404);
  }

  @Test
  void writing_needs_the_right_to_manage_files() throws IOException {
    server.refused = "Datastore.FileManagement";
    Files.writeString(root.resolve("a.txt"), "old");
    assertThat(server.put("/folder/a.txt?dsName=ds", CONTENT).status()).isEqualTo(403);
    assertThat(server.send("DELETE", "/folder/a.txt?dsName=ds").status()).isEqualTo(403);
    assertThat(server.get("/folder/a.txt?dsName=ds").text()).isEqualTo("old");
    assertThat(server.sendAsIs("DELETE", "/folder/a.txt?dsName=ds").status()).isEqualTo(401);
  }

  @Test
  void a_disk_that_is_open_is_not_overwritten() throws IOException {
    var factory = new DiskFactory(new Ids(new Dice(1)), new SystemClock());
    factory.createFlat(root.resolve("d.vmdk"), 1 << 20, true);
    try (var open = factory.open(root.resolve("d.vmdk"), OpenMode.READ_WRITE)) {
      assertThat(server.put("/folder/d.vmdk?dsName=ds", CONTENT).status()).isEqualTo(423);
      assertThat(server.put("/folder/d-flat.vmdk?dsName=ds", CONTENT).status()).isEqualTo(423);
      assertThat(server.send("DELETE", "/folder/d.vmdk?dsName=ds").status()).isEqualTo(423);
      assertThat(open.sizeBytes()).isEqualTo(1 << 20);
    }
    assertThat(server.send("DELETE", "/folder/d.vmdk?dsName=ds").status()).isEqualTo(200);
    assertThat(root.resolve("d-flat.vmdk")).doesNotExist();
  }
}
