package dev.vcsnap.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vcsnap.disk.block.BlockDepth;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.Layered;
import dev.vcsnap.disk.cbt.ChangeId;
import dev.vcsnap.disk.cbt.Range;
import dev.vcsnap.inventory.MachineLab;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.snapshot.ChangeTracking;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineDiskExportsTest {

  @TempDir Path root;
  private MachineLab lab;
  private VirtualMachine machine;
  private MachineDiskExports exports;

  @BeforeEach
  void open() {
    lab = new MachineLab(root);
    machine = lab.machine("VM");
    exports = new MachineDiskExports(lab.machines, new FrozenDisks(lab.factory), DiskWrites.ALWAYS);
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void every_name_that_is_offered_can_be_opened() {
    for (String name : new String[] {"VM", "a@b", "with%2fslash", "a/b", "name with spaces"}) {
      rename(name);
      int uid = lab.snapshot(machine, "one");
      assertThat(exports.names())
          .containsExactly(name + "/scsi0:0", name + "/scsi0:0@" + machine.snapshotId(uid));
      for (String offered : exports.names()) {
        try (DiskExport export = exports.open(offered)) {
          assertThat(export.name()).isEqualTo(offered);
          assertThat(export.readOnly()).isEqualTo(offered.contains("@snapshot-"));
        }
      }
      lab.remove(machine, uid);
    }
  }

  @Test
  void names_that_are_not_offered_are_not_found() {
    for (String name :
        new String[] {
          "",
          "/",
          "VM",
          "VM/",
          "VM/scsi0:1",
          "vm/scsi0:0",
          "VM/scsi0:0@",
          "VM/scsi0:0@snapshot-1-1",
          "@",
          "VM/scsi0:0@snapshot-1-1@",
          "/scsi0:0"
        }) {
      assertThatThrownBy(() -> exports.open(name))
          .as("'%s'", name)
          .isInstanceOfSatisfying(
              BlockError.class,
              error -> assertThat(error.kind()).isEqualTo(BlockError.Kind.NOT_FOUND));
    }
  }

  @Test
  void a_snapshot_stays_as_it_was_and_the_running_disk_outlives_its_export() {
    lab.write(machine, 0, 1, 1);
    int uid = lab.snapshot(machine, "one");
    try (DiskExport running = exports.open("VM/scsi0:0");
        DiskExport frozen = exports.open("VM/scsi0:0@" + machine.snapshotId(uid))) {
      running.device().writeAt(0, ByteBuffer.wrap(new byte[] {2}));
      assertThat(byteOf(frozen)).isEqualTo(1);
      assertThat(byteOf(running)).isEqualTo(2);
    }
    lab.write(machine, 0, 1, 3);
  }

  @Test
  void a_snapshot_of_a_disk_that_the_machine_lacks_by_now_is_read_with_its_changes() {
    track();
    int first = lab.snapshot(machine, "first");
    lab.write(machine, 3 << 20, 1, 7);
    int second = lab.snapshot(machine, "second");
    lab.write(machine, 3 << 20, 1, 8);
    machine.detach(MachineLab.NODE).close();
    String name = "VM/scsi0:0@" + machine.snapshotId(second);
    assertThat(exports.names()).containsExactly("VM/scsi0:0@" + machine.snapshotId(first), name);
    try (DiskExport export = exports.open(name + ";since=" + machine.snapshotId(first))) {
      var one = ByteBuffer.allocate(1);
      export.device().readAt(3 << 20, one);
      assertThat(one.get(0)).isEqualTo((byte) 7);
      assertThat(export.changesSince(machine.snapshotId(first)).orElseThrow().in(0, 8 << 20, 10))
          .containsExactly(new Range(3 << 20, 64 << 10));
      assertThatThrownBy(() -> lab.factory.requireUnused(link(second)))
          .isInstanceOf(BlockError.class);
    }
    lab.factory.requireUnused(link(second));
    refused("VM/scsi0:0", BlockError.Kind.NOT_FOUND);
  }

  @Test
  void a_snapshot_can_be_opened_while_an_older_one_is_merged_under_it()
      throws InterruptedException {
    lab.write(machine, 0, 1, 1);
    for (int cycle = 0; cycle < 8; cycle++) {
      int older = lab.snapshot(machine, "older");
      lab.write(machine, 65536, 1, cycle);
      int asked = lab.snapshot(machine, "asked");
      String name = "VM/scsi0:0@" + machine.snapshotId(asked);
      var stop = new AtomicBoolean();
      var failure = new AtomicReference<Throwable>();
      Thread client =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  do {
                    openOnce(name);
                  } while (!stop.get());
                } catch (RuntimeException | AssertionError e) {
                  failure.set(e);
                }
              });
      lab.remove(machine, older);
      stop.set(true);
      client.join();
      assertThat(failure.get()).isNull();
      lab.remove(machine, asked);
    }
  }

  @Test
  void a_running_disk_is_written_as_the_settings_or_the_name_say() {
    var asked =
        new MachineDiskExports(lab.machines, new FrozenDisks(lab.factory), DiskWrites.ASKED);
    for (var shown :
        Map.of("VM/scsi0:0", true, "VM/scsi0:0;rw", false, "VM/scsi0:0;ro", true).entrySet()) {
      try (DiskExport export = asked.open(shown.getKey())) {
        assertThat(export.readOnly()).as(shown.getKey()).isEqualTo(shown.getValue());
      }
    }
    try (DiskExport usual = exports.open("VM/scsi0:0");
        DiskExport reader = exports.open("VM/scsi0:0;ro")) {
      assertThat(usual.readOnly()).isFalse();
      assertThat(reader.readOnly()).isTrue();
    }
    int uid = lab.snapshot(machine, "one");
    refused("VM/scsi0:0@" + machine.snapshotId(uid) + ";rw", BlockError.Kind.READ_ONLY);
    exports = new MachineDiskExports(lab.machines, new FrozenDisks(lab.factory), DiskWrites.NEVER);
    refused("VM/scsi0:0;rw", BlockError.Kind.READ_ONLY);
    try (DiskExport export = exports.open("VM/scsi0:0")) {
      assertThat(export.readOnly()).isTrue();
    }
    assertThatThrownBy(() -> DiskWrites.of("true")).hasMessageContaining("'true'");
    assertThat(DiskWrites.of("never")).isEqualTo(DiskWrites.NEVER);
  }

  @Test
  void a_disk_that_is_held_still_is_not_written_by_anybody() {
    lab.write(machine, 0, 4, 1);
    try (DiskExport before = exports.open("VM/scsi0:0")) {
      try (var hold = lab.disk(machine).holdStill("a test")) {
        assertThatThrownBy(() -> before.device().writeAt(0, ByteBuffer.wrap(new byte[1])))
            .isInstanceOf(BlockError.class)
            .hasMessageContaining("held still by a test");
        assertThatThrownBy(() -> before.device().discardAt(0, 512)).isInstanceOf(BlockError.class);
        refused("VM/scsi0:0;rw", BlockError.Kind.LOCKED);
        assertThatThrownBy(() -> lab.disk(machine).holdStill("another"))
            .isInstanceOf(BlockError.class);
        try (DiskExport reader = exports.open("VM/scsi0:0")) {
          assertThat(reader.readOnly()).isTrue();
          assertThat(byteOf(reader)).isEqualTo(1);
        }
      }
      before.device().writeAt(0, ByteBuffer.wrap(new byte[] {2}));
      assertThat(byteOf(before)).isEqualTo(2);
    }
  }

  @Test
  void changes_are_told_since_a_change_id_and_since_an_earlier_snapshot() {
    track();
    int first = lab.snapshot(machine, "first");
    String moment = changeId(first);
    lab.write(machine, 3 << 20, 1, 7);
    int second = lab.snapshot(machine, "second");
    lab.write(machine, 5 << 20, 1, 7);
    String name = "VM/scsi0:0@" + machine.snapshotId(second);
    String plain = plain(moment);
    for (String since : new String[] {moment, plain, machine.snapshotId(first)}) {
      try (DiskExport export = exports.open(name + ";since=" + since)) {
        assertThat(export.since()).contains(since);
        assertThat(export.changesSince(since).orElseThrow().in(0, 8 << 20, 10))
            .containsExactly(new Range(3 << 20, 64 << 10));
      }
    }
    try (DiskExport export = exports.open(name)) {
      assertThat(export.since()).isEmpty();
      assertThat(export.changesSince(moment)).isPresent();
      assertThat(export.changesSince(changeId(second)).orElseThrow().in(0, 8 << 20, 10)).isEmpty();
      assertThat(export.changesSince(plain.replace('a', 'b').replace('1', '2'))).isEmpty();
      assertThat(export.changesSince("52/x")).isEmpty();
      assertThat(export.changesSince("")).isEmpty();
    }
    refused(name + ";since=snapshot-9-9", BlockError.Kind.UNSUPPORTED);
    refused(
        "VM/scsi0:0@" + machine.snapshotId(first) + ";since=" + changeId(second),
        BlockError.Kind.UNSUPPORTED);
    refused("VM/scsi0:0;since=" + moment, BlockError.Kind.UNSUPPORTED);
  }

  @Test
  void the_depth_says_which_link_holds_a_grain() {
    lab.write(machine, 0, 64 << 10, 1);
    lab.write(machine, 1 << 20, 64 << 10, 1);
    lab.snapshot(machine, "one");
    lab.write(machine, 0, 4096, 2);
    int uid = lab.snapshot(machine, "two");
    lab.write(machine, 2 << 20, 4096, 3);
    lab.disk(machine).discardAt(1 << 20, 4096);
    try (DiskExport frozen = exports.open("VM/scsi0:0@" + machine.snapshotId(uid));
        DiskExport running = exports.open("VM/scsi0:0")) {
      assertThat(depths(frozen, 1 << 20))
          .containsExactly(
              new BlockDepth(0, 4096, 1),
              new BlockDepth(4096, (64 << 10) - 4096, 2),
              new BlockDepth(64 << 10, (1 << 20) - (64 << 10), BlockDepth.ABSENT));
      assertThat(depths(running, 4 << 20))
          .containsExactly(
              new BlockDepth(0, 4096, 2),
              new BlockDepth(4096, (64 << 10) - 4096, 3),
              new BlockDepth(64 << 10, (1 << 20) - (64 << 10), BlockDepth.ABSENT),
              new BlockDepth(1 << 20, 4096, 1),
              new BlockDepth((1 << 20) + 4096, (64 << 10) - 4096, 3),
              new BlockDepth((1 << 20) + (64 << 10), (1 << 20) - (64 << 10), BlockDepth.ABSENT),
              new BlockDepth(2 << 20, 4096, 1),
              new BlockDepth((2 << 20) + 4096, (2 << 20) - 4096, BlockDepth.ABSENT));
    }
  }

  private static List<BlockDepth> depths(DiskExport export, long length) {
    return ((Layered) export.device()).depthsOf(0, length);
  }

  private void track() {
    var vmx = machine.vmx();
    vmx.putFlag("ctkEnabled", true);
    vmx.putFlag("scsi0:0.ctkEnabled", true);
    machine.save(vmx, lab.clock.now());
    ChangeTracking.apply(machine);
  }

  private Path link(int uid) {
    String file = machine.snapshots().find(uid).orElseThrow().disks().getFirst().fileName();
    return machine.files().fileOf(file);
  }

  private String changeId(int uid) {
    return lab.disk(machine).changeIdOf(link(uid)).orElseThrow().toString();
  }

  /** The form with the dashes of a UUID. */
  private static String plain(String changeId) {
    ChangeId parsed = ChangeId.parse(changeId);
    return parsed.epoch() + "/" + parsed.sequence();
  }

  private void refused(String name, BlockError.Kind kind) {
    assertThatThrownBy(() -> exports.open(name))
        .as(name)
        .isInstanceOfSatisfying(
            BlockError.class, error -> assertThat(error.kind()).isEqualTo(kind));
  }

  private void openOnce(String name) {
    try (DiskExport export = exports.open(name)) {
      assertThat(byteOf(export)).isEqualTo(1);
    }
  }

  private void rename(String name) {
    var vmx = machine.vmx();
    vmx.put("displayName", name);
    machine.save(vmx, lab.clock.now());
  }

  private static int byteOf(DiskExport export) {
    var one = ByteBuffer.allocate(1);
    export.device().readAt(0, one);
    return one.get(0);
  }
}
