package dev.vcsnap.seed;

import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.inventory.InventoryTree;
import dev.vcsnap.inventory.PowerService;
import dev.vcsnap.inventory.Registrations;
import dev.vcsnap.inventory.VirtualMachines;
import dev.vcsnap.inventory.VmPublisher;
import dev.vcsnap.snapshot.ChainAccess;
import dev.vcsnap.snapshot.ChangeTracking;
import dev.vcsnap.snapshot.NonpersistentDisks;
import dev.vcsnap.snapshot.Recovery;
import dev.vcsnap.task.TaskService;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the start of the machines; the web port opens only after it. */
@Configuration(proxyBeanMethods = false)
class SeedConfiguration {

  @Bean
  MachineStart machineStart(
      Registrations registrations,
      InventoryTree tree,
      DiskFactory factory,
      Clock clock,
      Ids ids,
      Dice dice,
      VirtualMachines machines,
      Recovery recovery,
      TaskService tasks,
      @Value("${vcsnap.machines:" + DefaultMachines.COUNT + "}") int count) {
    var start =
        new MachineStart(
            registrations,
            new DefaultMachines(tree, factory, clock, ids, dice, count),
            tree,
            machines,
            recovery);
    start.start();
    tasks.restore();
    return start;
  }

  @Bean
  PowerService powerService(
      Clock clock, VmPublisher publisher, Registrations registrations, ChainAccess chains) {
    var nonpersistent = new NonpersistentDisks(chains);
    return new PowerService(
        clock,
        publisher,
        machine -> {
          nonpersistent.apply(machine);
          ChangeTracking.apply(machine);
          registrations.put(Registrations.Machine.of(machine));
        });
  }
}
