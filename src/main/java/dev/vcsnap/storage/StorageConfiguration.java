package dev.vcsnap.storage;

import dev.vcsnap.changes.ChangeService;
import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.convert.DiskConverter;
import dev.vcsnap.disk.vmdk.streamoptimized.StreamWriter;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.inventory.InventoryTree;
import dev.vcsnap.inventory.ReconfigureService;
import dev.vcsnap.inventory.VirtualMachines;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the file services; what a crash left half made is cleaned up before they serve. */
@Configuration(proxyBeanMethods = false)
class StorageConfiguration {

  @Bean
  FileNames fileNames(InventoryTree tree) {
    tree.datastores().forEach(store -> store.datastore().staging().recover());
    return new FileNames(tree, true);
  }

  @Bean
  VirtualDisks virtualDisks(DiskFactory factory, Ids ids, Clock clock) {
    return new VirtualDisks(factory, new DiskConverter(ids, clock, new StreamWriter()));
  }

  @Bean
  AttachedDisks attachedDisks(VirtualMachines machines, ReconfigureService reconfigure) {
    return new AttachedDisks(machines::all, reconfigure);
  }

  @Bean
  DatastoreFiles datastoreFiles(VirtualDisks disks, VirtualMachines machines) {
    return new DatastoreFiles(disks, new MachineFiles(machines::all));
  }

  @Bean
  DatastoreSearch datastoreSearch() {
    return new DatastoreSearch();
  }

  @Bean
  FirstClassDisks firstClassDisks(DiskFactory factory, VirtualDisks disks, Ids ids, Clock clock) {
    return new FirstClassDisks(factory, disks, ids, clock);
  }

  @Bean
  FirstClassSnapshots firstClassSnapshots(
      DiskFactory factory, FirstClassDisks disks, ChangeService changes, Ids ids, Clock clock) {
    return new FirstClassSnapshots(factory, disks, changes, ids, clock);
  }

  @Bean
  FirstClassDiskProjection firstClassDiskProjection(DiskFactory factory) {
    return new FirstClassDiskProjection(factory);
  }
}
