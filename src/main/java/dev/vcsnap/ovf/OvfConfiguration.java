package dev.vcsnap.ovf;

import dev.vcsnap.hardware.Networks;
import dev.vcsnap.inventory.InventoryTree;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires what reads and writes descriptors. */
@Configuration(proxyBeanMethods = false)
class OvfConfiguration {

  @Bean
  OvfService ovfService(Networks networks, InventoryTree tree) {
    return new OvfService(networks, tree.machineNetwork());
  }
}
