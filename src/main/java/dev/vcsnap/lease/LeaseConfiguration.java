package dev.vcsnap.lease;

import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.inventory.HostIdentity;
import dev.vcsnap.inventory.VirtualMachines;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.session.SessionService;
import dev.vcsnap.task.TaskService;
import java.net.InetAddress;
import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the exports of disks, by name and by lease. */
@Configuration(proxyBeanMethods = false)
class LeaseConfiguration {

  @Bean
  FrozenDisks frozenDisks(DiskFactory factory) {
    return new FrozenDisks(factory);
  }

  @Bean
  DiskExports diskExports(
      VirtualMachines machines,
      FrozenDisks frozen,
      Leases leases,
      @Value("${vcsnap.nbd.writable:always}") String writable,
      @Value("${vcsnap.nbd.names:true}") boolean names) {
    return new LeasedDiskExports(
        leases,
        names
            ? new MachineDiskExports(machines, frozen, DiskWrites.of(writable))
            : new HiddenDiskExports());
  }

  @Bean
  ComposedLinks composedLinks(VirtualMachines machines, DiskFactory factory) {
    return new ComposedLinks(
        vmx -> machines.at(vmx).flatMap(object -> machines.find(object.id())),
        machines::all,
        factory);
  }

  @Bean
  GrainPackers grainPackers() {
    return new GrainPackers(Runtime.getRuntime().availableProcessors());
  }

  @Bean
  Leases leases(
      ObjectRegistry objects,
      SessionService sessions,
      Clock clock,
      Ids ids,
      HostIdentity identity,
      @Value("${vcsnap.lease-timeout:5m}") Duration timeout,
      @Value("${vcsnap.leases-max:100}") int leasesMax) {
    return new Leases(
        objects,
        sessions,
        clock,
        ids,
        new LeaseLimits(timeout, leasesMax, identity.sslThumbprint()));
  }

  @Bean
  LeaseService leaseService(
      Leases leases,
      TaskService tasks,
      ObjectRegistry objects,
      FrozenDisks frozen,
      GrainPackers packers,
      Ids ids) {
    return new LeaseService(
        leases, tasks, new ExportFiles(objects, frozen, packers.streams(), ids));
  }

  @Bean
  LeaseTransfers leaseTransfers(Leases leases) {
    return new LeaseTransfers(leases);
  }

  @Bean
  PullService pullService(
      ObjectRegistry objects,
      Leases leases,
      TaskService tasks,
      @Value("${vcsnap.lease-pull-from:remote}") String networks,
      @Value("${vcsnap.lease-pull-silence:1m}") Duration silence,
      @Value("${vcsnap.lease-pull-time:1d}") Duration most,
      Clock clock) {
    return new PullService(
        objects,
        leases,
        tasks,
        new FileServers(
            new PermittedHosts(PullNetworks.parse(networks), InetAddress::getAllByName), silence),
        clock,
        most);
  }
}
