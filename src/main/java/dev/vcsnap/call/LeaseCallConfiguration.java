package dev.vcsnap.call;

import dev.vcsnap.inventory.InventoryTree;
import dev.vcsnap.inventory.VirtualMachines;
import dev.vcsnap.lease.LeaseService;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.ovf.OvfService;
import dev.vcsnap.provision.ProvisionService;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Adds the methods of leases and descriptors to the table. */
@Configuration(proxyBeanMethods = false)
class LeaseCallConfiguration {

  @Bean
  MethodTable.Contributor leaseMethods(
      VirtualMachines machines,
      LeaseService leases,
      ProvisionService provision,
      InventoryTree tree) {
    return new LeaseMethods(machines, leases, provision, new DatastoreNames(tree));
  }

  @Bean
  MethodTable.Contributor ovfMethods(
      ObjectRegistry objects, VirtualMachines machines, OvfService ovf) {
    return new OvfMethods(objects, machines, ovf);
  }
}
