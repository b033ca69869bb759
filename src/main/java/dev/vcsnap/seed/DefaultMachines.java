package dev.vcsnap.seed;

import dev.vcsnap.datastore.DatastorePath;
import dev.vcsnap.datastore.VmDirectory;
import dev.vcsnap.datastore.Vmx;
import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.chain.OpenMode;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.inventory.InventoryTree;
import dev.vcsnap.inventory.Registrations;
import dev.vcsnap.vim.VirtualMachinePowerState;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Makes the machines of the default inventory, with the names, places and power states that vcsim
 * has made common.
 */
final class DefaultMachines {

  private static final long DISK_BYTES = 1L << 30;
  private static final String NODE = "scsi0:0";

  private record Named(String name, String host) {}

  private static final List<Named> MACHINES =
      List.of(
          new Named("DC0_H0_VM0", "DC0_H0"),
          new Named("DC0_H0_VM1", "DC0_H0"),
          new Named("DC0_C0_RP0_VM0", "DC0_C0_H0"),
          new Named("DC0_C0_RP0_VM1", "DC0_C0_H1"));

  private final InventoryTree tree;
  private final DiskFactory factory;
  private final Clock clock;
  private final Ids ids;
  private final Dice dice;

  /** True for the names of the machines that {@link #create} makes. */
  static boolean has(String name) {
    return MACHINES.stream().anyMatch(machine -> machine.name().equals(name));
  }

  DefaultMachines(InventoryTree tree, DiskFactory factory, Clock clock, Ids ids, Dice dice) {
    this.tree = tree;
    this.factory = factory;
    this.clock = clock;
    this.ids = ids;
    this.dice = dice;
  }

  /**
   * Makes the folders with all their files, the configuration last: a machine that has one is
   * complete, and an earlier start that was cut left it.
   */
  List<Registrations.Machine> create() {
    List<Registrations.Machine> created = new ArrayList<>();
    for (Named machine : MACHINES) {
      var store = tree.defaultDatastore().datastore();
      var path = new DatastorePath(store.name(), machine.name() + "/" + machine.name() + ".vmx");
      if (!store.exists(path)) {
        create(new VmDirectory(store, path), machine.name());
      }
      created.add(
          Registrations.Machine.of(
              tree.ids().next("vm"),
              path,
              VirtualMachinePowerState.poweredOn,
              tree.placementOn(tree.hostNamed(machine.host()).orElseThrow())));
    }
    return created;
  }

  private void create(VmDirectory files, String name) {
    DatastorePath folder = files.vmxPath().folder();
    if (!files.datastore().exists(folder)) {
      files.datastore().makeDirectory(folder, true);
    }
    files.deleteFile(name + ".vmdk");
    files.deleteFile(name + "-flat.vmdk");
    createDisk(files, name);
    files.writeFile(name + ".nvram", new byte[8684]);
    files.create(vmx(name));
  }

  private void createDisk(VmDirectory files, String name) {
    var descriptor = files.fileOf(name + ".vmdk");
    factory.createFlat(descriptor, DISK_BYTES, true);
    try (RunningDisk disk = factory.open(descriptor, OpenMode.READ_WRITE)) {
      GeneratedContent.fill(disk, dice.stream("content of " + name));
    }
  }

  private Vmx vmx(String name) {
    Random random = dice.stream("hardware of " + name);
    var vmx = new Vmx();
    vmx.put(".encoding", "UTF-8");
    vmx.put("config.version", "8");
    vmx.put("virtualHW.version", "19");
    vmx.put("displayName", name);
    vmx.put("guestOS", "other-64");
    vmx.put("numvcpus", "1");
    vmx.put("memSize", "32");
    vmx.put("firmware", "bios");
    vmx.put("nvram", name + ".nvram");
    vmx.put("uuid.bios", Ids.spaced(ids.uuid()));
    vmx.put("uuid.location", Ids.spaced(ids.uuid()));
    vmx.put("vc.uuid", Ids.spaced(ids.uuid()));
    vmx.put("vm.createDate", clock.now().toString());
    vmx.putFlag("scsi0.present", true);
    vmx.put("scsi0.virtualDev", "pvscsi");
    vmx.putFlag(NODE + ".present", true);
    vmx.put(NODE + ".deviceType", "scsi-hardDisk");
    vmx.put(NODE + ".fileName", name + ".vmdk");
    vmx.putFlag("ethernet0.present", true);
    vmx.put("ethernet0.virtualDev", "vmxnet3");
    vmx.put("ethernet0.networkName", "DC0_DVPG0");
    vmx.put("ethernet0.addressType", "generated");
    vmx.put(
        "ethernet0.generatedAddress",
        String.format(
            Locale.ROOT,
            "00:0c:29:%02x:%02x:%02x",
            random.nextInt(256),
            random.nextInt(256),
            random.nextInt(256)));
    return vmx;
  }
}
