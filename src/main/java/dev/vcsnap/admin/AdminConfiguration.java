package dev.vcsnap.admin;

import dev.vcsnap.call.Privileges;
import dev.vcsnap.changes.ChangeService;
import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.inventory.InventoryTree;
import dev.vcsnap.inventory.VirtualMachines;
import dev.vcsnap.lease.FrozenDisks;
import dev.vcsnap.session.Admission;
import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Wires {@code /_vcsnap}. */
@Configuration(proxyBeanMethods = false)
@Import({
  MachineController.class,
  GuestController.class,
  DiskController.class,
  ChangedAreasController.class,
  AdminAdvice.class
})
class AdminConfiguration {

  @Bean
  AdminDoor adminDoor(Admission admission, Privileges privileges, VirtualMachines machines) {
    return new AdminDoor(admission, privileges, machines);
  }

  @Bean
  SnapshotAreas snapshotAreas(
      ChangeService changes,
      DiskFactory factory,
      FrozenDisks frozen,
      InventoryTree tree,
      Clock clock,
      @Value("${vcsnap.areas-verify-limit:1h}") Duration limit) {
    return new SnapshotAreas(changes, factory, frozen, tree, clock, limit);
  }
}
