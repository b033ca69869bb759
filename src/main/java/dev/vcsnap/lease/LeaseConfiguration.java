package dev.vcsnap.lease;

import dev.vcsnap.inventory.VirtualMachines;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the exports of disks. */
@Configuration(proxyBeanMethods = false)
class LeaseConfiguration {

  @Bean
  DiskExports diskExports(VirtualMachines machines) {
    return new MachineDiskExports(machines);
  }
}
