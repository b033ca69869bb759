package dev.vcsnap.admin;

import dev.vcsnap.call.Privileges;
import dev.vcsnap.inventory.VirtualMachines;
import dev.vcsnap.session.Admission;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Wires {@code /_vcsnap}. */
@Configuration(proxyBeanMethods = false)
@Import({MachineController.class, GuestController.class, DiskController.class, AdminAdvice.class})
class AdminConfiguration {

  @Bean
  AdminDoor adminDoor(Admission admission, Privileges privileges, VirtualMachines machines) {
    return new AdminDoor(admission, privileges, machines);
  }
}
