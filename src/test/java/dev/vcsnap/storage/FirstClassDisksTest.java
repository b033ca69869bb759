package dev.vcsnap.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.vcsnap.changes.ChangeService;
import dev.vcsnap.datastore.FcdCatalog;
import dev.vcsnap.datastore.FcdRecord;
import dev.vcsnap.datastore.FcdSnapshot;
import dev.vcsnap.datastore.StoredFile;
import dev.vcsnap.disk.block.BlockError.Kind;
import dev.vcsnap.disk.chain.OpenMode;
import dev.vcsnap.disk.convert.BaseDisk.Provisioning;
import dev.vcsnap.evidence.Rule;
import dev.vcsnap.evidence.Witness;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.task.TaskBody;
import dev.vcsnap.vim.AlreadyExists;
import dev.vcsnap.vim.BaseConfigInfoDiskFileBackingInfo;
import dev.vcsnap.vim.DiskChangeInfo;
import dev.vcsnap.vim.FileFault;
import dev.vcsnap.vim.InvalidArgument;
import dev.vcsnap.vim.InvalidState;
import dev.vcsnap.vim.NotFound;
import dev.vcsnap.vim.VStorageObject;
import dev.vcsnap.vim.VimException;
import dev.vcsnap.vim.VirtualDeviceConfigSpec;
import dev.vcsnap.vim.VirtualDeviceConfigSpecOperation;
import dev.vcsnap.vim.VirtualDisk;
import dev.vcsnap.vim.VirtualDiskFlatVer2BackingInfo;
import dev.vcsnap.vim.VirtualMachineConfigSpec;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FirstClassDisksTest {

  private static final TaskBody.Progress UNWATCHED = percent -> {};
  private static final int BLOCK = 64 << 10;

  @TempDir Path root;
  private StorageLab lab;
  private FirstClassDisks disks;
  private FirstClassSnapshots snapshots;
  private FirstClassDiskProjection projection;

  @BeforeEach
  void open() {
    lab = new StorageLab(root);
    var ids = new Ids(new Dice(5));
    disks = new FirstClassDisks(lab.lab.factory, lab.disks, ids, lab.lab.clock);
    snapshots =
        new FirstClassSnapshots(
            lab.lab.factory,
            disks,
            new ChangeService(lab.lab.factory, 2000, 1L << 41),
            ids,
            lab.lab.clock);
    projection = new FirstClassDiskProjection(lab.lab.factory);
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void a_disk_is_made_in_its_folder_and_found_again_by_its_id() {
    FcdRecord disk = create("data");
    VStorageObject shown = shown(disk.id());
    assertThat(shown.config.name).isEqualTo("data");
    assertThat(shown.config.capacityInMB).isEqualTo(8);
    assertThat(shown.config.keepAfterDeleteVm).isTrue();
    assertThat(shown.config.metadata).hasSize(1);
    var backing = (BaseConfigInfoDiskFileBackingInfo) shown.config.backing;
    assertThat(backing.filePath).startsWith("[ds] fcd/").endsWith(".vmdk");
    assertThat(backing.provisioningType).isEqualTo("thin");
    assertThat(backing.parent).isNull();
    assertThat(disks.list(lab.lab.datastore)).containsExactly(disk.id());
    assertThat(new FcdCatalog(lab.lab.datastore).find(disk.id())).contains(disk);
    disks.rename(lab.lab.datastore, disk.id(), "new name \"quoted\"");
    assertThat(shown(disk.id()).config.name).isEqualTo("new name \"quoted\"");
    disks.delete(lab.lab.datastore, disk.id());
    assertThat(lab.namesIn("fcd")).isEmpty();
    refuses(NotFound.class, () -> disks.delete(lab.lab.datastore, disk.id()));
    refuses(NotFound.class, () -> disks.find(lab.lab.datastore, "../../etc/passwd"));
  }

  @Test
  void a_disk_that_is_there_is_registered_once() {
    StoredFile file = lab.disk("d/x.vmdk");
    FcdRecord disk = disks.register(file, null);
    assertThat(disk.name()).isEqualTo("x");
    refuses(AlreadyExists.class, () -> disks.register(file, "again"));
    StorageLab.refuses(Kind.NOT_FOUND, () -> disks.register(lab.file("d"), "folder"));
  }

  @Test
  void a_disk_whose_file_is_gone_is_listed_until_it_is_reconciled() {
    FcdRecord disk = create("data");
    lab.files.delete(lab.file(disk.path()));
    refuses(NotFound.class, () -> disks.find(lab.lab.datastore, disk.id()));
    assertThat(disks.list(lab.lab.datastore)).containsExactly(disk.id());
    disks.reconcile(lab.lab.datastore);
    assertThat(disks.list(lab.lab.datastore)).isEmpty();
  }

  @Test
  void a_snapshot_keeps_the_bytes_of_its_moment() {
    FcdRecord disk = create("data");
    write(disk.id(), 0, 1);
    FcdSnapshot one = snapshots.create(lab.lab.datastore, disk.id(), "one");
    write(disk.id(), 0, 2);
    assertThat(byteAt(one.path(), 0)).isEqualTo(1);
    assertThat(byteAt(path(disk.id()), 0)).isEqualTo(2);
    assertThat(
            FirstClassDiskProjection.snapshots(disks.find(lab.lab.datastore, disk.id())).snapshots)
        .singleElement()
        .satisfies(shown -> {
          assertThat(shown.description).isEqualTo("one");
          assertThat(shown.id.id).isEqualTo(one.id());
        });
    var backing = (BaseConfigInfoDiskFileBackingInfo) shown(disk.id()).config.backing;
    assertThat(backing.parent.filePath).isEqualTo("[ds] " + one.path());
    refuses(InvalidState.class, () -> disks.delete(lab.lab.datastore, disk.id()));
    refuses(InvalidState.class, () -> disks.extend(lab.lab.datastore, disk.id(), 16, UNWATCHED));
  }

  @Test
  void deleting_snapshots_merges_and_keeps_what_the_others_froze() {
    FcdRecord disk = create("data");
    write(disk.id(), 0, 1);
    FcdSnapshot one = snapshots.create(lab.lab.datastore, disk.id(), "one");
    write(disk.id(), 0, 2);
    FcdSnapshot two = snapshots.create(lab.lab.datastore, disk.id(), "two");
    write(disk.id(), 0, 3);
    snapshots.delete(lab.lab.datastore, disk.id(), one.id(), UNWATCHED);
    FcdRecord left = disks.find(lab.lab.datastore, disk.id());
    assertThat(byteAt(left.snapshot(two.id()).orElseThrow().path(), 0)).isEqualTo(2);
    assertThat(byteAt(left.path(), 0)).isEqualTo(3);
    refuses(
        NotFound.class, () -> snapshots.delete(lab.lab.datastore, disk.id(), one.id(), UNWATCHED));
    snapshots.delete(lab.lab.datastore, disk.id(), two.id(), UNWATCHED);
    assertThat(byteAt(path(disk.id()), 0)).isEqualTo(3);
    assertThat(lab.namesIn("fcd")).hasSize(3);
    disks.extend(lab.lab.datastore, disk.id(), 16, UNWATCHED);
    assertThat(shown(disk.id()).config.capacityInMB).isEqualTo(16);
  }

  @Test
  void a_revert_goes_back_and_keeps_the_other_snapshots() {
    FcdRecord disk = create("data");
    write(disk.id(), 0, 1);
    FcdSnapshot one = snapshots.create(lab.lab.datastore, disk.id(), "one");
    write(disk.id(), 0, 2);
    FcdSnapshot two = snapshots.create(lab.lab.datastore, disk.id(), "two");
    write(disk.id(), 0, 3);
    snapshots.revert(lab.lab.datastore, disk.id(), one.id());
    assertThat(byteAt(path(disk.id()), 0)).isEqualTo(1);
    write(disk.id(), 0, 4);
    FcdRecord reverted = disks.find(lab.lab.datastore, disk.id());
    assertThat(byteAt(reverted.snapshot(two.id()).orElseThrow().path(), 0)).isEqualTo(2);
    snapshots.delete(lab.lab.datastore, disk.id(), two.id(), UNWATCHED);
    snapshots.delete(lab.lab.datastore, disk.id(), one.id(), UNWATCHED);
    assertThat(byteAt(path(disk.id()), 0)).isEqualTo(4);
    assertThat(lab.namesIn("fcd")).hasSize(3);
  }

  @Test
  void a_disk_is_made_of_a_snapshot_and_of_another_disk() {
    FcdRecord disk = create("data");
    write(disk.id(), 0, 1);
    FcdSnapshot one = snapshots.create(lab.lab.datastore, disk.id(), "one");
    write(disk.id(), 0, 2);
    var wish = new FirstClassDisks.Wish("copy", null, false, Map.of());
    FcdRecord old = snapshots.createDisk(lab.lab.datastore, disk.id(), one.id(), wish, UNWATCHED);
    assertThat(byteAt(old.path(), 0)).isEqualTo(1);
    FcdRecord clone =
        disks.clone(
            lab.lab.datastore,
            disk.id(),
            lab.lab.datastore,
            wish,
            Provisioning.EAGER_THICK,
            UNWATCHED);
    assertThat(byteAt(clone.path(), 0)).isEqualTo(2);
    assertThat(disks.list(lab.lab.datastore)).hasSize(3);
  }

  @Test
  @Rule(
      value = "C23",
      says = "A first class disk whose flag is set tells the areas that changed up to a snapshot.",
      by = Witness.DOCUMENT)
  void changes_between_two_snapshots_are_told() {
    FcdRecord disk = create("data");
    disks.flags(lab.lab.datastore, disk.id(), List.of("enableChangedBlockTracking"), true);
    assertThat(shown(disk.id()).config.changedBlockTrackingEnabled).isTrue();
    write(disk.id(), 0, 1);
    FcdSnapshot one = snapshots.create(lab.lab.datastore, disk.id(), "one");
    write(disk.id(), 3 * BLOCK, 2);
    FcdSnapshot two = snapshots.create(lab.lab.datastore, disk.id(), "two");
    write(disk.id(), 5 * BLOCK, 3);
    String since =
        snapshots.details(lab.lab.datastore, disk.id(), one.id()).changeId().orElseThrow();
    var changed = snapshots.changed(lab.lab.datastore, disk.id(), two.id(), 0, since);
    assertThat(changed.changedArea)
        .singleElement()
        .satisfies(area -> {
          assertThat(area.start).isEqualTo(3 * BLOCK);
          assertThat(area.length).isEqualTo(BLOCK);
        });
    refuses(
        FileFault.class,
        () ->
            snapshots.changed(
                lab.lab.datastore,
                disk.id(),
                two.id(),
                0,
                "52 de 11 7a 00 00 00 00-00 00 00 00 00 00 00 01/1"));
  }

  @Test
  @Rule(
      value = "C23",
      says = "The query for a first class disk's areas is refused as that of a machine's disk is.",
      by = Witness.DOCUMENT)
  void wrong_questions_about_changes_are_refused_by_their_fault() {
    FcdRecord disk = create("data");
    FcdSnapshot untracked = snapshots.create(lab.lab.datastore, disk.id(), "untracked");
    refuses(FileFault.class, () -> changed(disk, untracked, 0, "*"));
    disks.flags(lab.lab.datastore, disk.id(), List.of("enableChangedBlockTracking"), true);
    FcdSnapshot one = snapshots.create(lab.lab.datastore, disk.id(), "one");
    refuses(InvalidArgument.class, () -> changed(disk, one, 8 << 20, "*"));
    refuses(InvalidArgument.class, () -> changed(disk, one, 0, "yesterday"));
    refuses(
        NotFound.class, () -> snapshots.changed(lab.lab.datastore, disk.id(), "nobody", 0, "*"));
    String since = details(disk, one);
    snapshots.revert(lab.lab.datastore, disk.id(), untracked.id());
    FcdSnapshot other = snapshots.create(lab.lab.datastore, disk.id(), "other");
    refuses(FileFault.class, () -> changed(disk, other, 0, since));
  }

  @Test
  void changes_of_a_disk_are_told_while_a_machine_has_it() {
    FcdRecord disk = create("data");
    disks.flags(lab.lab.datastore, disk.id(), List.of("enableChangedBlockTracking"), true);
    FcdSnapshot one = snapshots.create(lab.lab.datastore, disk.id(), "one");
    write(disk.id(), 3 * BLOCK, 2);
    FcdSnapshot two = snapshots.create(lab.lab.datastore, disk.id(), "two");
    var tracking = new VirtualMachineConfigSpec();
    tracking.changeTrackingEnabled = true;
    VirtualMachine machine = lab.lab.machine("VM");
    lab.lab.reconfigure.reconfigure(machine, tracking);
    attach(machine, disk);
    assertThat(changed(disk, two, 0, details(disk, one)).changedArea).hasSize(1);
  }

  @Test
  @Rule(
      value = "C23",
      says = "A tracked first class disk does not go to a machine that tracks no changes.",
      by = Witness.DOCUMENT)
  void a_tracked_disk_is_not_attached_to_a_machine_without_tracking() {
    FcdRecord disk = create("data");
    disks.flags(lab.lab.datastore, disk.id(), List.of("enableChangedBlockTracking"), true);
    VirtualMachine machine = lab.lab.machine("VM");
    refuses(InvalidState.class, () -> attach(machine, disk));
    assertThat(machine.disks()).hasSize(1);
    disks.flags(lab.lab.datastore, disk.id(), List.of("enableChangedBlockTracking"), false);
    attach(machine, disk);
    assertThat(machine.disks()).hasSize(2);
  }

  private void attach(VirtualMachine machine, FcdRecord disk) {
    var backing = new VirtualDiskFlatVer2BackingInfo();
    backing.fileName = "[ds] " + path(disk.id());
    backing.diskMode = "persistent";
    var device = new VirtualDisk();
    device.key = -1;
    device.controllerKey = 1000;
    device.unitNumber = 1;
    device.backing = backing;
    var change = new VirtualDeviceConfigSpec();
    change.operation = VirtualDeviceConfigSpecOperation.add;
    change.device = device;
    var spec = new VirtualMachineConfigSpec();
    spec.deviceChange = List.of(change);
    lab.lab.reconfigure.reconfigure(machine, spec);
  }

  private DiskChangeInfo changed(FcdRecord disk, FcdSnapshot upTo, long offset, String since) {
    return snapshots.changed(lab.lab.datastore, disk.id(), upTo.id(), offset, since);
  }

  private String details(FcdRecord disk, FcdSnapshot snapshot) {
    return snapshots.details(lab.lab.datastore, disk.id(), snapshot.id()).changeId().orElseThrow();
  }

  @Test
  void a_disk_that_somebody_has_open_is_locked() {
    FcdRecord disk = create("data");
    FcdSnapshot one = snapshots.create(lab.lab.datastore, disk.id(), "one");
    try (var open = lab.lab.factory.open(lab.file(path(disk.id())).file(), OpenMode.READ_WRITE)) {
      assertThat(open.sizeBytes()).isPositive();
      StorageLab.refuses(Kind.LOCKED, () -> snapshots.create(lab.lab.datastore, disk.id(), "two"));
      StorageLab.refuses(
          Kind.LOCKED, () -> snapshots.delete(lab.lab.datastore, disk.id(), one.id(), UNWATCHED));
      StorageLab.refuses(
          Kind.LOCKED, () -> snapshots.revert(lab.lab.datastore, disk.id(), one.id()));
    }
    assertThat(disks.find(lab.lab.datastore, disk.id()).snapshots()).hasSize(1);
  }

  private FcdRecord create(String name) {
    return disks.create(
        lab.lab.datastore,
        new FirstClassDisks.Wish(name, null, true, Map.of("k", "v")),
        8,
        Provisioning.THIN,
        UNWATCHED);
  }

  private VStorageObject shown(String id) {
    return projection.of(lab.located(""), disks.find(lab.lab.datastore, id));
  }

  private String path(String id) {
    return disks.find(lab.lab.datastore, id).path();
  }

  /** Fills one block with a value. */
  private void write(String id, long offset, int value) {
    var bytes = new byte[BLOCK];
    Arrays.fill(bytes, (byte) value);
    try (var disk = lab.lab.factory.open(lab.file(path(id)).file(), OpenMode.READ_WRITE)) {
      disk.writeAt(offset, ByteBuffer.wrap(bytes));
    }
  }

  private int byteAt(String path, long offset) {
    var one = ByteBuffer.allocate(1);
    try (var disk = lab.lab.factory.open(lab.file(path).file(), OpenMode.READ_ONLY)) {
      disk.readAt(offset, one);
    }
    return one.get(0);
  }

  private static void refuses(Class<?> fault, ThrowingCallable action) {
    assertThatExceptionOfType(VimException.class)
        .isThrownBy(action)
        .satisfies(e -> assertThat(e.fault()).isInstanceOf(fault));
  }
}
