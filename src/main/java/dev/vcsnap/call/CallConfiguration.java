package dev.vcsnap.call;

import dev.vcsnap.changes.ChangeService;
import dev.vcsnap.event.EventQueries;
import dev.vcsnap.event.RightsEvents;
import dev.vcsnap.event.UserEvents;
import dev.vcsnap.extension.ExtensionService;
import dev.vcsnap.field.FieldService;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.history.TaskQueries;
import dev.vcsnap.inventory.ConfigOptions;
import dev.vcsnap.inventory.Guests;
import dev.vcsnap.inventory.HardwareVersion;
import dev.vcsnap.inventory.InventoryTree;
import dev.vcsnap.inventory.Personality;
import dev.vcsnap.inventory.PowerService;
import dev.vcsnap.inventory.ReconfigureService;
import dev.vcsnap.inventory.SearchIndexService;
import dev.vcsnap.inventory.VirtualMachines;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.property.PropertyCollectors;
import dev.vcsnap.property.Views;
import dev.vcsnap.provision.FolderService;
import dev.vcsnap.provision.ProvisionService;
import dev.vcsnap.rights.AccessService;
import dev.vcsnap.rights.AuthorizationService;
import dev.vcsnap.rights.RootFolder;
import dev.vcsnap.session.SessionService;
import dev.vcsnap.session.Tickets;
import dev.vcsnap.snapshot.SnapshotService;
import dev.vcsnap.task.TaskService;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Fills the method table from the features. */
@Configuration(proxyBeanMethods = false)
class CallConfiguration {

  @Bean
  MethodTable methodTable(
      ObjectRegistry objects,
      InventoryTree tree,
      AuthorizationService authorization,
      AccessService access,
      Tickets tickets,
      Personality personality,
      Clock clock,
      SessionService sessions,
      PropertyCollectors collectors,
      Views views,
      SearchIndexService search,
      VirtualMachines machines,
      TaskService tasks,
      PowerService power,
      ReconfigureService reconfigure,
      HardwareVersion hardware,
      ChangeService changes,
      Guests guests,
      SnapshotService snapshots,
      ProvisionService provision,
      FolderService folders,
      EventQueries eventQueries,
      UserEvents userEvents,
      RightsEvents rightsEvents,
      TaskQueries taskQueries,
      List<MethodTable.Contributor> more) {
    var datastores = new DatastoreNames(tree);
    List<MethodTable.Contributor> features =
        List.of(
            new AuthorizationMethods(objects, sessions, authorization, access, rightsEvents),
            new UserDirectoryMethods(sessions.accounts()),
            new EntityPrivileges(),
            new MachinePrivileges(datastores),
            new FilePrivileges(datastores),
            new ServiceMethods(clock),
            new SessionMethods(objects, sessions, tickets, access),
            new PropertyMethods(collectors),
            new ViewMethods(views, () -> tree.root().reference()),
            new SearchMethods(search, objects, access),
            new TaskMethods(tasks),
            new VirtualMachineMethods(
                machines, tasks, power, reconfigure, hardware, changes, guests),
            new SnapshotMethods(machines, tasks, snapshots),
            new ProvisionMethods(machines, tasks, provision),
            new FolderMethods(objects, tasks, provision, folders),
            new EventMethods(eventQueries, userEvents),
            new CollectorMethods(eventQueries.collectors(), taskQueries));
    return new MethodTable(
        Stream.concat(features.stream(), more.stream()).toList(),
        new ProductMethods(personality)::has);
  }

  @Bean
  MethodTable.Contributor extensionMethods(ExtensionService extensions) {
    return new ExtensionMethods(extensions);
  }

  @Bean
  MethodTable.Contributor fieldMethods(ObjectRegistry objects, FieldService fields) {
    return new FieldMethods(objects, fields);
  }

  @Bean
  MethodTable.Contributor browserMethods(ConfigOptions options) {
    return new BrowserMethods(options);
  }

  @Bean
  Privileges privileges(AccessService access) {
    return access::has;
  }

  @Bean
  CallService callService(
      ObjectRegistry objects,
      SessionService sessions,
      MethodTable table,
      Privileges privileges,
      RootFolder root,
      Personality personality,
      MeterRegistry meters) {
    return new CallService(
        objects, sessions, table, privileges, root, personality.release(), meters);
  }
}
