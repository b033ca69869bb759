package dev.vcsnap.property;

import dev.vcsnap.ground.clock.SystemClock;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.rights.AccessService;
import dev.vcsnap.rights.AuthorizationService;
import dev.vcsnap.rights.PrivilegeCatalog;
import dev.vcsnap.session.Account;
import dev.vcsnap.session.Session;
import dev.vcsnap.session.SessionService;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.OptionValue;
import dev.vcsnap.vim.Permission;
import dev.vcsnap.vim.TaskInfo;
import dev.vcsnap.vim.TaskInfoState;
import dev.vcsnap.vim.VirtualDevice;
import dev.vcsnap.vim.VirtualDisk;
import dev.vcsnap.vim.VirtualHardware;
import dev.vcsnap.vim.VirtualMachineConfigInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * A small inventory with everything around it that a property collector needs: one datacenter, a
 * cluster with a host and a pool, a datastore, and as many machines as a test adds.
 */
final class Server {

  static final ManagedObjectReference DEFAULT =
      new ManagedObjectReference("PropertyCollector", PropertyCollectors.DEFAULT_ID);

  final ObjectRegistry objects = new ObjectRegistry();
  final SessionService sessions;
  final AuthorizationService authorization;
  final PropertyCollectors collectors;
  final Views views;
  final Session session;

  final ManagedObject root = new ManagedObject("Folder", "group-d1");
  final ManagedObject datacenter = new ManagedObject("Datacenter", "datacenter-2");
  final ManagedObject vmFolder = new ManagedObject("Folder", "group-v3");
  final ManagedObject hostFolder = new ManagedObject("Folder", "group-h4");
  final ManagedObject datastoreFolder = new ManagedObject("Folder", "group-s5");
  final ManagedObject networkFolder = new ManagedObject("Folder", "group-n6");
  final ManagedObject cluster = new ManagedObject("ClusterComputeResource", "domain-c7");
  final ManagedObject host = new ManagedObject("HostSystem", "host-8");
  final ManagedObject pool = new ManagedObject("ResourcePool", "resgroup-9");
  final ManagedObject datastore = new ManagedObject("Datastore", "datastore-10");

  Server() {
    var clock = new SystemClock();
    var ids = new Ids(new Dice(1));
    sessions =
        new SessionService(
            clock,
            ids,
            List.of(
                Account.administrator("user", "pass"), new Account("guest", "pass", Set.of(), "")),
            Duration.ofMinutes(30));
    authorization = new AuthorizationService(sessions.accounts(), new PrivilegeCatalog());
    collectors =
        new PropertyCollectors(
            objects, sessions, new AccessService(objects, authorization), clock, ids);
    views = new Views(objects, sessions, ids);
    session = login();
    var collector =
        new ManagedObject("PropertyCollector", PropertyCollectors.DEFAULT_ID)
            .computed("filter", collectors.defaultFilters());
    objects.change(tx -> {
      tx.add(collector);
      for (ManagedObject object :
          List.of(
              root,
              datacenter,
              vmFolder,
              hostFolder,
              datastoreFolder,
              networkFolder,
              cluster,
              host,
              pool,
              datastore)) {
        tx.add(object).set(object, "name", object.id());
      }
      tx.set(root, "childEntity", refs(datacenter));
      tx.set(datacenter, "parent", root.reference());
      tx.set(datacenter, "vmFolder", vmFolder.reference());
      tx.set(datacenter, "hostFolder", hostFolder.reference());
      tx.set(datacenter, "datastoreFolder", datastoreFolder.reference());
      tx.set(datacenter, "networkFolder", networkFolder.reference());
      tx.set(hostFolder, "childEntity", refs(cluster));
      tx.set(datastoreFolder, "childEntity", refs(datastore));
      tx.set(cluster, "host", refs(host));
      tx.set(cluster, "resourcePool", pool.reference());
      tx.set(cluster, "datastore", refs(datastore));
      tx.set(host, "datastore", refs(datastore));
      tx.set(vmFolder, "childEntity", List.of());
      tx.set(vmFolder, "parent", datacenter.reference());
    });
  }

  /** Somebody who may see nothing until a test says otherwise. */
  Session loginAsGuest() {
    return sessions.login("guest", "pass", "en_US", "127.0.0.1", "test").orElseThrow();
  }

  /** Gives the guest a role, {@code -2} to read and {@code -5} for nothing. */
  void letGuest(ManagedObject object, int roleId) {
    var permission = new Permission();
    permission.principal = "guest";
    permission.roleId = roleId;
    permission.propagate = true;
    authorization.setPermissions(object.reference(), List.of(permission));
  }

  Session login() {
    return sessions.login("user", "pass", "en_US", "127.0.0.1", "test").orElseThrow();
  }

  /** Adds a machine to the folder, its host and its pool in one step. */
  ManagedObject addVm(String id) {
    var vm = new ManagedObject("VirtualMachine", id);
    objects.change(tx -> {
      tx.add(vm);
      tx.set(vm, "name", id);
      tx.set(vm, "parent", vmFolder.reference());
      tx.set(vm, "config", config(id, disk(2000, 1), disk(2001, 2)));
      tx.set(vm, "datastore", refs(datastore));
      for (ManagedObject place : List.of(host, pool)) {
        tx.set(place, "vm", plus(place, "vm", vm));
      }
      tx.set(vmFolder, "childEntity", plus(vmFolder, "childEntity", vm));
    });
    return vm;
  }

  void removeVm(ManagedObject vm) {
    objects.change(tx -> {
      for (ManagedObject place : List.of(host, pool)) {
        tx.set(place, "vm", minus(place, "vm", vm));
      }
      tx.set(vmFolder, "childEntity", minus(vmFolder, "childEntity", vm));
      tx.remove(vm.reference());
    });
  }

  ManagedObject addTask(String id) {
    var task = new ManagedObject("Task", id);
    objects.change(tx -> tx.add(task).set(task, "info", taskInfo(TaskInfoState.queued)));
    return task;
  }

  void set(ManagedObject object, String property, Object value) {
    objects.change(tx -> tx.set(object, property, value));
  }

  static TaskInfo taskInfo(TaskInfoState state) {
    var info = new TaskInfo();
    info.key = "task-1";
    info.descriptionId = "VirtualMachine.createSnapshot";
    info.state = state;
    return info;
  }

  static VirtualMachineConfigInfo config(String name, VirtualDevice... devices) {
    var config = new VirtualMachineConfigInfo();
    config.name = name;
    config.hardware = new VirtualHardware();
    config.hardware.numCPU = 1;
    config.hardware.device = List.of(devices);
    config.extraConfig =
        List.of(option("disk.EnableUUID", "TRUE"), option("scsi0:0.ctkEnabled", "FALSE"));
    return config;
  }

  static VirtualDisk disk(int key, long bytes) {
    var disk = new VirtualDisk();
    disk.key = key;
    disk.capacityInBytes = bytes;
    disk.deviceInfo = new dev.vcsnap.vim.Description();
    disk.deviceInfo.label = "Hard disk " + (key - 1999);
    return disk;
  }

  static OptionValue option(String key, Object value) {
    var option = new OptionValue();
    option.key = key;
    option.value = value;
    return option;
  }

  static List<ManagedObjectReference> refs(ManagedObject... objects) {
    return Arrays.stream(objects).map(ManagedObject::reference).toList();
  }

  static List<ManagedObjectReference> plus(ManagedObject place, String property, ManagedObject o) {
    List<ManagedObjectReference> list = new ArrayList<>(list(place, property));
    list.add(o.reference());
    return list;
  }

  static List<ManagedObjectReference> minus(ManagedObject place, String property, ManagedObject o) {
    List<ManagedObjectReference> list = new ArrayList<>(list(place, property));
    list.remove(o.reference());
    return list;
  }

  private static List<ManagedObjectReference> list(ManagedObject place, String property) {
    return place.get(property) instanceof List<?> list
        ? list.stream().map(ManagedObjectReference.class::cast).toList()
        : List.of();
  }
}
