package dev.vcsnap.provision;

import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.inventory.InventoryTree;
import dev.vcsnap.inventory.NameClaims;
import dev.vcsnap.inventory.PowerService;
import dev.vcsnap.inventory.ReconfigureService;
import dev.vcsnap.inventory.Registrations;
import dev.vcsnap.inventory.VirtualMachines;
import dev.vcsnap.inventory.VmPublisher;
import dev.vcsnap.snapshot.Recovery;
import dev.vcsnap.snapshot.SnapshotService;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the operations on the lives of machines. */
@Configuration(proxyBeanMethods = false)
class ProvisionConfiguration {

  @Bean
  Machinery machinery(
      InventoryTree tree,
      VirtualMachines machines,
      Registrations registrations,
      NameClaims names,
      DiskFactory factory,
      Clock clock) {
    return new Machinery(tree, machines, registrations, names, factory, clock);
  }

  @Bean
  MachinePlaces machinePlaces(Machinery machinery) {
    return new MachinePlaces(machinery);
  }

  @Bean
  FolderService folderService(Machinery machinery, MachinePlaces places) {
    return new FolderService(machinery, places);
  }

  @Bean
  ProvisionService provisionService(
      Machinery machinery,
      MachinePlaces places,
      Clock clock,
      Ids ids,
      ReconfigureService reconfigure,
      Recovery recovery,
      SnapshotService snapshots,
      PowerService power,
      VmPublisher publisher) {
    var identity = new MachineIdentity(clock, ids);
    return new ProvisionService(
        machinery,
        new MachineCreation(machinery, reconfigure, identity),
        new MachineRegistration(machinery, recovery),
        new MachineRemoval(machinery),
        new MachineReloading(machinery, recovery, publisher),
        new MachineClone(machinery, snapshots, reconfigure, power, identity),
        places,
        reconfigure);
  }
}
