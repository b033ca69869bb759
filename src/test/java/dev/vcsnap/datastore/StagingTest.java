package dev.vcsnap.datastore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.vcsnap.disk.block.BlockError;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StagingTest {

  @TempDir Path root;

  @Test
  void names_are_given_together_and_the_work_is_gone() throws IOException {
    var store = new Datastore("ds", root);
    try (var work = store.staging().begin()) {
      work.publish(List.of(made(work, "a", "1"), made(work, "b", "2")), false);
    }
    assertThat(Files.readString(root.resolve("a"))).isEqualTo("1");
    assertThat(Files.readString(root.resolve("b"))).isEqualTo("2");
    assertThat(root.resolve(".vcsnap-staging")).isEmptyDirectory();
    assertThat(store.list(store.rootPath())).extracting(DatastoreEntry::name).contains("a", "b");
  }

  @Test
  void one_taken_name_keeps_all_from_being_given() throws IOException {
    var store = new Datastore("ds", root);
    Files.writeString(root.resolve("b"), "old");
    try (var work = store.staging().begin()) {
      var namings = List.of(made(work, "a", "1"), made(work, "b", "2"));
      assertThatExceptionOfType(BlockError.class)
          .isThrownBy(() -> work.publish(namings, false))
          .satisfies(e -> assertThat(e.kind()).isEqualTo(BlockError.Kind.ALREADY_EXISTS));
      assertThat(root.resolve("a")).doesNotExist();
      work.publish(namings, true);
    }
    assertThat(Files.readString(root.resolve("b"))).isEqualTo("2");
  }

  @Test
  void a_work_that_fails_half_way_takes_its_names_back() throws IOException {
    var store = new Datastore("ds", root);
    try (var work = store.staging().begin()) {
      var never = new Staging.Naming(work.folder().resolve("x"), root.resolve("a/"));
      var bad = new Staging.Naming(made(work, "y", "1").staged(), root.resolve("y".repeat(300)));
      assertThatExceptionOfType(BlockError.class)
          .isThrownBy(() -> work.publish(List.of(made(work, "c", "1"), bad, never), false));
    }
    assertThat(root.resolve("c")).doesNotExist();
    store.staging().recover();
    assertThat(store.list(store.rootPath())).isEmpty();
  }

  @Test
  void a_start_removes_work_that_was_not_done() throws IOException {
    var store = new Datastore("ds", root);
    made(store.staging().begin(), "a", "1");
    new Datastore("ds", root).staging().recover();
    assertThat(root.resolve(".vcsnap-staging")).isEmptyDirectory();
    assertThat(root.resolve("a")).doesNotExist();
  }

  @Test
  void a_start_gives_the_names_that_a_crash_left_out() throws IOException {
    var store = new Datastore("ds", root);
    var work = store.staging().begin();
    made(work, "a", "1");
    made(work, "b", "2");
    var list = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(list)) {
      out.writeInt(2);
      for (String name : List.of("a", "b")) {
        out.writeUTF(name);
        out.writeUTF(name);
      }
    }
    Files.write(work.folder().resolve(".vcsnap-names"), list.toByteArray());
    Files.move(work.folder().resolve("a"), root.resolve("a"));
    new Datastore("ds", root).staging().recover();
    assertThat(Files.readString(root.resolve("a"))).isEqualTo("1");
    assertThat(Files.readString(root.resolve("b"))).isEqualTo("2");
    assertThat(root.resolve(".vcsnap-staging")).isEmptyDirectory();
  }

  private Staging.Naming made(Staging.Work work, String name, String content) throws IOException {
    return new Staging.Naming(
        Files.writeString(work.folder().resolve(name), content), root.resolve(name));
  }
}
