package dev.vcsnap.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.MemoryDisk;
import dev.vcsnap.disk.vmdk.streamoptimized.StreamWriter;
import dev.vcsnap.evidence.Rule;
import dev.vcsnap.evidence.Witness;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.provision.ProvisionLab;
import dev.vcsnap.task.TaskRequest;
import dev.vcsnap.vim.HttpNfcLeaseDeviceUrl;
import dev.vcsnap.vim.HttpNfcLeaseInfo;
import dev.vcsnap.vim.HttpNfcLeaseState;
import dev.vcsnap.vim.InvalidState;
import dev.vcsnap.vim.LocalizedMethodFault;
import dev.vcsnap.vim.NotSupported;
import dev.vcsnap.vim.TaskInProgress;
import dev.vcsnap.vim.VimException;
import dev.vcsnap.vim.VirtualDeviceConfigSpec;
import dev.vcsnap.vim.VirtualDiskFlatVer2BackingInfo;
import dev.vcsnap.vim.VirtualMachineConfigSpec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportTest {

  private static final int BYTES = ProvisionLab.DISK_BYTES;

  @TempDir Path root;
  @TempDir Path scratch;
  private ImportLab imports;

  @BeforeEach
  void open() {
    imports = new ImportLab(root);
  }

  @AfterEach
  void close() {
    imports.close();
  }

  @Test
  @Rule(
      value = "D12",
      says =
          "An import is ready once its machine is there; each disk has a key of its own, and one by"
              + " the names of the specification.",
      by = Witness.DOCUMENT)
  void a_disk_that_was_sent_is_the_machine_s_once_the_lease_is_complete() throws Exception {
    MemoryDisk disk = MemoryDisk.random(BYTES, 20, new Random(7));
    ManagedObject lease = imports.begin("new", 2);
    HttpNfcLeaseDeviceUrl url = ImportLab.info(lease).deviceUrl.get(1);
    VirtualMachine machine = imports.machine(lease);
    assertThat(url.importKey).isEqualTo("/new/ParaVirtualSCSIController0:1");
    assertThat(url.key).isEqualTo("/" + machine.object().id() + "/ParaVirtualSCSIController0:1");
    byte[] stream = stream(disk);
    send(lease, 1, stream);
    assertThat(imports.leases.manifest(lease).getFirst().key).isEqualTo(url.key);
    assertThat(imports.leases.manifest(lease).getFirst().size).isEqualTo(stream.length);
    assertThat(imports.lab.registered()).isEmpty();
    imports.leases.complete(lease);
    assertThat(imports.lab.registered()).containsExactly(machine.files().vmxPath());
    assertThat(MemoryDisk.contentOf(machine.disk("scsi0:1"))).isEqualTo(disk.content());
    assertThat(MemoryDisk.contentOf(machine.disk("scsi0:0"))).containsOnly(0);
  }

  @Test
  @Rule(
      value = "B24",
      says = "A machine that is being imported is blocked until the lease ends.",
      by = Witness.DOCUMENT)
  void a_machine_that_is_being_imported_is_blocked() throws Exception {
    ManagedObject lease = imports.begin("new", 1);
    var power = new TaskRequest(imports.machine(lease).object(), "PowerOnVM_Task", "x", "user");
    VimException busy =
        catchThrowableOfType(
            VimException.class, () -> imports.lab.tasks.start(power, progress -> null));
    assertThat(busy.fault()).isInstanceOf(TaskInProgress.class);
    imports.leases.complete(lease);
    imports.lab.tasks.runNow(power, progress -> null);
  }

  @Test
  void a_machine_that_was_imported_can_be_deleted() throws Exception {
    ManagedObject lease = imports.begin("new", 1);
    VirtualMachine machine = imports.machine(lease);
    send(lease, 0, stream(MemoryDisk.random(BYTES, 5, new Random(3))));
    imports.leases.complete(lease);
    imports.lab.provision.destroy(machine.object(), percent -> {});
    assertThat(imports.lab.registered()).isEmpty();
  }

  @Test
  @Rule(
      value = "D12",
      says = "When the lease of an import fails, the machine that it made is removed.",
      by = Witness.DOCUMENT)
  void an_import_that_is_aborted_or_forgotten_leaves_nothing() throws Exception {
    ManagedObject aborted = imports.begin("aborted", 1);
    ManagedObject forgotten = imports.begin("forgotten", 1);
    send(aborted, 0, stream(MemoryDisk.random(BYTES, 5, new Random(1))));
    assertThat(imports.lab.directories()).containsExactly("aborted", "forgotten");
    imports.leases.abort(aborted, null);
    assertThat(imports.lab.objects.find(ImportLab.info(aborted).entity)).isNull();
    imports.clock.advance(Duration.ofSeconds(301));
    imports.awaitEndOf(forgotten.reference(), HttpNfcLeaseState.ready);
    assertThat(imports.lab.objects.find(ImportLab.info(forgotten).entity)).isNull();
    assertThat(imports.lab.directories()).isEmpty();
  }

  @Test
  void a_machine_that_is_being_imported_is_not_moved_and_so_not_registered() throws Exception {
    ManagedObject lease = imports.begin("new", 1);
    ManagedObject machine = imports.machine(lease).object();
    ProvisionLab lab = imports.lab;
    ManagedObject folder = lab.objects.require(lab.folders.create(lab.tree.vmFolder(), "F"));
    VimException busy =
        catchThrowableOfType(
            VimException.class,
            () ->
                lab.tasks.runNow(
                    new TaskRequest(folder, "MoveIntoFolder_Task", "x", "user"),
                    progress -> {
                      lab.folders.moveInto(folder, List.of(machine), progress);
                      return null;
                    }));
    assertThat(busy.fault()).isInstanceOf(TaskInProgress.class);
    assertThat(lab.registered()).isEmpty();
  }

  @Test
  void an_import_that_is_undone_leaves_no_registration() throws Exception {
    ManagedObject lease = imports.begin("new", 1);
    imports.lab.register(imports.machine(lease));
    imports.leases.abort(lease, null);
    assertThat(imports.lab.registered()).isEmpty();
  }

  @Test
  void disks_that_are_there_are_not_imported() {
    imports.lab.create("other");
    for (boolean child : new boolean[] {false, true}) {
      VirtualMachineConfigSpec spec = ProvisionLab.spec("new", "[ds]", 1);
      VirtualDeviceConfigSpec change = spec.deviceChange.getLast();
      var there = new VirtualDiskFlatVer2BackingInfo();
      there.fileName = "[ds] other/other.vmdk";
      there.diskMode = "persistent";
      var backing = (VirtualDiskFlatVer2BackingInfo) change.device.backing;
      if (child) {
        backing.parent = there;
      } else {
        change.fileOperation = null;
        change.device.backing = there;
      }
      VimException refused =
          catchThrowableOfType(
              VimException.class,
              () -> imports.lab.provision.beginImport(spec, imports.lab.pool(), null, null));
      assertThat(refused.fault()).as("child %s", child).isInstanceOf(NotSupported.class);
    }
  }

  @Test
  void a_name_that_is_taken_is_told_by_the_lease() throws Exception {
    imports.lab.create("taken");
    ManagedObject lease = imports.begin("taken", 1);
    assertThat(lease.get("state")).isEqualTo(HttpNfcLeaseState.error);
    assertThat(((LocalizedMethodFault) lease.get("error")).localizedMessage)
        .contains("'taken' already exists");
  }

  @Test
  void plain_bytes_are_taken_when_they_are_as_many_as_the_disk_has() throws Exception {
    MemoryDisk disk = MemoryDisk.random(BYTES, 9, new Random(2));
    ManagedObject lease = imports.begin("new", 1);
    send(lease, 0, disk.content());
    assertThat(MemoryDisk.contentOf(imports.machine(lease).disk("scsi0:0")))
        .isEqualTo(disk.content());
    for (int length : new int[] {BYTES - 512, BYTES + 512}) {
      refused(lease, Arrays.copyOf(disk.content(), length), BlockError.Kind.NOT_THIS_FORMAT);
    }
  }

  @Test
  void what_is_packed_by_gzip_is_unpacked_as_it_comes() throws Exception {
    MemoryDisk disk = MemoryDisk.random(BYTES, 9, new Random(13));
    ManagedObject lease = imports.begin("new", 2);
    send(lease, 0, gzip(stream(disk)));
    byte[] plain = gzip(disk.content());
    send(lease, 1, plain);
    for (int i = 0; i < 2; i++) {
      assertThat(MemoryDisk.contentOf(imports.machine(lease).disk("scsi0:" + i)))
          .isEqualTo(disk.content());
    }
    refused(lease, Arrays.copyOf(plain, plain.length / 2), BlockError.Kind.CORRUPT);
    refused(lease, gzip(gzip(disk.content())), BlockError.Kind.CORRUPT);
  }

  private static byte[] gzip(byte[] content) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var packing = new GZIPOutputStream(out)) {
      packing.write(content);
    }
    return out.toByteArray();
  }

  @Test
  void a_sparse_file_of_qemu_is_taken() throws Exception {
    ForeignImage.need();
    byte[] content = MemoryDisk.random(BYTES, 9, new Random(3)).content();
    Path raw = Files.write(scratch.resolve("disk.raw"), content);
    for (String form : new String[] {"monolithicSparse", "streamOptimized"}) {
      Path image = scratch.resolve(form + ".vmdk");
      ForeignImage.run("qemu-img", "convert", "-O", "vmdk", "-o", "subformat=" + form, raw, image);
      ManagedObject lease = imports.begin(form, 1);
      send(lease, 0, Files.readAllBytes(image));
      assertThat(MemoryDisk.contentOf(imports.machine(lease).disk("scsi0:0")))
          .as(form)
          .isEqualTo(content);
      imports.leases.complete(lease);
    }
    assertThat(imports.lab.directories())
        .containsExactlyInAnyOrder("monolithicSparse", "streamOptimized");
  }

  @Test
  void what_is_no_disk_or_does_not_fit_is_refused_and_cannot_be_completed() throws Exception {
    byte[] stream = stream(MemoryDisk.random(BYTES, 20, new Random(4)));
    ManagedObject lease = imports.begin("new", 1);
    refused(lease, new byte[0], BlockError.Kind.NOT_THIS_FORMAT);
    refused(
        lease,
        "# Disk DescriptorFile\nversion=1\n".getBytes(StandardCharsets.US_ASCII),
        BlockError.Kind.UNSUPPORTED);
    refused(lease, Arrays.copyOf(stream, stream.length / 2), BlockError.Kind.CORRUPT);
    refused(lease, stream(new MemoryDisk(2L * BYTES)), BlockError.Kind.OUT_OF_BOUNDS);
    byte[] damaged = stream.clone();
    Arrays.fill(damaged, stream.length / 2, stream.length / 2 + 600, (byte) 0x5a);
    refused(lease, damaged, BlockError.Kind.CORRUPT);
    VimException half =
        catchThrowableOfType(VimException.class, () -> imports.leases.complete(lease));
    assertThat(half.fault()).isInstanceOf(InvalidState.class);
    send(lease, 0, stream);
    imports.leases.complete(lease);
  }

  @Test
  void a_lease_is_not_completed_while_a_disk_is_being_sent() throws Exception {
    ManagedObject lease = imports.begin("new", 2);
    byte[] stream = stream(MemoryDisk.random(BYTES, 20, new Random(8)));
    send(lease, 0, stream);
    send(lease, 1, stream);
    List<VimException> refusals = new ArrayList<>();
    InputStream retried =
        new ByteArrayInputStream(stream) {
          @Override
          public synchronized int read(byte[] target, int offset, int length) {
            refusals.add(
                catchThrowableOfType(VimException.class, () -> imports.leases.complete(lease)));
            return super.read(target, offset, length);
          }
        };
    imports.transfers.receive(List.of(imports.disk(lease, 1)), retried, stream.length);
    assertThat(refusals)
        .isNotEmpty()
        .allSatisfy(refused -> assertThat(refused.fault()).isInstanceOf(InvalidState.class));
    send(lease, 0, stream);
    imports.leases.complete(lease);
  }

  @Test
  void a_transfer_that_comes_after_the_end_changes_no_byte() throws Exception {
    ManagedObject lease = imports.begin("new", 1);
    MemoryDisk disk = MemoryDisk.random(BYTES, 20, new Random(9));
    byte[] stream = stream(disk);
    send(lease, 0, stream);
    ImportedDisk late = imports.disk(lease, 0);
    imports.leases.complete(lease);
    BlockError error =
        catchThrowableOfType(
            BlockError.class,
            () ->
                imports.transfers.receive(
                    List.of(late), new ByteArrayInputStream(stream), stream.length));
    assertThat(error.kind()).isEqualTo(BlockError.Kind.CLOSED);
    assertThat(MemoryDisk.contentOf(imports.machine(lease).disk("scsi0:0")))
        .isEqualTo(disk.content());
  }

  @Test
  @Rule(
      value = "D12",
      says =
          "An import names, for each datastore, the hosts that fill several of its disks from one"
              + " body.",
      by = Witness.DOCUMENT)
  void several_disks_are_filled_from_one_body() throws Exception {
    ManagedObject lease = imports.begin("new", 3);
    HttpNfcLeaseInfo info = ImportLab.info(lease);
    assertThat(info.hostMap).hasSize(1);
    assertThat(info.hostMap.getFirst().datastoreKey)
        .isEqualTo(info.deviceUrl.getFirst().datastoreKey);
    String host = info.hostMap.getFirst().hosts.getFirst().url;
    assertThat(info.deviceUrl.getLast().url).isEqualTo(host + info.deviceUrl.getLast().targetId);
    MemoryDisk disk = MemoryDisk.random(BYTES, 20, new Random(11));
    byte[] stream = stream(disk);
    List<ImportedDisk> targets = List.of(imports.disk(lease, 0), imports.disk(lease, 2));
    imports.transfers.receive(targets, new ByteArrayInputStream(stream), stream.length);
    assertThat(imports.leases.manifest(lease)).hasSize(2);
    VirtualMachine machine = imports.machine(lease);
    imports.leases.complete(lease);
    assertThat(MemoryDisk.contentOf(machine.disk("scsi0:0"))).isEqualTo(disk.content());
    assertThat(MemoryDisk.contentOf(machine.disk("scsi0:1"))).containsOnly(0);
    assertThat(MemoryDisk.contentOf(machine.disk("scsi0:2"))).isEqualTo(disk.content());
  }

  @Test
  void a_body_for_several_disks_waits_for_none_and_frees_all() throws Exception {
    ManagedObject lease = imports.begin("new", 2);
    ImportedDisk first = imports.disk(lease, 0);
    ImportedDisk second = imports.disk(lease, 1);
    second.beginTransfer();
    BlockError busy =
        catchThrowableOfType(
            BlockError.class,
            () ->
                imports.transfers.receive(
                    List.of(first, second), InputStream.nullInputStream(), 0));
    assertThat(busy.kind()).isEqualTo(BlockError.Kind.LOCKED);
    second.endTransfer();
    byte[] stream = stream(MemoryDisk.random(BYTES, 2, new Random(12)));
    imports.transfers.receive(
        List.of(first, second), new ByteArrayInputStream(stream), stream.length);
  }

  @Test
  void a_second_transfer_replaces_what_the_first_brought() throws Exception {
    ManagedObject lease = imports.begin("new", 1);
    MemoryDisk second = MemoryDisk.random(BYTES, 3, new Random(6));
    send(lease, 0, stream(MemoryDisk.random(BYTES, 30, new Random(5))));
    send(lease, 0, stream(second));
    assertThat(MemoryDisk.contentOf(imports.machine(lease).disk("scsi0:0")))
        .isEqualTo(second.content());
  }

  @Test
  void a_server_that_was_killed_in_an_import_takes_the_files_away_at_the_next_start()
      throws Exception {
    imports.begin("killed", 1);
    assertThat(imports.lab.directories()).containsExactly("killed");
    imports
        .lab
        .datastore
        .unclaimed()
        .recover(
            path -> imports.lab.registered().contains(path),
            failure -> {
              throw failure;
            });
    assertThat(imports.lab.directories()).isEmpty();
  }

  private void send(ManagedObject lease, int index, byte[] body) throws IOException {
    boolean taken =
        imports.transfers.receive(
            List.of(imports.disk(lease, index)), new ByteArrayInputStream(body), body.length);
    assertThat(taken).isTrue();
  }

  private void refused(ManagedObject lease, byte[] body, BlockError.Kind kind) {
    BlockError error = catchThrowableOfType(BlockError.class, () -> send(lease, 0, body));
    assertThat(error.kind()).as("%s", error.getMessage()).isEqualTo(kind);
    assertThat(error).hasMessageContaining("disk-0.vmdk");
  }

  private static byte[] stream(MemoryDisk disk) throws IOException {
    var out = new ByteArrayOutputStream();
    new StreamWriter()
        .write(
            disk,
            StreamWriter.descriptorFor(
                disk.sizeBytes(), 0x1234, "00112233445566778899aabb00001234", Map.of()),
            out,
            done -> {});
    return out.toByteArray();
  }
}
