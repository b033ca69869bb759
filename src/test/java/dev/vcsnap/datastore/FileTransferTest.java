package dev.vcsnap.datastore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.disk.convert.ConversionProgress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileTransferTest {

  @TempDir Path folder;

  @Test
  void a_copy_keeps_holes_and_length() throws IOException {
    var store = new Datastore("ds", folder);
    Path sparse = folder.resolve("sparse");
    try (var file =
        FileChannel.open(sparse, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 8 << 20);
      file.write(ByteBuffer.wrap(new byte[] {4}), (64 << 20) - 1);
    }
    copy(store, "sparse", store, "copy");
    assertThat(Files.mismatch(sparse, folder.resolve("copy"))).isEqualTo(-1);
    assertThat(store.storedBytes(new DatastorePath("ds", "copy"))).isLessThan(1 << 20);
  }

  @Test
  void a_file_of_holes_alone_is_copied() throws IOException {
    var store = new Datastore("ds", folder);
    try (var file =
        FileChannel.open(
            folder.resolve("empty"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      assertThat(file.size()).isZero();
    }
    copy(store, "empty", store, "copy");
    assertThat(folder.resolve("copy")).isEmptyFile();
  }

  @Test
  void a_move_to_another_datastore_takes_the_bytes_along() throws IOException {
    var one = new Datastore("one", folder.resolve("one"));
    var two = new Datastore("two", folder.resolve("two"));
    Files.createDirectory(one.root().resolve("d"));
    Files.writeString(one.root().resolve("d/f"), "content");
    new FileTransfer(
            new StoredFile(one, new DatastorePath("one", "d")),
            new StoredFile(two, new DatastorePath("two", "e")),
            false,
            ConversionProgress.unwatched())
        .move();
    assertThat(Files.readString(two.root().resolve("e/f"))).isEqualTo("content");
    assertThat(one.root().resolve("d")).doesNotExist();
  }

  @Test
  void progress_counts_the_bytes_of_all_files() throws IOException {
    var store = new Datastore("ds", folder);
    Files.createDirectory(folder.resolve("d"));
    Files.write(folder.resolve("d/a"), new byte[3 << 20]);
    Files.write(folder.resolve("d/b"), new byte[1 << 20]);
    List<Long> seen = new ArrayList<>();
    new FileTransfer(
            file(store, "d"),
            file(store, "e"),
            false,
            (done, total) -> {
              assertThat(total).isEqualTo(4 << 20);
              seen.add(done);
            })
        .copy();
    assertThat(seen).isSorted().endsWith(4L << 20).contains(1L << 20, 3L << 20);
  }

  private static void copy(Datastore from, String source, Datastore to, String target) {
    new FileTransfer(file(from, source), file(to, target), false, ConversionProgress.unwatched())
        .copy();
  }

  private static StoredFile file(Datastore store, String path) {
    return new StoredFile(store, new DatastorePath(store.name(), path));
  }
}
