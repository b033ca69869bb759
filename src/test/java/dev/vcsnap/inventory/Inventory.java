package dev.vcsnap.inventory;

import dev.vcsnap.datastore.Datastore;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.rights.AccessService;
import dev.vcsnap.rights.AuthorizationService;
import dev.vcsnap.rights.PrivilegeCatalog;
import dev.vcsnap.session.Account;
import dev.vcsnap.session.SessionService;
import dev.vcsnap.vim.GuestInfo;
import dev.vcsnap.vim.GuestNicInfo;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.VirtualMachineConfigInfo;
import dev.vcsnap.vim.VirtualMachineConfigSummary;
import dev.vcsnap.vim.VirtualMachineFileInfo;
import dev.vcsnap.vim.VirtualMachineSummary;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A server's static part for one test, with machines that have no disks. */
final class Inventory {

  static final String INSTANCE_UUID = "3f6a1e52-7a0c-4a7e-9d0b-0c5f2f1f9a11";
  static final String THUMBPRINT = "A9:4A:8F:E5:CC:B1:9B:A6:1C:4C:08:73:D3:91:E9:87:98:2F:BB:D3";

  final ObjectRegistry objects = new ObjectRegistry();
  final StillClock clock = new StillClock();
  final SessionService sessions =
      new SessionService(
          clock,
          new Ids(new Dice(7)),
          List.of(Account.administrator("user", "pass")),
          Duration.ofMinutes(30));
  final Personality personality = Personality.vcenter(INSTANCE_UUID);
  final AuthorizationService authorization =
      new AuthorizationService(sessions.accounts(), new PrivilegeCatalog());
  final ServiceObjects service =
      new ServiceObjects(
          clock,
          sessions,
          personality,
          new AuthorizationProjection(authorization).addTo(new LiveProperties()));
  final InventoryTree tree;
  final SearchIndexService search = new SearchIndexService(objects);

  Inventory(Path folder) {
    this(new Datastore("LocalDS_0", folder));
  }

  Inventory(Datastore... datastores) {
    service.publish(objects);
    new AccessService(objects, authorization).declareProperties(sessions);
    tree =
        new InventoryTree(
            objects,
            clock,
            personality,
            new HostIdentity("127.0.0.1", THUMBPRINT),
            List.of(datastores));
  }

  ManagedObject find(String id) {
    ManagedObject object = objects.find(id);
    if (object == null) {
      throw new AssertionError("There is no object " + id);
    }
    return object;
  }

  /** Adds a machine to the default folder. */
  ManagedObject addMachine(String name, Placement placement) {
    var vm = new ManagedObject("VirtualMachine", tree.ids().next("vm"));
    tree.restructure(tx -> {
      tx.add(vm)
          .set(vm, "name", name)
          .set(vm, "parent", placement.folder())
          .set(vm, "config", config(name, vm.id()))
          .set(vm, "summary", summary(config(name, vm.id())))
          .set(vm, "guest", guest(name));
      tree.place(tx, vm, placement);
    });
    return vm;
  }

  static String biosUuid(String vmId) {
    return "564d0000-0000-4000-8000-" + "%012x".formatted(Integer.parseInt(vmId.substring(3)));
  }

  static String instanceUuid(String vmId) {
    return "50aa0000-0000-4000-8000-" + "%012x".formatted(Integer.parseInt(vmId.substring(3)));
  }

  private static VirtualMachineConfigInfo config(String name, String id) {
    var config = new VirtualMachineConfigInfo();
    config.name = name;
    config.uuid = biosUuid(id);
    config.instanceUuid = instanceUuid(id);
    config.files = new VirtualMachineFileInfo();
    config.files.vmPathName = "[LocalDS_0] " + name + "/" + name + ".vmx";
    return config;
  }

  private static VirtualMachineSummary summary(VirtualMachineConfigInfo config) {
    var summary = new VirtualMachineSummary();
    summary.config = new VirtualMachineConfigSummary();
    summary.config.vmPathName = config.files.vmPathName;
    return summary;
  }

  private static GuestInfo guest(String name) {
    var nic = new GuestNicInfo();
    nic.ipAddress = List.of("10.0.0.5", "fe80::5");
    var guest = new GuestInfo();
    guest.hostName = name.toLowerCase(java.util.Locale.ROOT) + ".example";
    guest.ipAddress = "10.0.0.5";
    guest.net = List.of(nic);
    return guest;
  }

  @SuppressWarnings("unchecked")
  static List<ManagedObjectReference> members(ManagedObject owner, String property) {
    return (List<ManagedObjectReference>) owner.get(property);
  }
}
