package dev.vcsnap.seed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.datastore.Datastore;
import dev.vcsnap.ground.clock.SystemClock;
import dev.vcsnap.inventory.HostIdentity;
import dev.vcsnap.inventory.InventoryTree;
import dev.vcsnap.inventory.Personality;
import dev.vcsnap.inventory.Registrations;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.vim.VirtualMachinePowerState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FoundMachinesTest {

  @TempDir Path root;

  @Test
  void every_folder_with_a_configuration_is_a_machine_with_an_id_of_its_own() throws IOException {
    for (String file : List.of("b/renamed.vmx", "a/a.vmtx", "a/a.vmdk", "iso/disk.iso")) {
      Files.createDirectories(root.resolve(file).getParent());
      Files.writeString(root.resolve(file), "");
    }
    Files.writeString(root.resolve("stray.vmx"), "");
    var found =
        new FoundMachines(
            new InventoryTree(
                new ObjectRegistry(),
                new SystemClock(),
                Personality.vcenter("lab"),
                new HostIdentity("127.0.0.1", ""),
                List.of(new Datastore("LocalDS_0", root))));
    List<Registrations.Machine> machines = found.place(found.configurations());
    assertThat(machines)
        .extracting(machine -> machine.configPath().toString())
        .containsExactly("[LocalDS_0] a/a.vmtx", "[LocalDS_0] b/renamed.vmx");
    assertThat(machines)
        .extracting(Registrations.Machine::power)
        .containsExactly(VirtualMachinePowerState.poweredOff, VirtualMachinePowerState.poweredOn);
    assertThat(machines).extracting(Registrations.Machine::id).doesNotHaveDuplicates();
  }
}
