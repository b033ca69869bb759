package dev.vcsnap.inventory;

import dev.vcsnap.datastore.DataDirectory;
import dev.vcsnap.datastore.Datastore;
import dev.vcsnap.datastore.FileSystemType;
import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.field.FieldService;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.ground.ids.NumberKeeper;
import dev.vcsnap.hardware.DeviceChanges;
import dev.vcsnap.hardware.Networks;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.property.PropertyCollectors;
import dev.vcsnap.property.Views;
import dev.vcsnap.rights.AccessService;
import dev.vcsnap.rights.AuthorizationService;
import dev.vcsnap.rights.RootFolder;
import dev.vcsnap.session.SessionService;
import dev.vcsnap.task.TaskService;
import java.util.List;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the inventory: the service's objects, the tree around the machines, and the machines. */
@Configuration(proxyBeanMethods = false)
class InventoryConfiguration {

  private static final String DEFAULT_DATASTORE = "LocalDS_0";

  @Bean
  ServiceObjects serviceObjects(
      ObjectRegistry objects,
      Clock clock,
      SessionService sessions,
      TaskService tasks,
      PropertyCollectors collectors,
      Views views,
      Personality personality,
      AuthorizationService authorization,
      FieldService fields) {
    var live =
        new AuthorizationProjection(authorization)
            .addTo(new LiveProperties())
            .with("TaskManager", "recentTask", session -> tasks.recent())
            .with("ViewManager", "viewList", views.viewList())
            .with("CustomFieldsManager", "field", session -> fields.all())
            .with(PropertyCollectors.DEFAULT_ID, "filter", collectors.defaultFilters());
    var service = new ServiceObjects(clock, sessions, personality, live);
    service.publish(objects);
    return service;
  }

  @Bean
  Personality personality(
      Datastore datastore,
      @Value("${vcsnap.personality:vcenter}") Product product,
      @Value("${vcsnap.api-version:8.0.3}") String version) {
    return Personality.of(product, ProductVersion.of(version), datastore.uuid());
  }

  @Bean
  RootFolder rootFolder(Personality personality) {
    return new RootFolder(personality.product().root());
  }

  @Bean
  Datastore defaultDatastore(
      DataDirectory data, @Value("${vcsnap.datastore-type:vmfs6}") FileSystemType type) {
    return data.datastore(DEFAULT_DATASTORE, type);
  }

  @Bean
  InventoryTree inventoryTree(
      ObjectRegistry objects,
      Clock clock,
      HostIdentity identity,
      Personality personality,
      Datastore datastore,
      NumberKeeper numbers,
      AccessService access,
      SessionService sessions,
      FieldService fields) {
    access.declareProperties(sessions);
    fields.declareProperties();
    return new InventoryTree(objects, clock, personality, identity, List.of(datastore), numbers);
  }

  @Bean
  NameClaims nameClaims(InventoryTree tree) {
    return new NameClaims(tree);
  }

  @Bean
  SearchIndexService searchIndexService(ObjectRegistry objects) {
    return new SearchIndexService(objects);
  }

  @Bean
  Networks networks(ObjectRegistry objects, InventoryTree tree) {
    return new InventoryNetworks(objects, tree);
  }

  @Bean
  VmPublisher vmPublisher(
      ObjectRegistry objects, Clock clock, DiskFactory factory, Networks networks, Guests guests) {
    return new VmPublisher(objects, clock, new VmDisks(factory), networks, guests);
  }

  @Bean
  HardwareVersion hardwareVersion(Clock clock, VmPublisher publisher) {
    return new HardwareVersion(clock, publisher);
  }

  @Bean
  ConfigOptions configOptions(InventoryTree tree, Networks networks) {
    return new ConfigOptions(tree, networks);
  }

  @Bean
  DeviceChanges deviceChanges(Networks networks) {
    return new DeviceChanges(networks);
  }

  /** Its disks are closed by the server's own stop order, after the tasks have ended. */
  @Bean(destroyMethod = "")
  VirtualMachines virtualMachines(
      InventoryTree tree,
      DiskFactory factory,
      VmPublisher publisher,
      TaskService tasks,
      Clock clock) {
    return new VirtualMachines(tree, factory, publisher, tasks, clock);
  }
}
