package dev.vcsnap.seed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.datastore.Datastore;
import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.check.DiskCheck;
import dev.vcsnap.ground.clock.SystemClock;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.inventory.HostIdentity;
import dev.vcsnap.inventory.InventoryTree;
import dev.vcsnap.inventory.Personality;
import dev.vcsnap.inventory.Registrations;
import dev.vcsnap.objects.ObjectRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DefaultMachinesTest {

  @TempDir Path root;

  @Test
  void a_first_start_that_was_cut_is_finished_by_the_next_one() throws IOException {
    List<Registrations.Machine> first = machines().create();
    assertThat(first)
        .extracting(machine -> machine.configPath().fileName())
        .containsExactly(
            "DC0_H0_VM0.vmx", "DC0_H0_VM1.vmx", "DC0_C0_RP0_VM0.vmx", "DC0_C0_RP0_VM1.vmx");
    String kept = Files.readString(file("DC0_H0_VM0", ".vmx"));
    // As a kill in the middle of the third and before the fourth leaves it.
    Files.delete(file("DC0_C0_RP0_VM0", ".vmx"));
    Files.delete(file("DC0_C0_RP0_VM0", ".vmdk"));
    new Datastore("LocalDS_0", root).delete(first.get(3).configPath().folder());

    assertThat(machines().create()).hasSize(4);
    assertThat(Files.readString(file("DC0_H0_VM0", ".vmx"))).isEqualTo(kept);
    for (Registrations.Machine machine : first) {
      assertThat(root.resolve(machine.configPath().path())).exists();
      assertThat(new DiskCheck().check(root.resolve(machine.configPath().folder().path())))
          .isEmpty();
    }
  }

  @Test
  void more_machines_have_empty_disks_and_are_spread_over_the_hosts() {
    List<Registrations.Machine> machines = machines(9).create();
    assertThat(machines)
        .extracting(machine -> machine.configPath().fileName())
        .endsWith(
            "DC0_H0_VM2.vmx",
            "DC0_C0_RP0_VM2.vmx",
            "DC0_H0_VM3.vmx",
            "DC0_C0_RP0_VM3.vmx",
            "DC0_H0_VM4.vmx");
    assertThat(machines.stream().map(Registrations.Machine::host).distinct()).hasSize(4);
    for (Registrations.Machine machine : machines) {
      assertThat(new DiskCheck().check(root.resolve(machine.configPath().folder().path())))
          .isEmpty();
    }
  }

  @Test
  void what_a_power_loss_left_of_many_machines_is_made_anew() throws IOException {
    machines(8).create();
    String kept = Files.readString(file("DC0_H0_VM2", ".vmx"));
    Files.writeString(file("DC0_C0_RP0_VM2", ".vmx"), "");
    Files.delete(file("DC0_H0_VM3", "-flat.vmdk"));
    Files.writeString(file("DC0_C0_RP0_VM3", ".vmdk"), "");

    for (Registrations.Machine machine : machines(8).create()) {
      assertThat(new DiskCheck().check(root.resolve(machine.configPath().folder().path())))
          .isEmpty();
    }
    assertThat(file("DC0_H0_VM3", "-flat.vmdk")).exists();
    assertThat(Files.readString(file("DC0_H0_VM2", ".vmx"))).isEqualTo(kept);
  }

  private Path file(String machine, String suffix) {
    return root.resolve(machine).resolve(machine + suffix);
  }

  private DefaultMachines machines() {
    return machines(DefaultMachines.COUNT);
  }

  private DefaultMachines machines(int count) {
    var clock = new SystemClock();
    var dice = new Dice(1);
    var ids = new Ids(dice);
    var tree =
        new InventoryTree(
            new ObjectRegistry(),
            clock,
            Personality.vcenter("lab"),
            new HostIdentity("127.0.0.1", ""),
            List.of(new Datastore("LocalDS_0", root)));
    return new DefaultMachines(tree, new DiskFactory(ids, clock), clock, ids, dice, count);
  }
}
