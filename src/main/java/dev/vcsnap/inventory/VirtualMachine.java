package dev.vcsnap.inventory;

import dev.vcsnap.datastore.SnapshotEntry;
import dev.vcsnap.datastore.VmDirectory;
import dev.vcsnap.datastore.Vmsd;
import dev.vcsnap.datastore.Vmsn;
import dev.vcsnap.datastore.Vmx;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.hardware.Place;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.VirtualMachinePowerState;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One virtual machine: its files in the datastore, its open disks, and the state that lives in no
 * file.
 *
 * <p>The files are the truth; saving replaces a file and then what this object holds. Only the
 * operation that has the machine to itself (see {@code TaskService}) saves; anybody may read. What
 * clients see changes with {@link VmPublisher#publish}.
 */
public final class VirtualMachine {

  private final ManagedObject object;
  private final Map<String, RunningDisk> disks = Collections.synchronizedMap(new LinkedHashMap<>());
  private final Map<Integer, Vmsn> states = new HashMap<>();
  private volatile VmDirectory files;
  private volatile Placement placement;
  private Vmx vmx;
  private Vmsd snapshots;
  private VirtualMachinePowerState power;
  private @Nullable Instant bootTime;
  private Instant modified;
  private boolean consolidationNeeded;
  private boolean unsaved;

  VirtualMachine(
      ManagedObject object,
      VmDirectory files,
      Placement placement,
      VirtualMachinePowerState power,
      Instant now) {
    this.object = object;
    this.files = files;
    this.placement = placement;
    this.vmx = files.readVmx();
    this.snapshots = files.readVmsd();
    this.power = power;
    this.bootTime = power == VirtualMachinePowerState.poweredOn ? now : null;
    this.modified = now;
  }

  public ManagedObject object() {
    return object;
  }

  public ManagedObjectReference reference() {
    return object.reference();
  }

  /** The machine's files in the datastore. */
  public VmDirectory files() {
    return files;
  }

  public Placement placement() {
    return placement;
  }

  /** True for a template: it has files and a place, and never runs. */
  public boolean isTemplate() {
    return files.isTemplate();
  }

  /** Notes another place. */
  void place(Placement other) {
    placement = other;
  }

  /** Notes that the files are found under another configuration's name. */
  void rehome(VmDirectory other) {
    files = other;
  }

  /** The name of a file of the machine's folder as {@code [ds] dir/name}. */
  public String nameOf(Path file) {
    return files.datastore().nameOf(file).toString();
  }

  /** The open disks by node, in the order of the .vmx. */
  public Map<String, RunningDisk> disks() {
    synchronized (disks) {
      return new LinkedHashMap<>(disks);
    }
  }

  /** A link as the machine's own files name it. */
  public String fileNameOf(Path link) {
    return files.nameInConfiguration(files.datastore().nameOf(link));
  }

  /**
   * The open disk at a node.
   *
   * @throws IllegalArgumentException if the machine has none there
   */
  public RunningDisk disk(String node) {
    RunningDisk disk = disks.get(node);
    if (disk == null) {
      throw new IllegalArgumentException(reference() + " has no disk at '" + node + "'");
    }
    return disk;
  }

  /** Gives the machine an open disk, which is the machine's to close from now on. */
  public void attach(String node, RunningDisk disk) {
    disks.put(node, disk);
  }

  /** Takes a disk from the machine; it is the caller's to close. */
  public RunningDisk detach(String node) {
    RunningDisk disk = disk(node);
    disks.remove(node);
    return disk;
  }

  /**
   * Closes the disks; what was written is durable afterwards.
   *
   * @throws BlockError the first failure, after all were tried
   */
  public void closeDisks() {
    BlockError failure = null;
    for (RunningDisk disk : disks().values()) {
      try {
        disk.close();
      } catch (BlockError e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  /** A copy of the configuration, to edit and {@link #save}. */
  public synchronized Vmx vmx() {
    return vmx.copy();
  }

  /** One value of the configuration, which clients can set as {@code extraConfig}. */
  public synchronized Optional<String> setting(String key) {
    return vmx.get(key);
  }

  /** Replaces the configuration, on disk first; when that fails it is what it was. */
  public synchronized void save(Vmx changed, Instant now) {
    try {
      files.writeVmx(changed);
    } catch (BlockError failure) {
      putBack(failure);
      throw failure;
    }
    vmx = changed.copy();
    modified = now;
  }

  /** The snapshot list. */
  public synchronized Vmsd snapshots() {
    return snapshots;
  }

  /** Replaces the snapshot list, on disk first; when that fails it is what it was. */
  public synchronized void save(Vmsd changed) {
    save(changed, files::writeVmsd);
  }

  /** The same, durable only with {@link VmDirectory#syncNames}. */
  public synchronized void put(Vmsd changed) {
    save(changed, files::putVmsd);
  }

  private void save(Vmsd changed, Consumer<Vmsd> write) {
    try {
      write.accept(changed);
    } catch (BlockError failure) {
      putBack(failure);
      throw failure;
    }
    replace(changed);
  }

  private void replace(Vmsd changed) {
    snapshots = changed;
    states.keySet().retainAll(changed.snapshots().stream().map(s -> s.uid()).toList());
  }

  /**
   * A file whose replacement failed may have been replaced all the same, when only its durability
   * could not be had; then the old content is written again, now or before the next operation.
   */
  private void putBack(BlockError failure) {
    unsaved = true;
    try {
      var _ = saveUnsaved();
    } catch (BlockError again) {
      failure.addSuppressed(again);
    }
  }

  /**
   * Goes back to a configuration and a snapshot list of before an operation that failed. They count
   * from now on, also when the files cannot be written at the moment.
   *
   * @throws BlockError when they cannot; {@link #saveUnsaved} tries again
   */
  public synchronized void restore(Vmx before, Vmsd snapshotsBefore) {
    vmx = before.copy();
    replace(snapshotsBefore);
    unsaved = true;
    var _ = saveUnsaved();
  }

  /**
   * Writes what an earlier failure left unwritten: nothing may be built on it before.
   *
   * @return whether there was anything
   */
  public synchronized boolean saveUnsaved() {
    if (!unsaved) {
      return false;
    }
    if (!files.readVmx().text().equals(vmx.text())) {
      files.writeVmx(vmx);
    }
    if (!files.readVmsd().equals(snapshots)) {
      files.writeVmsd(snapshots);
    }
    unsaved = false;
    return true;
  }

  /** Notes what the machine was when a snapshot was taken, as its file has it. */
  public synchronized void note(int uid, Vmsn state) {
    states.put(uid, state);
  }

  /** What the machine was when the snapshot was taken; read once. */
  public synchronized Vmsn state(int uid) {
    return states.computeIfAbsent(
        uid,
        u ->
            files.readVmsn(
                snapshots
                    .find(u)
                    .orElseThrow(() -> new IllegalArgumentException("no snapshot " + u))
                    .vmsnFileName()));
  }

  /** Replaces what is kept of the machine at a snapshot, on disk first. */
  public synchronized void save(int uid, Vmsn changed) {
    SnapshotEntry entry =
        snapshots.find(uid).orElseThrow(() -> new IllegalArgumentException("no snapshot " + uid));
    files.writeVmsn(entry.vmsnFileName(), changed);
    states.put(uid, changed);
  }

  public synchronized VirtualMachinePowerState power() {
    return power;
  }

  /** Changes the power state; turning on notes the boot time. */
  public synchronized void power(VirtualMachinePowerState changed, Instant now) {
    if (power == VirtualMachinePowerState.poweredOff) {
      bootTime = changed == VirtualMachinePowerState.poweredOn ? now : null;
    }
    power = changed;
  }

  synchronized @Nullable Instant bootTime() {
    return bootTime;
  }

  synchronized Instant modified() {
    return modified;
  }

  public synchronized boolean consolidationNeeded() {
    return consolidationNeeded;
  }

  /** Notes whether the chains hold links that no snapshot needs and that could be merged. */
  public synchronized void consolidationNeeded(boolean needed) {
    consolidationNeeded = needed;
  }

  /**
   * The id of the snapshot with that uid: unique on the server and the same after every restart. A
   * host, where machines are bare numbers, puts the machine's in front.
   */
  public String snapshotId(int uid) {
    int dash = object.id().indexOf('-');
    return dash < 0
        ? object.id() + "-snapshot-" + uid
        : "snapshot-" + object.id().substring(dash + 1) + "-" + uid;
  }

  /** The uid in a snapshot id of this machine; empty if it is no id of a present snapshot of it. */
  public Optional<Integer> uidOf(String snapshotId) {
    return snapshots().snapshots().stream()
        .map(snapshot -> snapshot.uid())
        .filter(uid -> snapshotId(uid).equals(snapshotId))
        .findFirst();
  }

  /** The device key of the disk at a node, e.g. 2000 for {@code scsi0:0}. */
  public static int deviceKeyOf(String node) {
    return Place.of(node).key();
  }

  /** The key that names the link which a nonpersistent disk writes until power off. */
  public static String redoKey(String node) {
    return node + ".redo";
  }

  /** The version of the virtual hardware; 11 and later keep memory in files of their own. */
  public synchronized int hardwareVersion() {
    return VmxKeys.integer(vmx, "virtualHW.version", VmxKeys.HARDWARE_VERSION);
  }

  /** The size of the memory. */
  public synchronized long memoryBytes() {
    return (long) VmxKeys.integer(vmx, "memSize", VmxKeys.MEMORY_MB) << 20;
  }

  /** The guest's operating system, e.g. {@code debian12_64Guest}. */
  public synchronized String guestId() {
    return VmxKeys.guestId(vmx);
  }

  public synchronized String name() {
    return VmxKeys.displayName(vmx);
  }

  /** True if the configuration asks for change tracking. */
  public synchronized boolean wantsChangeTracking() {
    return VmxKeys.changeTracking(vmx);
  }

  /** Whether a disk takes no part in snapshots (rule A15), and so is never tracked (rule C5). */
  public static boolean isIndependent(Vmx vmx, String node) {
    return vmx.get(node + ".mode").orElse("").toLowerCase(Locale.ROOT).startsWith("independent");
  }

  /** False if the configuration says of one disk that it is not to be tracked. */
  public synchronized boolean wantsChangeTracking(String node) {
    return vmx.get(VmxKeys.changeTrackingOf(node)).isEmpty()
        || vmx.flag(VmxKeys.changeTrackingOf(node));
  }
}
