package dev.vcsnap.call;

import dev.vcsnap.changes.ChangeService;
import dev.vcsnap.event.EventQueries;
import dev.vcsnap.event.UserEvents;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.history.TaskQueries;
import dev.vcsnap.inventory.PowerService;
import dev.vcsnap.inventory.ReconfigureService;
import dev.vcsnap.inventory.SearchIndexService;
import dev.vcsnap.inventory.VirtualMachines;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.property.PropertyCollectors;
import dev.vcsnap.property.Views;
import dev.vcsnap.session.SessionService;
import dev.vcsnap.snapshot.SnapshotService;
import dev.vcsnap.task.TaskService;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Fills the method table from the features. */
@Configuration(proxyBeanMethods = false)
class CallConfiguration {

  @Bean
  MethodTable methodTable(
      Clock clock,
      SessionService sessions,
      PropertyCollectors collectors,
      Views views,
      SearchIndexService search,
      VirtualMachines machines,
      TaskService tasks,
      PowerService power,
      ReconfigureService reconfigure,
      ChangeService changes,
      SnapshotService snapshots,
      EventQueries eventQueries,
      UserEvents userEvents,
      TaskQueries taskQueries) {
    return new MethodTable(
        List.of(
            new ServiceMethods(clock),
            new SessionMethods(sessions),
            new PropertyMethods(collectors),
            new ViewMethods(views),
            new SearchMethods(search),
            new TaskMethods(),
            new VirtualMachineMethods(machines, tasks, power, reconfigure, changes),
            new SnapshotMethods(machines, tasks, snapshots),
            new EventMethods(eventQueries, userEvents),
            new CollectorMethods(eventQueries.collectors(), taskQueries)));
  }

  /** Every account of this server may do everything. */
  @Bean
  Privileges privileges() {
    return (session, object, privilegeId) -> true;
  }

  @Bean
  CallService callService(
      ObjectRegistry objects,
      SessionService sessions,
      MethodTable table,
      Privileges privileges,
      MeterRegistry meters) {
    return new CallService(objects, sessions, table, privileges, meters);
  }
}
