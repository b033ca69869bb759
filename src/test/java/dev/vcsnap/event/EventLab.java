package dev.vcsnap.event;

import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.ground.ids.NumberKeeper;
import dev.vcsnap.history.Followers;
import dev.vcsnap.history.HistoryCollectors;
import dev.vcsnap.inventory.DiskFaults;
import dev.vcsnap.inventory.StillClock;
import dev.vcsnap.inventory.TaskLabels;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.session.Account;
import dev.vcsnap.session.Session;
import dev.vcsnap.session.SessionService;
import dev.vcsnap.task.EventChains;
import dev.vcsnap.task.TaskArchive;
import dev.vcsnap.task.TaskRequest;
import dev.vcsnap.task.TaskService;
import dev.vcsnap.vim.Event;
import dev.vcsnap.vim.EventFilterSpec;
import dev.vcsnap.vim.GeneralUserEvent;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.VirtualDevice;
import dev.vcsnap.vim.VirtualHardware;
import dev.vcsnap.vim.VirtualMachineConfigInfo;
import dev.vcsnap.vim.VirtualMachinePowerState;
import dev.vcsnap.vim.VirtualMachineRuntimeInfo;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/**
 * Events about a small inventory: a datacenter with a host and one machine, tasks on it, and
 * sessions. What follows from an event is done before the event's poster goes on.
 */
public final class EventLab implements AutoCloseable {

  public final StillClock clock = new StillClock();
  public final ObjectRegistry objects = new ObjectRegistry();
  public final SessionService sessions =
      new SessionService(
          clock,
          new Ids(new Dice(1)),
          List.of(new Account("user", "pass")),
          Duration.ofMinutes(30));
  public final EventChains chains = new EventChains();
  final EventLog log;

  /** Which events the session may see. */
  Predicate<Event> seen = event -> true;

  /** How often the session's rights were looked at. */
  int looks;

  public final EventService events;
  public final EventSubjects subjects = new EventSubjects(objects);
  public final EventQueries queries;
  public final TaskService tasks;
  public final Session session;

  public final ManagedObject manager = new ManagedObject("EventManager", "EventManager");
  public final ManagedObject root = add("Folder", "group-d1", "Datacenters", null);
  public final ManagedObject datacenter = add("Datacenter", "datacenter-2", "DC0", root);
  public final ManagedObject vmFolder = add("Folder", "group-3", "vm", datacenter);
  public final ManagedObject computer =
      add("ComputeResource", "computeresource-23", "H0", datacenter);
  public final ManagedObject host = add("HostSystem", "host-21", "DC0_H0", computer);
  public final ManagedObject machine = add("VirtualMachine", "vm-62", "VM", vmFolder);

  public EventLab() {
    this(1_000);
  }

  EventLab(int eventsMax) {
    log = new EventLog(eventsMax);
    events = new EventService(objects, clock, chains, log, new Followers<>(Runnable::run));
    session = login();
    new SessionEvents(events).listenTo(sessions);
    var collectors =
        new HistoryCollectors<Event>(
            "EventHistoryCollector",
            log,
            objects,
            sessions,
            new Ids(new Dice(2)),
            session -> look());
    events.onEvents(collectors::changed);
    queries = new EventQueries(objects, log, collectors, session -> look());
    tasks =
        new TaskService(
            objects,
            clock,
            DiskFaults::translate,
            chains,
            NumberKeeper.inMemory(),
            TaskArchive.none());
    tasks.listen(new TaskEvents(events, subjects, TaskLabels::text));
    objects.change(tx -> tx.add(manager));
    queries.showLatest(sessions);
    configure("VM", null);
    power(VirtualMachinePowerState.poweredOff, false);
  }

  private Predicate<Event> look() {
    looks++;
    return seen;
  }

  Session login() {
    return sessions.login("user", "pass", "en", "127.0.0.1", "test").orElseThrow();
  }

  ManagedObject add(String type, String id, String name, ManagedObject parent) {
    var object = new ManagedObject(type, id);
    objects.change(tx -> {
      tx.add(object).set(object, "name", name);
      if (parent != null) {
        tx.set(object, "parent", parent.reference());
      }
    });
    return object;
  }

  void configure(String name, Boolean changeTracking) {
    var config = new VirtualMachineConfigInfo();
    config.name = name;
    config.uuid = "4200-1";
    config.instanceUuid = "5000-1";
    config.changeTrackingEnabled = changeTracking;
    config.hardware = new VirtualHardware();
    objects.change(tx -> tx.set(machine, "config", config).set(machine, "name", name));
  }

  void devices(VirtualDevice... devices) {
    var config = new VirtualMachineConfigInfo();
    config.name = "VM";
    config.hardware = new VirtualHardware();
    config.hardware.device = List.of(devices);
    objects.change(tx -> tx.set(machine, "config", config));
  }

  public void power(VirtualMachinePowerState state, boolean consolidationNeeded) {
    var runtime = new VirtualMachineRuntimeInfo();
    runtime.host = host.reference();
    runtime.powerState = state;
    runtime.consolidationNeeded = consolidationNeeded;
    objects.change(tx -> tx.set(machine, "runtime", runtime));
  }

  public TaskRequest request(ManagedObject entity, String method) {
    return new TaskRequest(entity, method, TaskLabels.descriptionId(entity.type(), method), "user");
  }

  /** Runs an operation on the machine as a task. */
  public void run(String method, Runnable work) {
    tasks.runNow(
        request(machine, method),
        progress -> {
          work.run();
          return null;
        });
  }

  public Event say(String text, ManagedObjectReference about) {
    var event = new GeneralUserEvent();
    event.message = text;
    event.userName = "user";
    events.post(subjects.about(event, about));
    return event;
  }

  /** All events, oldest first. */
  public List<Event> all() {
    return queries.query(session, new EventFilterSpec());
  }

  /** The types of all events, oldest first; the id of an {@code EventEx}. */
  public List<String> kinds() {
    return all().stream()
        .map(event ->
            event instanceof dev.vcsnap.vim.EventEx extended
                ? extended.eventTypeId
                : event.vimType().name())
        .toList();
  }

  @Override
  public void close() {
    tasks.close();
  }
}
