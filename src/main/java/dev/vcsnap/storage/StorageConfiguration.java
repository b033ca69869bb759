package dev.vcsnap.storage;

import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.inventory.InventoryTree;
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
  DatastoreFiles datastoreFiles(DiskFactory factory, VirtualMachines machines) {
    return new DatastoreFiles(factory, new MachineFiles(factory, machines));
  }

  @Bean
  DatastoreSearch datastoreSearch(DiskFactory factory) {
    return new DatastoreSearch(factory);
  }
}
