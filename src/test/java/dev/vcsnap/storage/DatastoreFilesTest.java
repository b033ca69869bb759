package dev.vcsnap.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.vcsnap.datastore.DatastorePathException;
import dev.vcsnap.datastore.StoredFile;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockError.Kind;
import dev.vcsnap.disk.chain.OpenMode;
import dev.vcsnap.task.TaskBody;
import dev.vcsnap.vim.UserNotFound;
import dev.vcsnap.vim.VimException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatastoreFilesTest {

  private static final TaskBody.Progress UNWATCHED = percent -> {};

  @TempDir Path root;
  private StorageLab lab;

  @BeforeEach
  void open() {
    lab = new StorageLab(root);
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void a_folder_is_made_once_and_its_parents_when_asked() {
    lab.files.makeDirectory(lab.file("a"), false);
    StorageLab.refuses(Kind.ALREADY_EXISTS, () -> lab.files.makeDirectory(lab.file("a"), false));
    StorageLab.refuses(Kind.NOT_FOUND, () -> lab.files.makeDirectory(lab.file("b/c"), false));
    lab.files.makeDirectory(lab.file("b/c/d"), true);
    assertThat(lab.namesIn("b/c")).containsExactly("d");
    StorageLab.refuses(Kind.ALREADY_EXISTS, () -> lab.files.makeDirectory(lab.file("b/c/d"), true));
  }

  @Test
  void a_file_and_a_whole_folder_are_deleted() {
    lab.write("a/one.txt", "1");
    lab.write("a/b/two.txt", "2");
    lab.files.delete(lab.file("a/one.txt"));
    assertThat(lab.namesIn("a")).containsExactly("b");
    lab.files.delete(lab.file("a/"));
    assertThat(lab.namesIn("")).isEmpty();
    StorageLab.refuses(Kind.NOT_FOUND, () -> lab.files.delete(lab.file("a")));
    assertThatExceptionOfType(DatastorePathException.class)
        .isThrownBy(() -> lab.files.delete(lab.file("")));
  }

  @Test
  void deleting_a_disk_takes_its_extent_along() {
    lab.disk("d/d.vmdk");
    lab.files.delete(lab.file("d/d.vmdk"));
    assertThat(lab.namesIn("d")).isEmpty();
  }

  @Test
  void what_a_machine_uses_is_left_alone() {
    lab.lab.machine("VM");
    for (String used :
        new String[] {"VM", "VM/VM.vmx", "VM/VM.vmsd", "VM/VM.vmdk", "VM/VM-flat.vmdk"}) {
      StorageLab.refuses(Kind.LOCKED, () -> lab.files.delete(lab.file(used)));
      StorageLab.refuses(
          Kind.LOCKED, () -> lab.files.move(lab.file(used), lab.file("away"), false, UNWATCHED));
    }
    lab.write("other.txt", "x");
    StorageLab.refuses(
        Kind.LOCKED,
        () -> lab.files.copy(lab.file("other.txt"), lab.file("VM/VM.vmx"), true, UNWATCHED));
    lab.write("VM/vmware.log", "log");
    lab.files.delete(lab.file("VM/vmware.log"));
    assertThat(lab.namesIn("VM")).contains("VM.vmx", "VM.vmsd", "VM.vmdk", "VM-flat.vmdk");
  }

  @Test
  void the_extent_of_a_disk_that_is_written_is_not_copied() {
    lab.lab.machine("VM");
    StorageLab.refuses(
        Kind.LOCKED,
        () -> lab.files.copy(lab.file("VM/VM-flat.vmdk"), lab.file("copy.bin"), false, UNWATCHED));
    assertThat(lab.namesIn("")).containsExactly("VM");
  }

  @Test
  void a_file_moves_and_takes_a_name_only_when_forced() {
    lab.write("a/one.txt", "1");
    lab.write("b/two.txt", "2");
    StorageLab.refuses(
        Kind.ALREADY_EXISTS,
        () -> lab.files.move(lab.file("a/one.txt"), lab.file("b/two.txt"), false, UNWATCHED));
    lab.files.move(lab.file("a/one.txt"), lab.file("b/two.txt"), true, UNWATCHED);
    assertThat(lab.read("b/two.txt")).isEqualTo("1");
    assertThat(lab.namesIn("a")).isEmpty();
    lab.files.move(lab.file("b"), lab.file("a/b"), false, UNWATCHED);
    assertThat(lab.read("a/b/two.txt")).isEqualTo("1");
    StorageLab.refuses(
        Kind.ALREADY_EXISTS,
        () -> lab.files.move(lab.file("a"), lab.file("a/b/c"), false, UNWATCHED));
    StorageLab.refuses(
        Kind.NOT_FOUND,
        () -> lab.files.move(lab.file("a/b"), lab.file("nowhere/b"), false, UNWATCHED));
  }

  @Test
  void a_copied_folder_has_the_same_content() {
    lab.write("a/one.txt", "1");
    lab.write("a/b/two.txt", "22");
    lab.files.copy(lab.file("a"), lab.file("copy"), false, UNWATCHED);
    assertThat(lab.read("copy/one.txt")).isEqualTo("1");
    assertThat(lab.read("copy/b/two.txt")).isEqualTo("22");
    StorageLab.refuses(
        Kind.ALREADY_EXISTS,
        () -> lab.files.copy(lab.file("a"), lab.file("copy"), true, UNWATCHED));
  }

  @Test
  void a_cancelled_copy_leaves_nothing() {
    lab.write("a/one.txt", "1");
    TaskBody.Progress cancelled =
        new TaskBody.Progress() {
          @Override
          public void percent(int done) {}

          @Override
          public boolean cancelled() {
            return true;
          }
        };
    assertThatExceptionOfType(CancellationException.class)
        .isThrownBy(() -> lab.files.copy(lab.file("a"), lab.file("copy"), false, cancelled));
    assertThat(lab.namesIn("")).containsExactly("a");
  }

  @Test
  void the_owner_of_a_file_is_root_and_nobody_else() {
    lab.write("one.txt", "1");
    lab.files.changeOwner(lab.file("one.txt"), "root");
    assertThatExceptionOfType(VimException.class)
        .isThrownBy(() -> lab.files.changeOwner(lab.file("one.txt"), "nobody"))
        .satisfies(e -> assertThat(e.fault()).isInstanceOf(UserNotFound.class));
  }

  @Test
  void a_disk_that_another_reader_has_open_is_locked() {
    var disk = lab.disk("d/d.vmdk");
    try (var open = lab.lab.factory.open(disk.file(), OpenMode.READ_ONLY)) {
      assertThat(open.sizeBytes()).isEqualTo(1 << 20);
      StorageLab.refuses(Kind.LOCKED, () -> lab.files.delete(disk));
      StorageLab.refuses(Kind.LOCKED, () -> lab.files.delete(lab.file("d")));
    }
    lab.files.delete(lab.file("d"));
  }

  @Test
  void nobody_opens_a_disk_or_uses_a_machine_while_its_file_is_replaced() throws IOException {
    StoredFile disk = lab.disk("d/d.vmdk");
    StoredFile extent = lab.file("d/d-flat.vmdk");
    var openings = new ArrayList<BlockError>();
    upload(
        extent,
        () -> openings.add(refusal(() -> lab.lab.factory.open(disk.file(), OpenMode.READ_ONLY))));
    assertThat(openings).isNotEmpty().allMatch(error -> error.kind() == Kind.LOCKED);

    var claims = new ArrayList<BlockError>();
    StoredFile vmx = lab.file("d/VM.vmx");
    for (String changed : new String[] {"d/VM.vmx", "d/VM.vmsd", "d/VM-Snapshot1.vmsn"}) {
      upload(
          lab.file(changed),
          () -> claims.add(refusal(() -> lab.lab.datastore.claims().toUse(vmx))));
    }
    assertThat(claims).isNotEmpty().allMatch(error -> error.kind() == Kind.LOCKED);
    upload(lab.file("d/VM2.vmx"), () -> lab.lab.datastore.claims().toUse(vmx).close());

    try (var _ = lab.lab.datastore.claims().toUse(vmx);
        var _ = lab.lab.datastore.claims().toUse(vmx)) {
      StorageLab.refuses(Kind.LOCKED, () -> lab.files.delete(lab.file("d")));
      StorageLab.refuses(Kind.LOCKED, () -> upload(lab.file("d/VM.vmsd"), () -> {}));
    }
    lab.files.delete(lab.file("d"));
  }

  @Test
  void nobody_opens_a_disk_while_another_one_takes_its_place() {
    StoredFile old = lab.disk("d/old.vmdk");
    StoredFile other = lab.disk("d/other.vmdk");
    var openings = new ArrayList<BlockError>();
    TaskBody.Progress opening =
        percent ->
            openings.add(refusal(() -> lab.lab.factory.open(old.file(), OpenMode.READ_ONLY)));
    lab.disks.copy(other, old, null, null, true, opening);
    assertThat(openings).isNotEmpty().allMatch(error -> error.kind() == Kind.LOCKED);
    lab.lab.factory.open(old.file(), OpenMode.READ_WRITE).close();
  }

  /** Uploads a few bytes; something happens while they come. */
  private void upload(StoredFile file, Runnable meanwhile) throws IOException {
    var content =
        new ByteArrayInputStream(new byte[1 << 20]) {
          @Override
          public int read(byte[] target, int offset, int length) {
            meanwhile.run();
            return super.read(target, offset, length);
          }
        };
    lab.files.upload(file, content, 1 << 20);
  }

  private static BlockError refusal(Supplier<? extends AutoCloseable> action) {
    try (var _ = action.get()) {
      throw new AssertionError("It was not refused");
    } catch (BlockError e) {
      return e;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
