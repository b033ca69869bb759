package dev.vcsnap.provision;

import static dev.vcsnap.provision.MachineCreationTest.failed;
import static dev.vcsnap.provision.MachineCreationTest.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.evidence.Rule;
import dev.vcsnap.evidence.Witness;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.task.TaskBody;
import dev.vcsnap.vim.CustomizationSpec;
import dev.vcsnap.vim.DuplicateName;
import dev.vcsnap.vim.InvalidArgument;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.NotSupported;
import dev.vcsnap.vim.VirtualDevice;
import dev.vcsnap.vim.VirtualDeviceConfigSpec;
import dev.vcsnap.vim.VirtualDeviceConfigSpecOperation;
import dev.vcsnap.vim.VirtualDisk;
import dev.vcsnap.vim.VirtualDiskFlatVer2BackingInfo;
import dev.vcsnap.vim.VirtualMachineCloneSpec;
import dev.vcsnap.vim.VirtualMachineConfigInfo;
import dev.vcsnap.vim.VirtualMachineConfigSpec;
import dev.vcsnap.vim.VirtualMachineFileLayoutEx;
import dev.vcsnap.vim.VirtualMachinePowerState;
import dev.vcsnap.vim.VirtualMachineRelocateSpec;
import dev.vcsnap.vim.VirtualUSBController;
import dev.vcsnap.vim.VirtualUSBXHCIController;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineCloneTest {

  private static final String LINKED = "createNewChildDiskBacking";

  @TempDir Path root;

  @Test
  void a_full_clone_reads_the_same_and_shares_nothing() {
    try (var lab = new ProvisionLab(root)) {
      VirtualMachine original = lab.create(ProvisionLab.spec("VM", "[ds]", 2));
      scatter(original, 1);
      lab.snapshot(original, "first");
      scatter(original, 2);
      byte[] bytes = bytes(original);
      List<Integer> progress = new ArrayList<>();
      VirtualMachine clone = clone(lab, original, "Copy", spec(null, null), progress::add);
      assertThat(bytes(clone)).isEqualTo(bytes);
      assertThat(lab.files("Copy"))
          .containsExactly(
              "Copy-flat.vmdk",
              "Copy.nvram",
              "Copy.vmdk",
              "Copy.vmsd",
              "Copy.vmx",
              "Copy_1-flat.vmdk",
              "Copy_1.vmdk");
      assertThat(progress).isSorted().hasSizeGreaterThan(4);
      assertThat(clone.object().get("snapshot")).isNull();
      for (String key : List.of("uuid.bios", "vc.uuid", "uuid.location")) {
        assertThat(clone.vmx().get(key)).isNotEqualTo(original.vmx().get(key));
      }
      assertThat(clone.disk(ProvisionLab.NODE).uuid())
          .isNotEqualTo(original.disk(ProvisionLab.NODE).uuid());
      scatter(clone, 3);
      assertThat(bytes(original)).isEqualTo(bytes);
      lab.provision.destroy(original.object(), percent -> {});
      assertThat(lab.directories()).containsExactly("Copy");
    }
  }

  @Test
  void a_clone_of_a_snapshot_has_the_bytes_and_the_configuration_of_its_moment() {
    try (var lab = new ProvisionLab(root)) {
      VirtualMachine original = lab.create("VM");
      scatter(original, 1);
      byte[] then = bytes(original);
      int first = lab.snapshot(original, "first");
      scatter(original, 2);
      VirtualMachine clone = clone(lab, original, "Copy", spec(snapshot(original, first), null));
      assertThat(bytes(clone)).isEqualTo(then);
      assertThat(clone.name()).isEqualTo("Copy");
    }
  }

  @Test
  void devices_are_changed_by_either_part_of_the_specification() {
    try (var lab = new ProvisionLab(root)) {
      VirtualMachine original = lab.create("VM");
      VirtualMachineCloneSpec spec = spec(null, null);
      spec.location.deviceChange = List.of(added(new VirtualUSBController()));
      spec.config = new VirtualMachineConfigSpec();
      spec.config.deviceChange = List.of(added(new VirtualUSBXHCIController()));
      VirtualMachine clone = clone(lab, original, "Copy", spec);
      assertThat(((VirtualMachineConfigInfo) clone.object().get("config")).hardware.device)
          .hasAtLeastOneElementOfType(VirtualUSBController.class)
          .hasAtLeastOneElementOfType(VirtualUSBXHCIController.class);
    }
  }

  private static VirtualDeviceConfigSpec added(VirtualDevice device) {
    var change = new VirtualDeviceConfigSpec();
    change.operation = VirtualDeviceConfigSpecOperation.add;
    device.key = -1;
    change.device = device;
    return change;
  }

  @Test
  void a_running_machine_is_cloned_as_of_one_moment_and_runs_on_as_before() {
    try (var lab = new ProvisionLab(root)) {
      VirtualMachine original = lab.create("VM");
      scatter(original, 1);
      lab.power.powerOn(original);
      byte[] then = bytes(original);
      boolean[] written = {false};
      VirtualMachine clone =
          clone(
              lab,
              original,
              "Copy",
              spec(null, null),
              percent -> {
                if (!written[0]) {
                  written[0] = true;
                  scatter(original, 2);
                }
              });
      assertThat(bytes(clone)).isEqualTo(then);
      assertThat(bytes(original)).isNotEqualTo(then);
      assertThat(original.object().get("snapshot")).isNull();
      assertThat(original.consolidationNeeded()).isFalse();
      assertThat(original.disk(ProvisionLab.NODE).links()).hasSize(1);
      assertThat(clone.power()).isEqualTo(VirtualMachinePowerState.poweredOff);
    }
  }

  @Test
  @Rule(
      value = "B19",
      says =
          "A disk may have a parent in another folder, which the descriptor then names with its way"
              + " there.",
      by = Witness.SOURCE)
  void a_linked_clone_is_a_child_of_the_snapshots_disk() throws Exception {
    try (var lab = new ProvisionLab(root)) {
      VirtualMachine original = lab.create("VM");
      scatter(original, 1);
      byte[] then = bytes(original);
      int first = lab.snapshot(original, "first");
      scatter(original, 2);
      VirtualMachine clone = clone(lab, original, "Link", spec(snapshot(original, first), LINKED));
      assertThat(bytes(clone)).isEqualTo(then);
      var running = clone.disk(ProvisionLab.NODE);
      assertThat(running.heldBy(running.leaf())).as("what was copied").isEmpty();
      assertThat(Files.readString(root.resolve("Link/Link.vmdk")))
          .contains("parentFileNameHint=\"../VM/VM.vmdk\"");
      var backing = (VirtualDiskFlatVer2BackingInfo) disk(clone).backing;
      assertThat(backing.fileName).isEqualTo("[ds] Link/Link.vmdk");
      assertThat(backing.parent.fileName).isEqualTo("[ds] VM/VM.vmdk");
      var layout = (VirtualMachineFileLayoutEx) clone.object().get("layoutEx");
      assertThat(layout.disk.getFirst().chain)
          .hasSize(2)
          .allSatisfy(unit -> assertThat(unit.fileKey).hasSize(2));

      scatter(clone, 3);
      byte[] own = bytes(clone);
      assertThat(bytes(original)).isNotEqualTo(own);
      int second = lab.snapshot(clone, "second");
      assertThat(clone.disk(ProvisionLab.NODE).leaf().getFileName())
          .hasToString("Link-000001.vmdk");
      scatter(clone, 4);
      lab.snapshots.revert(clone, second, false, percent -> {});
      assertThat(bytes(clone)).isEqualTo(own);
      lab.snapshots.removeAll(clone, true, percent -> {});
      assertThat(bytes(clone)).isEqualTo(own);
      assertThat(clone.disk(ProvisionLab.NODE).links()).hasSize(2);
    }
  }

  @Test
  @Rule(
      value = "B7",
      says =
          "A disk that two others are built on stays when its snapshot is removed, and no"
              + " consolidation is due.",
      by = Witness.KNOWLEDGE_BASE)
  void the_disk_that_a_linked_clone_is_built_on_outlives_its_snapshot() {
    try (var lab = new ProvisionLab(root)) {
      VirtualMachine original = lab.create("VM");
      scatter(original, 1);
      int first = lab.snapshot(original, "first");
      scatter(original, 2);
      int second = lab.snapshot(original, "second");
      byte[] then = bytes(original);
      scatter(original, 3);
      byte[] now = bytes(original);
      VirtualMachine clone = clone(lab, original, "Link", spec(snapshot(original, second), LINKED));
      lab.snapshots.remove(original, first, false, true, percent -> {});
      lab.snapshots.remove(original, second, false, true, percent -> {});
      assertThat(original.snapshots().snapshots()).isEmpty();
      assertThat(original.consolidationNeeded()).isFalse();
      assertThat(original.disk(ProvisionLab.NODE).links()).hasSize(3);
      assertThat(bytes(clone)).isEqualTo(then);
      assertThat(bytes(original)).isEqualTo(now);
      assertThat(failed(() -> lab.provision.destroy(original.object(), percent -> {})))
          .isEqualTo(BlockError.Kind.LOCKED);
      assertThat(bytes(original)).isEqualTo(now);

      lab.provision.destroy(clone.object(), percent -> {});
      assertThat(lab.directories()).containsExactly("VM");
      lab.snapshots.consolidate(original, percent -> {});
      assertThat(original.disk(ProvisionLab.NODE).links()).hasSize(1);
      assertThat(bytes(original)).isEqualTo(now);
    }
  }

  @Test
  void a_linked_clone_of_a_branch_survives_that_the_branch_is_left_and_forgotten() {
    try (var lab = new ProvisionLab(root)) {
      VirtualMachine original = lab.create("VM");
      scatter(original, 1);
      int first = lab.snapshot(original, "first");
      scatter(original, 2);
      byte[] then = bytes(original);
      int side = lab.snapshot(original, "side");
      lab.snapshots.revert(original, first, false, percent -> {});
      VirtualMachine clone = clone(lab, original, "Link", spec(snapshot(original, side), LINKED));
      lab.snapshots.removeAll(original, true, percent -> {});
      assertThat(bytes(clone)).isEqualTo(then);
      lab.provision.destroy(clone.object(), percent -> {});
      lab.snapshots.consolidate(original, percent -> {});
      assertThat(original.disk(ProvisionLab.NODE).links()).hasSize(1);
    }
  }

  @Test
  void a_clone_that_is_cancelled_or_fails_leaves_nothing() {
    try (var lab = new ProvisionLab(root)) {
      VirtualMachine original = lab.create("VM");
      scatter(original, 1);
      lab.power.powerOn(original);
      var cancelling =
          new TaskBody.Progress() {
            private int told;

            @Override
            public void percent(int done) {
              told = done;
            }

            @Override
            public boolean cancelled() {
              return told > 20;
            }
          };
      assertThatThrownBy(() -> clone(lab, original, "Copy", spec(null, null), cancelling))
          .isInstanceOf(CancellationException.class);
      VirtualMachineCloneSpec wrong = spec(null, null);
      wrong.config = new VirtualMachineConfigSpec();
      wrong.config.guestId = "noSuchGuest";
      assertThat(refused(() -> clone(lab, original, "Copy", wrong)))
          .isInstanceOf(InvalidArgument.class);
      assertThat(lab.directories()).containsExactly("VM");
      assertThat(original.disk(ProvisionLab.NODE).links()).hasSize(1);
      assertThat(lab.machines.all()).hasSize(1);
    }
  }

  @Test
  void a_clone_is_changed_and_turned_on_as_asked() {
    try (var lab = new ProvisionLab(root)) {
      VirtualMachine original = lab.create("VM");
      VirtualMachineCloneSpec spec = spec(null, null);
      spec.powerOn = true;
      spec.config = new VirtualMachineConfigSpec();
      spec.config.numCPUs = 4;
      spec.config.annotation = "made for a test";
      VirtualMachine clone = clone(lab, original, "Copy", spec);
      var config = (VirtualMachineConfigInfo) clone.object().get("config");
      assertThat(config.hardware.numCPU).isEqualTo(4);
      assertThat(config.annotation).isEqualTo("made for a test");
      assertThat(clone.power()).isEqualTo(VirtualMachinePowerState.poweredOn);
    }
  }

  @Test
  void what_cannot_be_cloned_is_refused_by_name() {
    try (var lab = new ProvisionLab(root)) {
      VirtualMachine original = lab.create("VM");
      VirtualMachineCloneSpec customized = spec(null, null);
      customized.customization = new CustomizationSpec();
      assertThat(refused(() -> clone(lab, original, "Copy", customized)))
          .isInstanceOf(NotSupported.class);
      assertThat(refused(() -> clone(lab, original, "Copy", spec(null, LINKED))))
          .isInstanceOf(InvalidArgument.class);
      assertThat(refused(() -> clone(lab, original, "Copy", spec(null, "flying"))))
          .isInstanceOf(InvalidArgument.class);
      var other = new ManagedObjectReference("VirtualMachineSnapshot", "snapshot-9-9");
      assertThat(refused(() -> clone(lab, original, "Copy", spec(other, null))))
          .isInstanceOf(InvalidArgument.class);
      assertThat(refused(() -> clone(lab, original, "VM", spec(null, null))))
          .isInstanceOf(DuplicateName.class);
    }
  }

  private static VirtualMachineCloneSpec spec(ManagedObjectReference snapshot, String moveType) {
    var spec = new VirtualMachineCloneSpec();
    spec.location = new VirtualMachineRelocateSpec();
    spec.location.diskMoveType = moveType;
    spec.snapshot = snapshot;
    spec.template = false;
    spec.powerOn = false;
    return spec;
  }

  private static ManagedObjectReference snapshot(VirtualMachine machine, int uid) {
    return new ManagedObjectReference("VirtualMachineSnapshot", machine.snapshotId(uid));
  }

  private static VirtualMachine clone(
      ProvisionLab lab, VirtualMachine original, String name, VirtualMachineCloneSpec spec) {
    return clone(lab, original, name, spec, percent -> {});
  }

  private static VirtualMachine clone(
      ProvisionLab lab,
      VirtualMachine original,
      String name,
      VirtualMachineCloneSpec spec,
      TaskBody.Progress progress) {
    return lab.machine(
        lab.provision.clone(original, lab.folder().reference(), name, spec).run(progress));
  }

  private static VirtualDisk disk(VirtualMachine machine) {
    var config = (VirtualMachineConfigInfo) machine.object().get("config");
    return config.hardware.device.stream()
        .filter(VirtualDisk.class::isInstance)
        .map(VirtualDisk.class::cast)
        .findFirst()
        .orElseThrow();
  }

  /** Writes pieces that no two seeds share, and that do not lie on the bounds of grains. */
  private static void scatter(VirtualMachine machine, long seed) {
    var random = new Random(seed);
    for (int i = 0; i < 20; i++) {
      var piece = new byte[1 + random.nextInt(20_000)];
      random.nextBytes(piece);
      long offset = random.nextInt(ProvisionLab.DISK_BYTES - piece.length);
      machine.disk(ProvisionLab.NODE).writeAt(offset, ByteBuffer.wrap(piece));
    }
  }

  private static byte[] bytes(VirtualMachine machine) {
    BlockDevice disk = machine.disk(ProvisionLab.NODE);
    var all = ByteBuffer.allocate((int) disk.sizeBytes());
    disk.readAt(0, all);
    return all.array();
  }
}
