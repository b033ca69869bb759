package dev.vcsnap.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.vcsnap.inventory.MachineLab;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.vim.VimException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AttachedDisksTest {

  @TempDir Path root;
  private StorageLab storage;
  private AttachedDisks attached;
  private VirtualMachine machine;

  @BeforeEach
  void open() {
    storage = new StorageLab(root);
    attached = new AttachedDisks(storage.lab.machines::all, storage.lab.reconfigure);
    machine = storage.lab.machine("volume");
  }

  @AfterEach
  void close() {
    storage.close();
  }

  @Test
  void a_disk_of_a_machine_that_is_off_is_enlarged_through_it() {
    storage.lab.power.powerOff(machine);
    var disk = storage.file("volume/volume.vmdk");

    assertThat(attached.ownerOf(disk)).contains(machine);
    attached.extend(machine, disk, 2 * MachineLab.DISK_BYTES);

    assertThat(storage.lab.disk(machine).sizeBytes()).isEqualTo(2 * MachineLab.DISK_BYTES);
    storage.lab.write(machine, 2 * MachineLab.DISK_BYTES - 512, 512, 7);
  }

  @Test
  void a_running_machines_disk_is_its_own() {
    assertThat(attached.ownerOf(storage.file("volume/volume.vmdk"))).isEmpty();
    storage.lab.power.powerOff(machine);
    assertThat(attached.ownerOf(storage.file("volume/other.vmdk"))).isEmpty();
  }

  @Test
  void a_disk_with_snapshots_keeps_its_size() {
    storage.lab.power.powerOff(machine);
    storage.lab.snapshot(machine, "frozen");
    var disk = storage.file("volume/volume-000001.vmdk");

    assertThat(attached.ownerOf(disk)).contains(machine);
    var refused =
        catchThrowableOfType(
            VimException.class, () -> attached.extend(machine, disk, 2 * MachineLab.DISK_BYTES));

    assertThat(refused).isNotNull();
    assertThat(storage.lab.disk(machine).sizeBytes()).isEqualTo(MachineLab.DISK_BYTES);
  }
}
