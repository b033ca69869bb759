package dev.vcsnap.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.io.DiskFile;
import dev.vcsnap.disk.io.DiskFiles;
import dev.vcsnap.disk.io.HostFiles;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.VirtualMachineCloneSpec;
import dev.vcsnap.vim.VirtualMachineConnectionState;
import dev.vcsnap.vim.VirtualMachineRelocateSpec;
import dev.vcsnap.vim.VirtualMachineRuntimeInfo;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A linked clone that is read again, and what happens between its closing and its opening. */
class ReloadedCloneTest {

  @TempDir Path root;

  /** Runs once, when the next file is opened: a reload opens none before it has closed its own. */
  private final AtomicReference<Runnable> between = new AtomicReference<>(() -> {});

  /** The clone reads 1; the machine that it was made from reads 2 since. */
  private static VirtualMachine clone(ProvisionLab lab, VirtualMachine parent) {
    ProvisionLab.write(parent, 0, 4096, 1);
    int first = lab.snapshot(parent, "first");
    ProvisionLab.write(parent, 0, 4096, 2);
    var spec = new VirtualMachineCloneSpec();
    spec.location = new VirtualMachineRelocateSpec();
    spec.location.diskMoveType = "createNewChildDiskBacking";
    spec.snapshot = new ManagedObjectReference("VirtualMachineSnapshot", parent.snapshotId(first));
    spec.template = false;
    spec.powerOn = false;
    return lab.machine(
        lab.provision.clone(parent, lab.folder().reference(), "Link", spec).run(percent -> {}));
  }

  @Test
  void what_it_is_built_on_is_not_merged_while_its_disks_are_closed() {
    try (var lab = new ProvisionLab(root, files())) {
      VirtualMachine parent = lab.create("VM");
      VirtualMachine clone = clone(lab, parent);
      between.set(() -> lab.snapshots.removeAll(parent, true, percent -> {}));

      lab.provision.reload(clone.object());

      assertThat(parent.snapshots().snapshots()).isEmpty();
      assertThat(ProvisionLab.byteAt(lab.machines.of(clone.object()), 0)).isEqualTo(1);
      assertThat(parent.disk(ProvisionLab.NODE).links()).hasSize(2);

      lab.provision.destroy(clone.object(), percent -> {});
      lab.snapshots.consolidate(parent, percent -> {});
      assertThat(parent.disk(ProvisionLab.NODE).links()).hasSize(1);
    }
  }

  @Test
  void one_that_cannot_be_opened_again_is_shown_as_such_until_it_can() {
    try (var lab = new ProvisionLab(root, files())) {
      VirtualMachine parent = lab.create("VM");
      VirtualMachine clone = clone(lab, parent);
      int own = lab.snapshot(clone, "own");
      String snapshotId = clone.snapshotId(own);
      try (DiskFile leaf =
          new HostFiles().open(root.resolve("Link/Link-000001-sesparse.vmdk"), false)) {
        between.set(() -> leaf.lock(DiskFile.Lock.SHARED));
        assertThatThrownBy(() -> lab.provision.reload(clone.object()))
            .isInstanceOfSatisfying(
                BlockError.class, e -> assertThat(e.kind()).isEqualTo(BlockError.Kind.LOCKED));
      }
      assertThat(lab.machines.unopened(clone.object())).isPresent();
      assertThat(lab.machines.find(clone.object().id())).isEmpty();
      assertThat(((VirtualMachineRuntimeInfo) clone.object().get("runtime")).connectionState)
          .isEqualTo(VirtualMachineConnectionState.inaccessible);
      assertThat(clone.object().get("config")).isNull();
      assertThat(clone.object().get("layoutEx")).isNull();
      assertThat(lab.objects.find(snapshotId)).isNull();
      lab.snapshots.removeAll(parent, true, percent -> {});

      lab.provision.reload(clone.object());

      assertThat(ProvisionLab.byteAt(lab.machines.of(clone.object()), 0)).isEqualTo(1);
      assertThat(lab.objects.find(snapshotId)).isNotNull();
      assertThat(clone.object().get("layoutEx")).isNotNull();
    }
  }

  private DiskFiles files() {
    var files = new HostFiles();
    return (DiskFiles)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {DiskFiles.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("open")) {
                between.getAndSet(() -> {}).run();
              }
              try {
                return method.invoke(files, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
