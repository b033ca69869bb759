package dev.vcsnap.seed;

import dev.vcsnap.datastore.Datastore;
import dev.vcsnap.datastore.DatastorePath;
import dev.vcsnap.datastore.VmDirectory;
import dev.vcsnap.datastore.Vmx;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.chain.OpenMode;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import java.nio.file.Files;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;

/** Makes the folder of a new machine with all its files: one thin disk, one network card. */
final class GeneratedFiles {

  private static final long DISK_BYTES = 1L << 30;
  private static final String NODE = "scsi0:0";

  private final Datastore store;
  private final DiskFactory factory;
  private final Clock clock;
  private final Ids ids;
  private final Dice dice;
  private final String network;

  /**
   * Makes files for machines.
   *
   * @param network the name of what their adapters are on
   */
  GeneratedFiles(
      Datastore store, DiskFactory factory, Clock clock, Ids ids, Dice dice, String network) {
    this.network = network;
    this.store = store;
    this.factory = factory;
    this.clock = clock;
    this.ids = ids;
    this.dice = dice;
  }

  /** Where the configuration of a machine of that name is. */
  DatastorePath configPath(String name) {
    return new DatastorePath(store.name(), name + "/" + name + ".vmx");
  }

  /**
   * Makes the files, the configuration last: a machine that has one is complete.
   *
   * @param filled true for a disk with content, false for an empty one
   */
  void create(String name, boolean filled) {
    var files = new VmDirectory(store, configPath(name));
    store.ensureDirectory(files.vmxPath().folder());
    files.deleteFile(name + ".vmx");
    files.deleteFile(name + ".vmdk");
    files.deleteFile(name + "-flat.vmdk");
    createDisk(files, name, filled);
    files.writeFile(name + ".nvram", new byte[8684]);
    files.create(vmx(name));
  }

  /** True if there is a configuration. */
  boolean exists(String name) {
    return store.exists(configPath(name));
  }

  /**
   * True if all files are there and can be read, also where a power loss may have mixed them up.
   */
  boolean isComplete(String name) {
    var files = new VmDirectory(store, configPath(name));
    try {
      return exists(name)
          && files.readVmx().get("displayName").equals(Optional.of(name))
          && !factory.linksOf(files.fileOf(name + ".vmdk")).isEmpty()
          && Files.exists(files.fileOf(name + "-flat.vmdk"));
    } catch (BlockError damaged) {
      return false;
    }
  }

  private void createDisk(VmDirectory files, String name, boolean filled) {
    var descriptor = files.fileOf(name + ".vmdk");
    factory.createFlat(descriptor, DISK_BYTES, true);
    if (filled) {
      try (RunningDisk disk = factory.open(descriptor, OpenMode.READ_WRITE)) {
        GeneratedContent.fill(disk, dice.stream("content of " + name));
      }
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
    vmx.put("ethernet0.networkName", network);
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
