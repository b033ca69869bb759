package dev.vcsnap.storage;

import dev.vcsnap.datastore.DatastorePath;
import dev.vcsnap.datastore.StoredFile;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.check.DiskCheck;
import dev.vcsnap.inventory.MachineLab;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.ThrowableAssertAlternative;

/** A datastore with the services on its files; closing means checking its disks. */
final class StorageLab implements AutoCloseable {

  final MachineLab lab;
  final FileNames names;
  final DatastoreFiles files;
  final DatastoreSearch search;
  final VirtualDisks disks;

  StorageLab(Path root) {
    lab = new MachineLab(root);
    names = new FileNames(lab.tree, true);
    files = StorageServices.files(lab);
    disks = StorageServices.disks(lab);
    search = StorageServices.search();
  }

  StoredFile file(String path) {
    return new StoredFile(lab.datastore, new DatastorePath("ds", path));
  }

  Located located(String path) {
    return names.locate("[ds] " + path);
  }

  /** Makes a file with that content, and the folders above it. */
  StoredFile write(String path, String content) {
    StoredFile file = file(path);
    if (!file.folder().exists()) {
      files.makeDirectory(file.folder(), true);
    }
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    try {
      lab.datastore.write(file.path(), new ByteArrayInputStream(bytes), bytes.length);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return file;
  }

  String read(String path) {
    try (var open = lab.datastore.open(file(path).path())) {
      var bytes = ByteBuffer.allocate((int) open.size());
      open.readAt(0, bytes);
      return new String(bytes.array(), StandardCharsets.UTF_8);
    }
  }

  /** Makes a thin disk. */
  StoredFile disk(String path) {
    StoredFile file = file(path);
    if (!file.folder().exists()) {
      files.makeDirectory(file.folder(), true);
    }
    lab.factory.createFlat(file.file(), 1 << 20, true);
    return file;
  }

  List<String> namesIn(String folder) {
    return lab.datastore.list(file(folder).path()).stream().map(entry -> entry.name()).toList();
  }

  static ThrowableAssertAlternative<BlockError> refuses(
      BlockError.Kind kind, ThrowingCallable action) {
    return Assertions.assertThatExceptionOfType(BlockError.class)
        .isThrownBy(action)
        .satisfies(error -> Assertions.assertThat(error.kind()).isEqualTo(kind));
  }

  @Override
  public void close() {
    lab.close();
    List<String> problems =
        new DiskCheck().check(lab.datastore.root()).stream().map(Object::toString).toList();
    Assertions.assertThat(problems).isEmpty();
  }
}
