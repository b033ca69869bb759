package dev.vcsnap.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.inventory.MachineLab;
import dev.vcsnap.inventory.VirtualMachine;
import java.nio.ByteBuffer;
import java.nio.file.Path;
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
    exports = new MachineDiskExports(lab.machines);
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
