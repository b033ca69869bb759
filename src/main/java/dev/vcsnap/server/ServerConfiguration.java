package dev.vcsnap.server;

import dev.vcsnap.datastore.DataDirectory;
import dev.vcsnap.datastore.Datastore;
import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.io.ConfinedFiles;
import dev.vcsnap.disk.io.HostFiles;
import dev.vcsnap.event.EventService;
import dev.vcsnap.event.EventSubjects;
import dev.vcsnap.event.TaskEvents;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.ground.clock.SystemClock;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.ground.ids.NumberKeeper;
import dev.vcsnap.guest.workload.DiskWorkloads;
import dev.vcsnap.inventory.DiskFaults;
import dev.vcsnap.inventory.HostIdentity;
import dev.vcsnap.inventory.Personality;
import dev.vcsnap.inventory.Product;
import dev.vcsnap.inventory.TaskLabels;
import dev.vcsnap.inventory.VirtualMachines;
import dev.vcsnap.lease.LeaseService;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.property.PropertyCollectors;
import dev.vcsnap.property.Views;
import dev.vcsnap.quiesce.QuiesceService;
import dev.vcsnap.rights.AccessService;
import dev.vcsnap.schedule.ScheduleService;
import dev.vcsnap.session.Admission;
import dev.vcsnap.session.PasswordSessions;
import dev.vcsnap.session.SessionService;
import dev.vcsnap.session.Tickets;
import dev.vcsnap.store.DataText;
import dev.vcsnap.task.EventChains;
import dev.vcsnap.task.TaskArchive;
import dev.vcsnap.task.TaskKeys;
import dev.vcsnap.task.TaskService;
import dev.vcsnap.vijson.VimJson;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires what needs no framework itself: time, chance, files, sessions, objects, tasks. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ServerProperties.class)
class ServerConfiguration {

  private static final Duration TASKS_FINISH_WITHIN = Duration.ofSeconds(5);

  @Bean
  Clock clock() {
    return new SystemClock();
  }

  @Bean
  Dice dice(ServerProperties properties) {
    return properties.seed() == null ? Dice.unpredictable() : new Dice(properties.seed());
  }

  @Bean
  Ids ids(Dice dice) {
    return new Ids(dice);
  }

  @Bean
  DataDirectory dataDirectory(ServerProperties properties, Clock clock) {
    return DataDirectory.open(properties.data(), clock);
  }

  @Bean
  ServerCertificate serverCertificate(DataDirectory data, Clock clock, Ids ids) {
    return ServerCertificate.loadOrCreate(data.serverFile("certificate.p12"), clock, ids);
  }

  @Bean
  HostIdentity hostIdentity(ServerCertificate certificate) {
    return new HostIdentity("127.0.0.1", certificate.sha1Thumbprint());
  }

  @Bean
  DiskFactory diskFactory(Ids ids, Clock clock, DataDirectory data) {
    return new DiskFactory(ids, clock, new ConfinedFiles(new HostFiles(), data.root()));
  }

  @Bean
  ObjectRegistry objectRegistry() {
    return new ObjectRegistry();
  }

  @Bean
  SessionService sessionService(Clock clock, Ids ids, ServerProperties properties) {
    return new SessionService(
        clock,
        ids,
        properties.allAccounts(),
        properties.sessionIdleLimit(),
        properties.loginDelay());
  }

  @Bean
  Tickets tickets(SessionService sessions, Clock clock, Ids ids) {
    return new Tickets(sessions, clock, ids);
  }

  @Bean
  Admission admission(SessionService sessions, Tickets tickets) {
    return new Admission(sessions, new PasswordSessions(sessions), tickets);
  }

  @Bean(destroyMethod = "")
  TaskService taskService(
      ObjectRegistry objects,
      Clock clock,
      Datastore datastore,
      EventChains chains,
      EventService events,
      EventSubjects subjects,
      NumberKeeper numbers,
      Personality personality,
      TaskArchive archive) {
    List<Datastore> datastores = List.of(datastore);
    TaskKeys keys = personality.product() == Product.ESXI ? TaskKeys.ESXI : TaskKeys.VCENTER;
    var tasks =
        new TaskService(
            objects,
            clock,
            failure -> DiskFaults.translate(failure, datastores),
            chains,
            numbers,
            keys,
            archive);
    tasks.listen(new TaskEvents(events, subjects, TaskLabels::text));
    return tasks;
  }

  @Bean
  DataText dataText(VimJson json) {
    return new JsonText(json);
  }

  @Bean(destroyMethod = "")
  PropertyCollectors propertyCollectors(
      ObjectRegistry objects, SessionService sessions, AccessService access, Clock clock, Ids ids) {
    return new PropertyCollectors(objects, sessions, access, clock, ids);
  }

  @Bean
  Views views(ObjectRegistry objects, SessionService sessions, Ids ids) {
    return new Views(objects, sessions, ids);
  }

  /** Waiting calls end before the web server waits for its requests. */
  @Bean
  SmartLifecycle waitsEnd(PropertyCollectors collectors) {
    return new StopAction(SmartLifecycle.DEFAULT_PHASE, collectors::close);
  }

  /** Nobody waits for a guest any more, and none stays frozen. */
  @Bean
  SmartLifecycle quiescingEnds(QuiesceService quiescing) {
    return new StopAction(SmartLifecycle.DEFAULT_PHASE, quiescing::close);
  }

  /** Guests are shut down while their disks are open. */
  @Bean
  SmartLifecycle workloadsEnd(DiskWorkloads workloads) {
    return new StopAction(SmartLifecycle.DEFAULT_PHASE, workloads::close);
  }

  /** Nothing that is due begins any more. */
  @Bean
  SmartLifecycle schedulesEnd(ScheduleService schedules) {
    return new StopAction(SmartLifecycle.DEFAULT_PHASE, schedules::close);
  }

  /** Transfers end before the web server waits for its requests, and what they held is free. */
  @Bean
  SmartLifecycle leasesEnd(LeaseService leases) {
    return new StopAction(SmartLifecycle.DEFAULT_PHASE, leases::close);
  }

  /**
   * Tasks end once no request can start another, and the disks close after the tasks. A merge that
   * is still far from its end is cut by the closing of its disk, and shows as consolidation that is
   * needed after the next start.
   */
  @Bean
  SmartLifecycle machinesClose(TaskService tasks, VirtualMachines machines) {
    return new StopAction(
        0,
        () -> {
          tasks.finish(TASKS_FINISH_WITHIN);
          machines.close();
          tasks.close();
        });
  }
}
