package dev.vcsnap.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.vcsnap.datastore.StoredDisk;
import dev.vcsnap.datastore.StoredFile;
import dev.vcsnap.disk.block.BlockError.Kind;
import dev.vcsnap.disk.chain.OpenMode;
import dev.vcsnap.disk.convert.BaseDisk.Provisioning;
import dev.vcsnap.task.TaskBody;
import dev.vcsnap.vim.CannotDeleteFile;
import dev.vcsnap.vim.InvalidArgument;
import dev.vcsnap.vim.MethodFault;
import dev.vcsnap.vim.VimException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VirtualDisksTest {

  private static final int SIZE = 4 << 20;
  private static final TaskBody.Progress UNWATCHED = percent -> {};

  @TempDir Path root;
  private StorageLab lab;

  @BeforeEach
  void open() {
    lab = new StorageLab(root);
    lab.files.makeDirectory(lab.file("d"), false);
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void a_disk_is_made_as_it_is_provisioned() {
    for (Provisioning provisioning : Provisioning.values()) {
      StoredFile file = create("d/" + provisioning + ".vmdk", provisioning);
      assertThat(StoredDisk.read(file).provisioning()).isEqualTo(provisioning);
      assertThat(byteAt(file, SIZE - 1)).isZero();
    }
    assertThat(lab.namesIn("d")).hasSize(6);
    StorageLab.refuses(Kind.ALREADY_EXISTS, () -> create("d/THIN.vmdk", Provisioning.EAGER_THICK));
    StorageLab.refuses(Kind.NOT_FOUND, () -> create("nowhere/x.vmdk", Provisioning.THIN));
    assertThat(fault(() -> create("d/x", Provisioning.THIN))).isInstanceOf(InvalidArgument.class);
  }

  @Test
  void a_disk_larger_than_the_datastore_is_refused_unless_it_is_thin() {
    StorageLab.refuses(
        Kind.NO_SPACE,
        () ->
            lab.disks.create(
                lab.file("d/x.vmdk"), 60L << 40, Provisioning.LAZY_THICK, "lsilogic", UNWATCHED));
    lab.disks.create(lab.file("d/x.vmdk"), 1L << 40, Provisioning.THIN, "lsilogic", UNWATCHED);
    assertThat(
            fault(() ->
                lab.disks.create(
                    lab.file("d/y.vmdk"), 63L << 40, Provisioning.THIN, "ide", UNWATCHED)))
        .isInstanceOf(InvalidArgument.class);
  }

  @Test
  void a_copy_flattens_the_chain_and_has_an_identity_of_its_own() {
    var machine = lab.lab.machine("VM");
    lab.lab.write(machine, 0, 4096, 1);
    int uid = lab.lab.snapshot(machine, "one");
    lab.lab.write(machine, 4096, 4096, 2);
    lab.lab.snapshot(machine, "two");
    String frozen = machine.snapshots().find(uid).orElseThrow().disks().getFirst().fileName();
    lab.disks.copy(lab.file("VM/" + frozen), lab.file("d/one.vmdk"), null, null, false, UNWATCHED);
    assertThat(byteAt(lab.file("d/one.vmdk"), 0)).isEqualTo(1);
    assertThat(byteAt(lab.file("d/one.vmdk"), 4096)).isZero();
    assertThat(StoredDisk.read(lab.file("d/one.vmdk")).descriptor().hasParent()).isFalse();
    assertThat(lab.disks.uuid(lab.file("d/one.vmdk")))
        .isNotEqualTo(lab.disks.uuid(lab.file("VM/VM.vmdk")));
    String running = machine.disks().get("scsi0:0").leaf().getFileName().toString();
    StorageLab.refuses(
        Kind.LOCKED,
        () ->
            lab.disks.copy(
                lab.file("VM/" + running), lab.file("d/two.vmdk"), null, null, false, UNWATCHED));
    assertThat(lab.namesIn("d")).containsExactly("one-flat.vmdk", "one.vmdk");
  }

  @Test
  void a_copy_can_be_of_another_kind_and_take_a_name() {
    StoredFile thin = create("d/thin.vmdk", Provisioning.THIN);
    write(thin, 7);
    StoredFile thick = create("d/thick.vmdk", Provisioning.LAZY_THICK);
    StorageLab.refuses(
        Kind.ALREADY_EXISTS, () -> lab.disks.copy(thin, thick, null, null, false, UNWATCHED));
    lab.disks.copy(thin, thick, Provisioning.EAGER_THICK, "ide", true, UNWATCHED);
    StoredDisk copy = StoredDisk.read(thick);
    assertThat(copy.provisioning()).isEqualTo(Provisioning.EAGER_THICK);
    assertThat(copy.descriptor().ddb()).containsEntry("ddb.adapterType", "ide");
    assertThat(byteAt(thick, 100)).isEqualTo(7);
  }

  @Test
  void a_cancelled_copy_leaves_nothing() {
    StoredFile disk = create("d/a.vmdk", Provisioning.THIN);
    write(disk, 7);
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
        .isThrownBy(() -> lab.disks.copy(disk, lab.file("d/b.vmdk"), null, null, false, cancelled));
    assertThat(lab.namesIn("d")).containsExactly("a-flat.vmdk", "a.vmdk");
  }

  @Test
  void a_move_takes_all_files_along_and_keeps_the_identity() {
    StoredFile disk = create("d/a.vmdk", Provisioning.THIN);
    write(disk, 7);
    String uuid = lab.disks.uuid(disk);
    lab.files.makeDirectory(lab.file("e"), false);
    lab.files.move(disk, lab.file("e/b.vmdk"), false, UNWATCHED);
    assertThat(lab.namesIn("d")).isEmpty();
    assertThat(lab.namesIn("e")).containsExactly("b-flat.vmdk", "b.vmdk");
    assertThat(byteAt(lab.file("e/b.vmdk"), 0)).isEqualTo(7);
    assertThat(lab.disks.uuid(lab.file("e/b.vmdk"))).isEqualTo(uuid);
    StoredFile other = create("d/c.vmdk", Provisioning.THIN);
    StorageLab.refuses(
        Kind.ALREADY_EXISTS, () -> lab.disks.move(other, lab.file("e/b.vmdk"), false, UNWATCHED));
    assertThat(lab.namesIn("d")).containsExactly("c-flat.vmdk", "c.vmdk");
  }

  @Test
  void a_moved_delta_still_finds_its_parent() {
    StoredFile base = create("d/a.vmdk", Provisioning.THIN);
    write(base, 7);
    lab.lab.factory.createDelta(lab.file("d/child.vmdk").file(), base.file());
    lab.files.makeDirectory(lab.file("e"), false);
    lab.disks.move(lab.file("d/child.vmdk"), lab.file("e/child.vmdk"), false, UNWATCHED);
    assertThat(byteAt(lab.file("e/child.vmdk"), 0)).isEqualTo(7);
    assertThat(lab.namesIn("e")).containsExactly("child-sesparse.vmdk", "child.vmdk");
  }

  @Test
  void a_disk_in_use_is_locked_for_everything() {
    lab.lab.machine("VM");
    StoredFile disk = lab.file("VM/VM.vmdk");
    StorageLab.refuses(Kind.LOCKED, () -> lab.disks.delete(disk));
    StorageLab.refuses(
        Kind.LOCKED, () -> lab.disks.move(disk, lab.file("d/x.vmdk"), false, UNWATCHED));
    StorageLab.refuses(Kind.LOCKED, () -> lab.disks.inflate(disk, UNWATCHED));
    StorageLab.refuses(Kind.LOCKED, () -> lab.disks.zeroFill(disk, UNWATCHED));
    StorageLab.refuses(Kind.LOCKED, () -> lab.disks.shrink(disk, UNWATCHED));
    StorageLab.refuses(Kind.LOCKED, () -> lab.disks.extend(disk, 16 << 20, false, UNWATCHED));
    assertThat(lab.disks.uuid(disk)).startsWith("60 00 C2 9");
  }

  @Test
  void a_disk_that_others_are_made_on_is_deleted_only_when_it_is_deletable() {
    StoredFile disk = create("d/a.vmdk", Provisioning.THIN);
    StoredDisk.read(disk).note("ddb.deletable", "false");
    assertThat(fault(() -> lab.disks.delete(disk))).isInstanceOf(CannotDeleteFile.class);
    StoredDisk.read(disk).note("ddb.deletable", "true");
    lab.disks.delete(disk);
    assertThat(lab.namesIn("d")).isEmpty();
  }

  @Test
  void a_disk_grows_and_what_is_new_reads_as_zeros() {
    StoredFile disk = create("d/a.vmdk", Provisioning.EAGER_THICK);
    write(disk, 7);
    lab.disks.extend(disk, 2 * SIZE, false, UNWATCHED);
    assertThat(byteAt(disk, SIZE - 1)).isEqualTo(7);
    assertThat(byteAt(disk, 2 * SIZE - 1)).isZero();
    assertThat(StoredDisk.read(disk).provisioning()).isEqualTo(Provisioning.EAGER_THICK);
    assertThat(fault(() -> lab.disks.extend(disk, SIZE, false, UNWATCHED)))
        .isInstanceOf(InvalidArgument.class);
  }

  @Test
  void inflating_keeps_the_bytes_and_makes_a_thick_disk() {
    StoredFile disk = create("d/a.vmdk", Provisioning.THIN);
    write(disk, 7);
    lab.disks.inflate(disk, UNWATCHED);
    assertThat(StoredDisk.read(disk).provisioning()).isEqualTo(Provisioning.EAGER_THICK);
    assertThat(byteAt(disk, 1)).isEqualTo(7);
  }

  @Test
  void eager_zeroing_is_for_thick_disks() {
    StoredFile lazy = create("d/lazy.vmdk", Provisioning.LAZY_THICK);
    lab.disks.eagerZero(lazy, UNWATCHED);
    assertThat(StoredDisk.read(lazy).provisioning()).isEqualTo(Provisioning.EAGER_THICK);
    StoredFile thin = create("d/thin.vmdk", Provisioning.THIN);
    StorageLab.refuses(Kind.UNSUPPORTED, () -> lab.disks.eagerZero(thin, UNWATCHED));
  }

  @Test
  void zero_filling_wipes_and_shrinking_gives_storage_back() {
    StoredFile disk = create("d/a.vmdk", Provisioning.THIN);
    write(disk, 7);
    lab.disks.zeroFill(disk, UNWATCHED);
    assertThat(byteAt(disk, 0)).isZero();
    write(disk, 0);
    long before = StoredDisk.read(disk).storedBytes();
    lab.disks.shrink(disk, UNWATCHED);
    assertThat(StoredDisk.read(disk).storedBytes()).isLessThan(before - SIZE / 2);
    assertThat(byteAt(disk, SIZE - 1)).isZero();
  }

  @Test
  void a_disk_has_an_identity_that_can_be_set_and_a_geometry() {
    StoredFile disk = create("d/a.vmdk", Provisioning.THIN);
    lab.disks.uuid(disk, "60 00 c2 93 7b a0 3a 03-9f 22 56 c5 29 93 b7 1a");
    assertThat(lab.disks.uuid(disk))
        .isEqualToIgnoringCase("60 00 c2 93 7b a0 3a 03-9f 22 56 c5 29 93 b7 1a");
    assertThat(fault(() -> lab.disks.uuid(disk, "60 00"))).isInstanceOf(InvalidArgument.class);
    assertThat(lab.disks.geometry(disk).head).isEqualTo(64);
    assertThat(lab.disks.geometry(disk).sector).isEqualTo(32);
    assertThat(lab.disks.geometry(disk).cylinder).isEqualTo(SIZE / 512 / 64 / 32);
    assertThat(lab.disks.fragmentation(disk)).isZero();
  }

  private StoredFile create(String path, Provisioning provisioning) {
    lab.disks.create(lab.file(path), SIZE, provisioning, "lsilogic", UNWATCHED);
    return lab.file(path);
  }

  /** Fills the first SIZE bytes with one value. */
  private void write(StoredFile file, int value) {
    var bytes = new byte[SIZE];
    Arrays.fill(bytes, (byte) value);
    try (var disk = lab.lab.factory.open(file.file(), OpenMode.READ_WRITE)) {
      disk.writeAt(0, ByteBuffer.wrap(bytes));
    }
  }

  private int byteAt(StoredFile file, long offset) {
    var one = ByteBuffer.allocate(1);
    try (var disk = lab.lab.factory.open(file.file(), OpenMode.READ_ONLY)) {
      disk.readAt(offset, one);
    }
    return one.get(0);
  }

  private static MethodFault fault(Runnable action) {
    try {
      action.run();
    } catch (VimException e) {
      return (MethodFault) e.fault();
    }
    throw new AssertionError("nothing was refused");
  }
}
