package dev.vcsnap.provision;

import dev.vcsnap.datastore.DiskNames;
import dev.vcsnap.datastore.VmDirectory;
import dev.vcsnap.datastore.Vmx;
import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.convert.ConversionProgress;
import dev.vcsnap.disk.convert.FlatCopy;
import dev.vcsnap.inventory.Placement;
import dev.vcsnap.inventory.PowerService;
import dev.vcsnap.inventory.ReconfigureService;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.snapshot.DeltaChoice;
import dev.vcsnap.snapshot.SnapshotService;
import dev.vcsnap.task.TaskBody;
import dev.vcsnap.vim.ManagedObjectReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Makes machines from machines: with disks of their own, copied from the running point or from a
 * snapshot, or with disks that are children of a snapshot's.
 */
final class MachineClone {

  private static final int DISKS_BEGIN_PERCENT = 10;
  private static final int DISKS_END_PERCENT = 90;

  private final Machinery machinery;
  private final SnapshotService snapshots;
  private final ReconfigureService reconfigure;
  private final PowerService power;
  private final MachineIdentity identity;

  MachineClone(
      Machinery machinery,
      SnapshotService snapshots,
      ReconfigureService reconfigure,
      PowerService power,
      MachineIdentity identity) {
    this.machinery = machinery;
    this.snapshots = snapshots;
    this.reconfigure = reconfigure;
    this.power = power;
    this.identity = identity;
  }

  /** Makes the clone; nothing is left of one that fails or is cancelled. */
  ManagedObjectReference clone(
      VirtualMachine source, Site site, String name, CloneWish wish, TaskBody.Progress progress) {
    try (var _ = machinery.names().claim(site.folder(), name);
        var home =
            NewHome.named(
                wish.store().datastore(),
                name,
                wish.template(),
                path -> machinery.machines().at(path).isPresent());
        var moment = momentOf(source, wish)) {
      VmDirectory files = home.files();
      Vmx vmx = moment.vmx();
      vmx.put("displayName", name);
      identity.identify(vmx, wish.config());
      renew(vmx);
      progress.percent(DISKS_BEGIN_PERCENT);
      disks(source, moment, files, vmx, wish, progress);
      nvram(source, files, vmx);
      files.create(vmx);
      progress.percent(DISKS_END_PERCENT);
      Placement place = site.with(machinery.tree(), wish.store());
      VirtualMachine made =
          new Arrival(machinery)
              .admit(
                  files,
                  wish.template() ? place.withoutPool() : place,
                  machine -> {
                    if (wish.config() != null) {
                      reconfigure.reconfigure(machine, Specs.furtherPart(wish.config()));
                    }
                  },
                  home::keep);
      if (wish.powerOn()) {
        power.powerOn(made);
      }
      return made.reference();
    }
  }

  private CloneSource momentOf(VirtualMachine source, CloneWish wish) {
    DiskFactory factory = machinery.factory();
    return wish.snapshotUid()
        .map(uid -> CloneSource.ofSnapshot(source, uid, factory))
        .orElseGet(() ->
            CloneSource.mustFreeze(source)
                ? CloneSource.ofRunning(source, snapshots, factory)
                : CloneSource.ofStopped(source, factory));
  }

  private void disks(
      VirtualMachine source,
      CloneSource moment,
      VmDirectory files,
      Vmx vmx,
      CloneWish wish,
      TaskBody.Progress progress) {
    long total = moment.disks().values().stream().mapToLong(d -> d.device().sizeBytes()).sum();
    long done = 0;
    int index = 0;
    for (String node : new ArrayList<>(vmx.disks().keySet())) {
      CloneDisk disk = moment.disks().get(node);
      if (disk == null) {
        // An independent disk has no part in a snapshot, nor in a clone of it.
        vmx.keysStartingWith(node + ".").forEach(vmx::remove);
        continue;
      }
      vmx.remove(VirtualMachine.redoKey(node));
      String base = DiskNames.disk(files.baseName(), index++);
      if (wish.linked()) {
        var kind = DeltaChoice.above(source, machinery.factory().descriptorOf(disk.link()));
        machinery.factory().createLinkedClone(files.fileOf(base), disk.link(), kind);
      } else {
        copy(disk, files.fileOf(base), thin(node, disk, wish), part(progress, done, total));
      }
      vmx.put(node + ".fileName", base);
      done += disk.device().sizeBytes();
    }
  }

  private void copy(CloneDisk disk, Path target, boolean thin, ConversionProgress progress) {
    new FlatCopy(machinery.factory())
        .make(disk.device(), target, thin, disk.adapterType(), progress);
  }

  private static boolean thin(String node, CloneDisk disk, CloneWish wish) {
    return wish.thin()
        .getOrDefault(VirtualMachine.deviceKeyOf(node), wish.thinOtherwise().orElseGet(disk::thin));
  }

  /** One disk's share of the whole, from real bytes. */
  private static ConversionProgress part(TaskBody.Progress progress, long before, long total) {
    return new ConversionProgress() {
      @Override
      public void converted(long bytesDone, long bytesTotal) {
        int range = DISKS_END_PERCENT - DISKS_BEGIN_PERCENT;
        progress.percent(
            DISKS_BEGIN_PERCENT + (int) (range * (double) (before + bytesDone) / total));
      }

      @Override
      public boolean cancelled() {
        return progress.cancelled();
      }
    };
  }

  /**
   * Gives network cards addresses of their own, unless a client chose them, and forgets what is
   * only of the original: a clone is not tracked until somebody asks for it (assumed).
   */
  private void renew(Vmx vmx) {
    vmx.remove("checkpoint.vmState");
    for (String key : List.copyOf(vmx.keysStartingWith("ethernet"))) {
      String lower = key.toLowerCase(Locale.ROOT);
      String card = key.substring(0, key.indexOf('.') < 0 ? key.length() : key.indexOf('.'));
      boolean chosen = vmx.get(card + ".addressType").orElse("").equalsIgnoreCase("static");
      if (!chosen && (lower.endsWith(".generatedaddress") || lower.endsWith(".address"))) {
        vmx.put(key, identity.macAddress());
      }
    }
    for (String key : List.copyOf(vmx.keys())) {
      if (key.toLowerCase(Locale.ROOT).endsWith("ctkenabled")) {
        vmx.remove(key);
      }
    }
  }

  private static void nvram(VirtualMachine source, VmDirectory files, Vmx vmx) {
    String name = files.baseName() + ".nvram";
    vmx.get("nvram")
        .filter(original -> source.files().datastore().exists(source.files().pathOf(original)))
        .ifPresent(original -> files.writeFile(name, source.files().readFile(original)));
    vmx.put("nvram", name);
  }
}
