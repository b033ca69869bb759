package dev.vcsnap.call;

import dev.vcsnap.inventory.VirtualMachines;
import dev.vcsnap.lease.LeaseService;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Adds the methods of leases to the table. */
@Configuration(proxyBeanMethods = false)
class LeaseCallConfiguration {

  @Bean
  MethodTable.Contributor leaseMethods(VirtualMachines machines, LeaseService leases) {
    return new LeaseMethods(machines, leases);
  }
}
