package dev.vcsnap.call;

import dev.vcsnap.inventory.InventoryTree;
import dev.vcsnap.inventory.VirtualMachines;
import dev.vcsnap.lease.LeaseService;
import dev.vcsnap.lease.PullService;
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
      PullService pulls,
      ProvisionService provision,
      InventoryTree tree) {
    return new LeaseMethods(machines, leases, pulls, provision, new DatastoreNames(tree));
  }

  @Bean
  MethodTable.Contributor ovfMethods(
      ObjectRegistry objects, VirtualMachines machines, OvfService ovf) {
    return new OvfMethods(objects, machines, ovf);
  }
}
