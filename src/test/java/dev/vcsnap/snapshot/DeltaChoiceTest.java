package dev.vcsnap.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vcsnap.datastore.FileSystemType;
import dev.vcsnap.evidence.Rule;
import dev.vcsnap.evidence.Witness;
import dev.vcsnap.vim.DeltaDiskFormatNotSupported;
import dev.vcsnap.vim.VimException;
import dev.vcsnap.vim.VirtualDisk;
import dev.vcsnap.vim.VirtualDiskFlatVer2BackingInfo;
import dev.vcsnap.vim.VirtualMachineConfigInfo;
import dev.vcsnap.vim.VirtualMachineFileLayoutEx;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Part F: which delta a datastore takes. */
class DeltaChoiceTest {

  private static final long TWO_TB = 2L << 40;

  @TempDir Path root;

  @ParameterizedTest
  @CsvSource({
    "VMFS6, false,   seSparse,   sesparse, seSparseFormat, 4,  ",
    "VMFS6, true,   seSparse,   sesparse, seSparseFormat, 4,  ",
    "VMFS5, false,   vmfsSparse, delta,    redoLogFormat,  ,   vmfsSparseVariant",
    "VMFS5, true,   seSparse,   sesparse, seSparseFormat, 4,  ",
    "NFS, false,   vmfsSparse, delta,    redoLogFormat,  ,   ",
  })
  void a_snapshot_makes_the_delta_that_the_volume_takes(
      FileSystemType type,
      boolean large,
      String createType,
      String suffix,
      String format,
      Integer grainKilobytes,
      String variant) {
    try (var lab = new SnapshotLab(root, type, large ? TWO_TB : TWO_TB - 512)) {
      lab.create("first");
      lab.write(0, 4096, 7);

      assertThat(lab.factory.descriptorOf(lab.disk().leaf()).createType()).isEqualTo(createType);
      assertThat(lab.diskFiles()).contains("VM-000001-" + suffix + ".vmdk");
      VirtualDiskFlatVer2BackingInfo running = backing(lab);
      assertThat(running.deltaDiskFormat).isEqualTo(format);
      assertThat(running.deltaGrainSize).isEqualTo(grainKilobytes);
      assertThat(running.deltaDiskFormatVariant).isEqualTo(variant);
      assertThat(running.parent.deltaDiskFormat).isNull();
      var layout = (VirtualMachineFileLayoutEx) lab.machine.object().get("layoutEx", null);
      assertThat(layout.disk.getFirst().chain)
          .allSatisfy(unit -> assertThat(unit.fileKey).hasSize(2));

      lab.snapshots.removeAll(lab.machine, true, percent -> {});
      assertThat(lab.diskFiles()).containsExactly("VM-flat.vmdk", "VM.vmdk");
      assertThat(lab.byteAt(0)).isEqualTo(7);
    }
  }

  @Test
  @Rule(
      value = "F6",
      says = "A vmfsSparse delta of 2 TB or more is refused with DeltaDiskFormatNotSupported.",
      by = Witness.DOCUMENT)
  void nfs_refuses_snapshots_of_disks_of_two_terabytes_and_leaves_nothing() {
    try (var lab = new SnapshotLab(root, FileSystemType.NFS, TWO_TB)) {
      assertThatThrownBy(() -> lab.create("too large"))
          .isInstanceOfSatisfying(
              VimException.class,
              e -> {
                var fault = (DeltaDiskFormatNotSupported) e.fault();
                assertThat(fault.deltaDiskFormat).isEqualTo("redoLogFormat");
                assertThat(fault.datastore).containsExactly(lab.machine.placement().datastore());
              });

      assertThat(lab.diskFiles()).containsExactly("VM-flat.vmdk", "VM.vmdk");
      assertThat(lab.machine.snapshots().snapshots()).isEmpty();
      lab.write(0, 512, 1);
    }
  }

  /** Rule F1. */
  @Test
  @Rule(
      value = "F1",
      says = "The two kinds of delta never mix in one chain.",
      by = Witness.KNOWLEDGE_BASE)
  void a_chain_keeps_its_kind_when_the_volume_is_said_to_be_another() {
    try (var lab = new SnapshotLab(root, FileSystemType.VMFS6, SnapshotLab.DISK_BYTES)) {
      lab.write(0, 4096, 1);
      lab.create("sesparse");
    }
    try (var lab = new SnapshotLab(root, FileSystemType.NFS, SnapshotLab.DISK_BYTES)) {
      int second = lab.create("above a delta");
      assertThat(lab.factory.descriptorOf(lab.disk().leaf()).createType()).isEqualTo("seSparse");

      lab.snapshots.revert(lab.machine, second, true, percent -> {});
      assertThat(lab.factory.descriptorOf(lab.disk().leaf()).createType()).isEqualTo("seSparse");

      lab.snapshots.revert(lab.machine, 1, true, percent -> {});
      assertThat(lab.factory.descriptorOf(lab.disk().leaf()).createType()).isEqualTo("vmfsSparse");
      assertThat(lab.byteAt(0)).isEqualTo(1);
    }
  }

  private static VirtualDiskFlatVer2BackingInfo backing(SnapshotLab lab) {
    var config = (VirtualMachineConfigInfo) lab.machine.object().get("config");
    return config.hardware.device.stream()
        .filter(VirtualDisk.class::isInstance)
        .map(disk -> (VirtualDiskFlatVer2BackingInfo) disk.backing)
        .findFirst()
        .orElseThrow();
  }
}
