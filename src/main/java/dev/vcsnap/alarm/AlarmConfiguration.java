package dev.vcsnap.alarm;

import dev.vcsnap.event.EventService;
import dev.vcsnap.event.EventSubjects;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.ground.ids.NumberKeeper;
import dev.vcsnap.history.Followers;
import dev.vcsnap.inventory.InventoryTree;
import dev.vcsnap.inventory.Product;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires alarms. They exist before the first machine is opened, and see each as a change. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(AlarmProperties.class)
class AlarmConfiguration {

  private static final String SYSTEM = "";

  @Bean
  AlarmService alarmService(
      ObjectRegistry objects,
      Clock clock,
      EventService events,
      EventSubjects subjects,
      AlarmProperties properties,
      InventoryTree tree,
      NumberKeeper numbers,
      AlarmArchive archive) {
    Followers<ManagedObject> changed = Followers.onThreadsOfTheirOwn("alarms");
    var alarms = new AlarmService(objects, clock, events, subjects, changed, numbers, archive);
    // A host has no alarms.
    if (properties.enabled() && tree.product() == Product.VCENTER) {
      DefaultAlarms.specs().forEach(spec -> alarms.create(InventoryTree.ROOT, spec, SYSTEM));
    }
    AlarmService.follow(objects, changed);
    return alarms;
  }

  /** Once the machines are open. */
  @Bean
  SmartInitializingSingleton alarmsRestored(AlarmService alarms) {
    return alarms::restore;
  }

  @Bean
  SnapshotWatch snapshotWatch(
      ObjectRegistry objects,
      Clock clock,
      EventService events,
      EventSubjects subjects,
      AlarmProperties properties,
      AlarmService alarms) {
    Followers<ManagedObject> changed = Followers.onThreadsOfTheirOwn("snapshot-watch");
    var watch =
        new SnapshotWatch(
            clock,
            events,
            subjects,
            new SnapshotLimits(
                properties.snapshotAgeMax(),
                properties.snapshotChainMax(),
                properties.deltaShareMax()),
            properties.checkEvery(),
            changed);
    AlarmService.follow(objects, changed);
    watch.start();
    return watch;
  }
}
