package dev.vcsnap.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.vcsnap.datastore.Vmx;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.MemoryDisk;
import dev.vcsnap.disk.vmdk.streamoptimized.StreamWriter;
import dev.vcsnap.evidence.Rule;
import dev.vcsnap.evidence.Witness;
import dev.vcsnap.inventory.MachineLab;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.task.TaskRequest;
import dev.vcsnap.task.TaskService;
import dev.vcsnap.vim.FileFault;
import dev.vcsnap.vim.HttpNfcLeaseDeviceUrl;
import dev.vcsnap.vim.HttpNfcLeaseInfo;
import dev.vcsnap.vim.HttpNfcLeaseManifestEntry;
import dev.vcsnap.vim.HttpNfcLeaseState;
import dev.vcsnap.vim.InvalidArgument;
import dev.vcsnap.vim.InvalidPowerState;
import dev.vcsnap.vim.InvalidState;
import dev.vcsnap.vim.KeyValue;
import dev.vcsnap.vim.LocalizedMethodFault;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.MethodFault;
import dev.vcsnap.vim.RequestCanceled;
import dev.vcsnap.vim.TaskInProgress;
import dev.vcsnap.vim.TaskInfo;
import dev.vcsnap.vim.TaskInfoState;
import dev.vcsnap.vim.Timedout;
import dev.vcsnap.vim.VimException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeaseServiceTest {

  private static final int MIB = 1 << 20;

  @TempDir Path root;
  @TempDir Path scratch;
  private LeaseLab leases;
  private MachineLab lab;

  @BeforeEach
  void open() {
    leases = new LeaseLab(root);
    lab = leases.lab;
  }

  @AfterEach
  void close() {
    leases.close();
  }

  @Test
  void a_lease_ends_though_one_of_its_files_cannot_be_closed() {
    var object = new ManagedObject("HttpNfcLease", "lease");
    ManagedObjectReference about = lab.tree.vmFolder().reference();
    var lease =
        new Lease(
            new LeaseView(lab.objects, object.about(about)),
            leases.clock,
            new LeaseTerms(
                about, leases.session, LeaseKind.EXPORT, "t", "u", "", Duration.ofMinutes(5)));
    lease.show();
    List<String> closed = new ArrayList<>();
    List<ExportedFile> files =
        List.of(
            file(
                "broken",
                () -> {
                  throw new BlockError(BlockError.Kind.IO, "the disk is gone");
                }),
            file("sound", () -> closed.add("sound")));
    var request = new TaskRequest(lab.tree.vmFolder(), "ExportVm", "x", "user");
    lab.tasks.runNow(
        request,
        progress -> {
          lab.objects.onChange(() -> {
            if (object.get("state") == HttpNfcLeaseState.ready) {
              lease.abort(LeaseFaults.canceled("enough"));
            }
          });
          assertThat(
                  catchThrowableOfType(
                          VimException.class,
                          () ->
                              lease.hold(
                                  progress,
                                  true,
                                  own -> new Offer(about, files, Offer.Outcome.NOTHING)))
                      .fault())
              .isInstanceOf(RequestCanceled.class);
          return null;
        });
    assertThat(closed).containsExactly("sound");
    assertThat(object.get("state")).isEqualTo(HttpNfcLeaseState.error);
  }

  private static ExportedFile file(String name, Runnable letGo) {
    return new ExportedFile(
        new FileAddress(name, "", name, "datastore-1"),
        new FileContent.Disk(
            new MemoryDisk(MIB),
            StreamWriter.descriptorFor(MIB, 1, "00112233445566778899aabb00000001", Map.of()),
            new StreamWriter(),
            letGo));
  }

  @Test
  @Rule(
      value = "D12",
      says =
          "A lease that is ready names a disk by its machine, controller and unit, and says where"
              + " it can be read and that the client may be silent for 300 seconds.",
      by = Witness.OBSERVED)
  void a_lease_that_is_ready_says_what_it_offers() throws Exception {
    VirtualMachine machine = leases.machineOff("VM");
    ManagedObject lease = leases.export(machine);
    assertThat(lease.get("initializeProgress")).isEqualTo(100);
    assertThat(lease.get("transferProgress")).isEqualTo(0);
    assertThat(lease.get("mode")).isEqualTo("pushOrGet");
    assertThat(lease.get("error")).isNull();
    HttpNfcLeaseInfo info = LeaseLab.info(lease);
    assertThat(info.lease).isEqualTo(lease.reference());
    assertThat(info.entity).isEqualTo(machine.reference());
    assertThat(info.leaseTimeout).isEqualTo(300);
    assertThat(info.totalDiskCapacityInKB).isEqualTo(MachineLab.DISK_BYTES / 1024);
    HttpNfcLeaseDeviceUrl url = info.deviceUrl.getFirst();
    assertThat(url.key).matches("/" + machine.object().id() + "/[A-Za-z]+0:0");
    assertThat(url.url).matches("https://vc\\.example:8989/nfc/[0-9a-f-]{36}/disk-0\\.vmdk");
    assertThat(url.targetId).isEqualTo("disk-0.vmdk");
    assertThat(url.sslThumbprint).isEqualTo("AA:BB");
    assertThat(url.disk).isTrue();
    assertThat(url.fileSize).isNull();
  }

  @Test
  void the_variables_of_the_firmware_go_with_the_disks() throws Exception {
    VirtualMachine machine = leases.machineOff("VM");
    machine.files().writeFile("VM.nvram", new byte[] {1, 2, 3});
    Vmx vmx = machine.vmx();
    vmx.put("nvram", "VM.nvram");
    machine.save(vmx, lab.clock.now());
    ManagedObject lease = leases.export(machine);
    HttpNfcLeaseDeviceUrl url = LeaseLab.info(lease).deviceUrl.getLast();
    assertThat(url.key).isEqualTo("/" + machine.object().id() + "/nvram");
    assertThat(url.disk).isFalse();
    assertThat(url.fileSize).isEqualTo(3);
    assertThat(leases.download(lease, 1)).containsExactly(1, 2, 3);
  }

  @Test
  @Rule(
      value = "B24",
      says = "A machine that runs cannot be exported, that is InvalidPowerState; its snapshot can.",
      by = Witness.DOCUMENT)
  void a_machine_that_runs_cannot_be_exported() throws Exception {
    VirtualMachine machine = lab.machine("VM");
    fault(
        InvalidPowerState.class,
        () -> leases.leases.exportMachine(machine, leases.request(machine, leases.session)));
    int uid = lab.snapshot(machine, "one");
    assertThat(leases.export(machine, uid).get("state")).isEqualTo(HttpNfcLeaseState.ready);
  }

  @Test
  @Rule(
      value = "B24",
      says =
          "While the lease on a machine is held, every operation that would change it is"
              + " TaskInProgress, and its task runs; once it is completed nothing is blocked.",
      by = Witness.DOCUMENT)
  void a_machine_that_is_exported_is_blocked_until_the_end() throws Exception {
    VirtualMachine machine = leases.machineOff("VM");
    ManagedObject lease = leases.export(machine);
    TaskInProgress busy =
        fault(
            TaskInProgress.class, () -> lab.tasks.start(LeaseLab.task(machine), progress -> null));
    TaskInfo task = TaskService.info(lab.objects.require(busy.task));
    assertThat(task.state).isEqualTo(TaskInfoState.running);
    fault(
        TaskInProgress.class,
        () -> leases.leases.exportMachine(machine, leases.request(machine, leases.session)));
    leases.leases.complete(lease);
    assertThat(lease.get("state")).isEqualTo(HttpNfcLeaseState.done);
    lab.tasks.runNow(LeaseLab.task(machine), progress -> null);
  }

  @Test
  void nobody_writes_to_the_disks_of_a_machine_that_is_exported() throws Exception {
    VirtualMachine machine = leases.machineOff("VM");
    var exports =
        new MachineDiskExports(lab.machines, new FrozenDisks(lab.factory), DiskWrites.ALWAYS);
    try (DiskExport client = exports.open("VM/scsi0:0")) {
      client.device().writeAt(0, ByteBuffer.wrap(new byte[] {1}));
      ManagedObject lease = leases.export(machine);
      assertThat(
              catchThrowableOfType(
                      BlockError.class,
                      () -> client.device().writeAt(0, ByteBuffer.wrap(new byte[] {2})))
                  .kind())
          .isEqualTo(BlockError.Kind.LOCKED);
      try (DiskExport reader = exports.open("VM/scsi0:0")) {
        assertThat(reader.readOnly()).isTrue();
      }
      leases.leases.complete(lease);
      client.device().writeAt(0, ByteBuffer.wrap(new byte[] {3}));
      var one = ByteBuffer.allocate(1);
      client.device().readAt(0, one);
      assertThat(one.get(0)).isEqualTo((byte) 3);
    }
  }

  @Test
  void a_disk_can_be_opened_by_the_address_of_its_lease_until_that_ends() throws Exception {
    VirtualMachine machine = leases.machineOff("VM");
    lab.write(machine, 0, 512, 7);
    var exports = new LeasedDiskExports(leases.all, new HiddenDiskExports());
    ManagedObject lease = leases.export(machine);
    String url = LeaseLab.info(lease).deviceUrl.getFirst().url;
    String name = url.substring(url.indexOf("nfc/"));
    assertThat(exports.names()).isEmpty();
    var one = ByteBuffer.allocate(1);
    try (DiskExport export = exports.open(name)) {
      assertThat(export.readOnly()).isTrue();
      export.device().readAt(511, one);
      assertThat(one.get(0)).isEqualTo((byte) 7);
      leases.leases.complete(lease);
      assertThat(
              catchThrowableOfType(BlockError.class, () -> export.device().readAt(0, one.clear()))
                  .kind())
          .isEqualTo(BlockError.Kind.CLOSED);
    }
    Vmx vmx = machine.vmx();
    vmx.put("displayName", "nfc/x");
    machine.save(vmx, lab.clock.now());
    var both =
        new LeasedDiskExports(
            leases.all,
            new MachineDiskExports(lab.machines, new FrozenDisks(lab.factory), DiskWrites.ALWAYS));
    try (DiskExport named = both.open("nfc/x/scsi0:0")) {
      assertThat(named.readOnly()).as("a machine whose name looks like an address").isFalse();
    }
    for (String gone : List.of(name, "nfc/x/disk-0.vmdk", "nfc//", "VM/scsi0:0")) {
      assertThat(catchThrowableOfType(BlockError.class, () -> exports.open(gone)).kind())
          .isEqualTo(BlockError.Kind.NOT_FOUND);
    }
  }

  @Test
  void the_export_of_a_snapshot_has_its_bytes_whatever_the_machine_writes() throws Exception {
    VirtualMachine machine = lab.machine("VM");
    lab.write(machine, 0, MIB, 1);
    lab.write(machine, 5 * MIB, 3 * MIB, 2);
    byte[] then = MemoryDisk.contentOf(lab.disk(machine));
    int uid = lab.snapshot(machine, "one");
    lab.write(machine, 100, 4 * MIB, 3);
    ManagedObject lease = leases.export(machine, uid);
    lab.write(machine, 6 * MIB, MIB, 4);
    byte[] stream = leases.download(lease, 0);
    assertThat(LeaseLab.unpack(stream)).isEqualTo(then);
    assertThat(leases.download(lease, 0)).as("the same at each reading").isEqualTo(stream);
  }

  @Test
  void the_export_of_a_snapshot_has_the_disks_that_its_machine_lacks_by_now() throws Exception {
    VirtualMachine machine = lab.machine("VM");
    lab.write(machine, 0, MIB, 1);
    byte[] then = MemoryDisk.contentOf(lab.disk(machine));
    int uid = lab.snapshot(machine, "one");
    machine.detach(MachineLab.NODE).close();
    ManagedObject lease = leases.export(machine, uid);
    assertThat(LeaseLab.unpack(leases.download(lease, 0))).isEqualTo(then);
  }

  @Test
  @Rule(
      value = "B22",
      says = "Merging a link that an export reads is FileLocked.",
      by = Witness.DOCUMENT)
  void a_merge_of_links_that_an_export_reads_is_refused_until_its_end() throws Exception {
    VirtualMachine machine = lab.machine("VM");
    int uid = lab.snapshot(machine, "one");
    lab.write(machine, 0, MIB, 1);
    ManagedObject lease = leases.export(machine, uid);
    BlockError locked = catchThrowableOfType(BlockError.class, () -> lab.remove(machine, uid));
    assertThat(locked.kind()).isEqualTo(BlockError.Kind.LOCKED);
    assertThat(locked).hasMessageContaining("an export of 'VM'");
    leases.leases.complete(lease);
    lab.snapshots.consolidate(machine, percent -> {});
    assertThat(machine.consolidationNeeded()).isFalse();
  }

  @Test
  @Rule(
      value = "D12",
      says =
          "HttpNfcLeaseProgress renews a lease; a client that is silent for longer than the"
              + " time-out finds it in error with Timedout, and what it held is free.",
      by = Witness.DOCUMENT)
  void a_lease_whose_client_is_silent_times_out() throws Exception {
    VirtualMachine machine = leases.machineOff("VM");
    ManagedObject lease = leases.export(machine);
    leases.clock.advance(Duration.ofSeconds(290));
    leases.leases.progress(lease, 10);
    leases.clock.advance(Duration.ofSeconds(300));
    leases.leases.progress(lease, 20);
    leases.clock.advance(Duration.ofSeconds(301));
    fault(Timedout.class, () -> leases.leases.progress(lease, 30));
    assertThat(lease.get("state")).isEqualTo(HttpNfcLeaseState.error);
    assertThat(((LocalizedMethodFault) lease.get("error")).fault).isInstanceOf(Timedout.class);
    fault(Timedout.class, () -> leases.leases.complete(lease));
    lab.tasks.runNow(LeaseLab.task(machine), progress -> null);
  }

  @Test
  void the_clock_alone_ends_a_lease_of_which_nobody_asks() throws Exception {
    VirtualMachine machine = leases.machineOff("VM");
    ManagedObject lease = leases.export(machine);
    leases.clock.advance(Duration.ofSeconds(301));
    leases.awaitState(lease.reference(), HttpNfcLeaseState.error);
  }

  @Test
  @Rule(
      value = "D12",
      says = "A lease that was aborted is in error with the client's fault, and so is its task.",
      by = Witness.DOCUMENT)
  void an_aborted_lease_shows_why() throws Exception {
    VirtualMachine machine = leases.machineOff("VM");
    ManagedObject lease = leases.export(machine);
    ManagedObjectReference task =
        fault(TaskInProgress.class, () -> lab.tasks.start(LeaseLab.task(machine), progress -> null))
            .task;
    var reason = new LocalizedMethodFault();
    reason.fault = new FileFault();
    reason.localizedMessage = "no room";
    leases.leases.abort(lease, reason);
    assertThat(lease.get("state")).isEqualTo(HttpNfcLeaseState.error);
    assertThat(((LocalizedMethodFault) lease.get("error")).localizedMessage).isEqualTo("no room");
    assertThat(ended(task).error.fault).isInstanceOf(FileFault.class);
    fault(InvalidState.class, () -> leases.leases.abort(lease, null));
    fault(InvalidState.class, () -> leases.leases.complete(lease));
    fault(InvalidState.class, () -> leases.leases.manifest(lease));
  }

  @Test
  void a_lease_ends_with_its_session() throws Exception {
    VirtualMachine machine = leases.machineOff("VM");
    ManagedObject lease = leases.export(machine);
    String url = LeaseLab.info(lease).deviceUrl.getFirst().url;
    leases.sessions.end(leases.session);
    assertThat(((LocalizedMethodFault) lease.get("error")).fault)
        .isInstanceOf(RequestCanceled.class);
    assertThat(catchThrowableOfType(RuntimeException.class, () -> leases.file(url))).isNotNull();
  }

  @Test
  void a_transfer_breaks_off_when_its_lease_ends() throws Exception {
    VirtualMachine machine = leases.machineOff("VM");
    lab.write(machine, 0, MIB, 1);
    ManagedObject lease = leases.export(machine);
    ExportedFile file = leases.file(LeaseLab.info(lease).deviceUrl.getFirst().url);
    var out =
        new OutputStream() {
          @Override
          public void write(int value) {
            throw new AssertionError("pieces only");
          }

          @Override
          public void write(byte[] bytes, int offset, int length) {
            if (lease.get("state") == HttpNfcLeaseState.ready) {
              leases.leases.abort(lease, null);
            }
          }
        };
    BlockError broken =
        catchThrowableOfType(BlockError.class, () -> leases.transfers.send(file, out));
    assertThat(broken.kind()).isEqualTo(BlockError.Kind.CLOSED);
  }

  @Test
  void the_manifest_has_the_checksum_of_what_was_sent() throws Exception {
    VirtualMachine machine = leases.machineOff("VM");
    lab.write(machine, MIB, MIB, 7);
    ManagedObject lease = leases.export(machine);
    assertThat(leases.leases.manifest(lease)).isEmpty();
    byte[] stream = leases.download(lease, 0);
    HttpNfcLeaseManifestEntry entry = leases.leases.manifest(lease).getFirst();
    assertThat(entry.sha1).isEqualTo(digest("SHA-1", stream));
    assertThat(entry.checksum).isEqualTo(digest("SHA-256", stream));
    assertThat(entry.checksumType).isEqualTo("sha256");
    assertThat(entry.key).isEqualTo(LeaseLab.info(lease).deviceUrl.getFirst().key);
    assertThat(entry.size).isEqualTo(stream.length);
    assertThat(entry.disk).isTrue();
    assertThat(entry.capacity).isEqualTo(MachineLab.DISK_BYTES);
    assertThat(entry.populatedSize).isEqualTo(MIB);
    leases.leases.checksumTypes(lease, List.of(keyValue(entry.key, "sha1")));
    leases.download(lease, 0);
    HttpNfcLeaseManifestEntry other = leases.leases.manifest(lease).getFirst();
    assertThat(other.checksum).isEqualTo(entry.sha1).isEqualTo(other.sha1);
    assertThat(other.checksumType).isEqualTo("sha1");
  }

  @Test
  void checksums_of_an_unknown_kind_or_file_are_refused() throws Exception {
    VirtualMachine machine = leases.machineOff("VM");
    ManagedObject lease = leases.export(machine);
    String key = LeaseLab.info(lease).deviceUrl.getFirst().key;
    for (KeyValue wrong : List.of(keyValue(key, "md5"), keyValue("/vm-1/x", "sha1"))) {
      fault(InvalidArgument.class, () -> leases.leases.checksumTypes(lease, List.of(wrong)));
    }
    fault(InvalidArgument.class, () -> leases.leases.progress(lease, 101));
  }

  @Test
  void there_is_a_most_of_leases_and_those_that_ended_do_not_count() throws Exception {
    VirtualMachine machine = lab.machine("VM");
    int uid = lab.snapshot(machine, "one");
    ManagedObject first = leases.export(machine, uid);
    for (int i = 1; i < LeaseLab.LEASES_MAX; i++) {
      leases.export(machine, uid);
    }
    fault(InvalidState.class, () -> leases.export(machine, uid));
    leases.leases.complete(first);
    leases.export(machine, uid);
  }

  @Test
  void a_lease_that_ended_long_ago_is_gone() throws Exception {
    VirtualMachine machine = leases.machineOff("VM");
    ManagedObject lease = leases.export(machine);
    leases.leases.complete(lease);
    leases.clock.advance(Duration.ofMinutes(11));
    leases.export(machine);
    assertThat(lease.isRemoved()).isTrue();
  }

  @Test
  void qemu_reads_what_an_export_sends() throws Exception {
    ForeignImage.need();
    VirtualMachine machine = lab.machine("VM");
    lab.write(machine, 3, MIB, 1);
    lab.snapshot(machine, "below");
    lab.write(machine, 5 * MIB, 2 * MIB + 77, 2);
    byte[] then = MemoryDisk.contentOf(lab.disk(machine));
    int uid = lab.snapshot(machine, "one");
    lab.write(machine, 0, 8 * MIB, 3);
    Path stream =
        Files.write(
            scratch.resolve("disk-0.vmdk"), leases.download(leases.export(machine, uid), 0));
    assertThat(ForeignImage.raw(stream, scratch.resolve("disk.raw"))).isEqualTo(then);
  }

  private TaskInfo ended(ManagedObjectReference task) throws InterruptedException {
    var seen = new CountDownLatch(1);
    Runnable look =
        () -> {
          if (TaskService.info(lab.objects.require(task)).completeTime != null) {
            seen.countDown();
          }
        };
    lab.objects.onChange(look);
    look.run();
    assertThat(seen.await(30, TimeUnit.SECONDS)).isTrue();
    return TaskService.info(lab.objects.require(task));
  }

  private static KeyValue keyValue(String key, String value) {
    var pair = new KeyValue();
    pair.key = key;
    pair.value = value;
    return pair;
  }

  private static String digest(String algorithm, byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
  }

  private static <T extends MethodFault> T fault(Class<T> type, ThrowingCallable call) {
    MethodFault fault = catchThrowableOfType(VimException.class, call).fault();
    assertThat(fault).isInstanceOf(type);
    return type.cast(fault);
  }
}
