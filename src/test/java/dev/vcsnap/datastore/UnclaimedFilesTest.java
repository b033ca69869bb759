package dev.vcsnap.datastore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.io.HostFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnclaimedFilesTest {

  @TempDir Path root;
  private Datastore datastore;
  private UnclaimedFiles unclaimed;

  @BeforeEach
  void open() {
    datastore = new Datastore("ds", root, new UUID(0, 1), FileSystemType.VMFS6, new HostFiles());
    unclaimed = datastore.unclaimed();
  }

  private void make(String... names) throws IOException {
    for (String name : names) {
      Path file = root.resolve(name);
      Files.createDirectories(file.getParent());
      Files.createFile(file);
    }
  }

  private static DatastorePath path(String path) {
    return new DatastorePath("ds", path);
  }

  @Test
  void what_others_made_meanwhile_in_the_folder_of_a_failed_machine_stays() throws IOException {
    UnclaimedFiles.Note note = unclaimed.noteNew(path("grp/late.vmx"));
    UnclaimedFiles.Note other = unclaimed.noteNew(path("grp/early-on.vmx"));
    make("grp/late.vmx", "grp/late.vmdk", "grp/odd.vmdk");
    make("grp/early.vmx", "grp/early-flat.vmdk", "grp/early-on.vmdk");

    note.remove();

    assertThat(root.resolve("grp"))
        .isDirectoryNotContaining("glob:**late*")
        .isDirectoryNotContaining("glob:**odd*");
    assertThat(root.resolve("grp/early.vmx")).exists();
    assertThat(root.resolve("grp/early-flat.vmdk")).exists();
    assertThat(root.resolve("grp/early-on.vmdk")).exists();
    other.settle();
  }

  @Test
  void what_a_neighbour_of_a_deleted_machine_made_meanwhile_stays() throws IOException {
    make("grp/web.vmx", "grp/web.vmdk", "grp/web-2.vmx");
    UnclaimedFiles.Note note =
        unclaimed.noteOld(path("grp/web.vmx"), Set.of("web.vmx", "web.vmdk"));
    make("grp/web-2-000001.vmdk", "grp/web-000001.vmdk");

    note.remove();

    assertThat(root.resolve("grp/web.vmx")).doesNotExist();
    assertThat(root.resolve("grp/web-000001.vmdk")).doesNotExist();
    assertThat(root.resolve("grp/web-2.vmx")).exists();
    assertThat(root.resolve("grp/web-2-000001.vmdk")).exists();
  }

  @Test
  void nobody_else_makes_the_same_machine_meanwhile() {
    UnclaimedFiles.Note note = unclaimed.noteNew(path("VM/VM.vmx"));
    assertThatThrownBy(() -> unclaimed.noteNew(path("VM/VM.vmx")))
        .isInstanceOfSatisfying(
            BlockError.class,
            error -> assertThat(error.kind()).isEqualTo(BlockError.Kind.ALREADY_EXISTS));
    note.settle();
    unclaimed.noteNew(path("VM/VM.vmx")).settle();
  }
}
