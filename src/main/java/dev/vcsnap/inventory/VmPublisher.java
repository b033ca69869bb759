package dev.vcsnap.inventory;

import dev.vcsnap.datastore.SnapshotEntry;
import dev.vcsnap.datastore.Vmx;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.hardware.Networks;
import dev.vcsnap.hardware.VmDevices;
import dev.vcsnap.hardware.VmDisk;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.objects.Transaction;
import dev.vcsnap.vim.GuestInfo;
import dev.vcsnap.vim.ManagedEntityStatus;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.VirtualDevice;
import dev.vcsnap.vim.VirtualMachineConfigInfo;
import dev.vcsnap.vim.VirtualMachinePowerState;
import dev.vcsnap.vim.VirtualMachineRuntimeInfo;
import dev.vcsnap.vim.VirtualMachineSnapshotInfo;
import dev.vcsnap.vim.VirtualMachineSummary;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Shows clients what a machine's files say: computes its properties and those of its snapshots, and
 * publishes them in one step (rule A21).
 */
public final class VmPublisher {

  private static final int LOOKS_MAX = 5;

  private final ObjectRegistry objects;
  private final Clock clock;
  private final VmDisks disks;
  private final Networks networks;
  private final Guests guests;

  VmPublisher(
      ObjectRegistry objects, Clock clock, VmDisks disks, Networks networks, Guests guests) {
    this.objects = objects;
    this.clock = clock;
    this.disks = disks;
    this.networks = networks;
    this.guests = guests;
  }

  /** Publishes everything about the machine. */
  public void publish(VirtualMachine machine) {
    synchronized (machine.object()) {
      objects.change(tx -> publish(tx, machine));
    }
  }

  /**
   * Publishes what Tools tell about the guest; may be called while an operation has the machine.
   */
  public void publishGuest(VirtualMachine machine) {
    // Or the state of the machine that is repeated here would be older than what was shown since.
    synchronized (machine.object()) {
      objects.change(tx -> {
        if (machine.object().get("summary") instanceof VirtualMachineSummary shown
            && machine.object().get("config") instanceof VirtualMachineConfigInfo config) {
          GuestInfo guest =
              VmGuestProjection.guest(machine.power(), config, guests.toolsOf(machine));
          publishGuest(tx, machine, guest);
          publishSummary(
              tx,
              machine.object(),
              VmRuntimeProjection.summary(
                  machine.reference(), config, shown.runtime, guest, shown.storage));
        }
      });
    }
  }

  private static void publishGuest(Transaction tx, VirtualMachine machine, GuestInfo guest) {
    tx.set(machine.object(), "guest", guest)
        .set(machine.object(), "guestHeartbeatStatus", VmGuestProjection.heartbeat(guest));
  }

  /** Puts everything about the machine into a transaction, or nothing if it cannot be read. */
  void publish(Transaction tx, VirtualMachine machine) {
    guests.shown(machine);
    ManagedObject object = machine.object();
    var snapshots = new VmSnapshotProjection(machine);
    VirtualMachineConfigInfo config = config(machine, machine.vmx(), disks.running(machine));
    VirtualMachineRuntimeInfo runtime =
        VmRuntimeProjection.runtime(
            machine.placement().host(),
            machine.power(),
            machine.bootTime(),
            machine.consolidationNeeded());
    GuestInfo guest = VmGuestProjection.guest(machine.power(), config, guests.toolsOf(machine));
    var summary =
        VmRuntimeProjection.summary(
            machine.reference(), config, runtime, guest, look(machine).storageSummary());
    Map<SnapshotEntry, VirtualMachineConfigInfo> frozen = frozenConfigs(machine);
    publishGuest(tx, machine, guest);
    publishSummary(tx, object, summary);
    tx.set(object, "name", config.name)
        .set(object, "capability", VmRuntimeProjection.capability(machine.hardwareVersion()))
        .set(object, "config", config)
        .set(object, "runtime", runtime)
        .set(object, "snapshot", snapshots.info())
        .set(object, "rootSnapshot", snapshots.roots());
    publishSnapshots(tx, machine, snapshots, frozen);
  }

  /** The status is for alarms to say, and repeated in the summary as it is at that moment. */
  private static void publishSummary(
      Transaction tx, ManagedObject object, VirtualMachineSummary summary) {
    tx.update(
        object,
        "summary",
        before -> {
          if (object.state().get("overallStatus") instanceof ManagedEntityStatus status) {
            summary.overallStatus = status;
          }
          return summary;
        });
  }

  private Map<SnapshotEntry, VirtualMachineConfigInfo> frozenConfigs(VirtualMachine machine) {
    Map<SnapshotEntry, VirtualMachineConfigInfo> configs = new LinkedHashMap<>();
    for (SnapshotEntry snapshot : machine.snapshots().snapshots()) {
      Vmx vmx = Vmx.parse(machine.state(snapshot.uid()).vmx());
      configs.put(snapshot, config(machine, vmx, disks.frozen(machine, snapshot, vmx)));
    }
    return configs;
  }

  /** Puts a machine into a transaction whose files cannot be used. */
  void publish(Transaction tx, UnopenedMachine machine) {
    ManagedObject object = machine.object();
    VirtualMachineRuntimeInfo runtime =
        VmRuntimeProjection.unopenedRuntime(machine.placement().host(), machine.state());
    publishSummary(tx, object, VmRuntimeProjection.unopenedSummary(machine, runtime));
    tx.set(object, "name", machine.name())
        .set(object, "runtime", runtime)
        .set(object, "guestHeartbeatStatus", ManagedEntityStatus.gray)
        .set(object, "rootSnapshot", List.of());
  }

  /** The same for one that was open until now: nothing that its files said is shown any more. */
  void publish(Transaction tx, VirtualMachine before, UnopenedMachine machine) {
    guests.withdrawn(before);
    removeSnapshots(tx, before);
    ManagedObject object =
        machine
            .object()
            .computed("layoutEx", session -> null)
            .computed("layout", session -> null)
            .computed("storage", session -> null);
    tx.set(object, "config", null).set(object, "guest", null).set(object, "snapshot", null);
    publish(tx, machine);
  }

  /** The properties that never change, and those that are read from the folder at each request. */
  void declare(Transaction tx, VirtualMachine machine) {
    machine
        .object()
        .computed("layoutEx", session -> layout(machine).layoutEx())
        .computed("layout", session -> layout(machine).layout())
        .computed("storage", session -> layout(machine).storage(machine.placement().datastore()));
    declare(tx, machine.object(), machine.placement());
  }

  /**
   * The same for a machine whose folder cannot be read; one that is shown already stays as it is.
   */
  void declare(Transaction tx, UnopenedMachine machine) {
    declare(tx, machine.object(), machine.placement());
  }

  private void declare(Transaction tx, ManagedObject object, Placement placement) {
    publishPlace(tx, object, placement);
    if (objects.find(object.id()) != null) {
      return;
    }
    tx.add(object)
        .set(object, "capability", VmRuntimeProjection.capability(HardwareVersion.USUAL))
        .set(object, "overallStatus", ManagedEntityStatus.green)
        .set(object, "configStatus", ManagedEntityStatus.green)
        .set(object, "alarmActionsEnabled", true)
        .set(object, "tag", List.of())
        .set(object, "customValue", List.of())
        .set(object, "value", List.of())
        .set(object, "availableField", List.of())
        .set(object, "declaredAlarmState", List.of())
        .set(object, "triggeredAlarmState", List.of())
        .set(object, "disabledMethod", List.of());
  }

  /** Puts where the machine is into a transaction. */
  void publishPlace(Transaction tx, VirtualMachine machine) {
    publishPlace(tx, machine.object(), machine.placement());
  }

  private static void publishPlace(Transaction tx, ManagedObject object, Placement placement) {
    tx.set(object, "resourcePool", placement.pool())
        .set(object, "datastore", List.of(placement.datastore()))
        .set(object, "network", List.of(placement.network()))
        .set(object, "environmentBrowser", placement.environmentBrowser())
        .set(object, "parent", placement.folder());
  }

  /** Takes the machine and its snapshots away from clients. */
  void withdraw(Transaction tx, VirtualMachine machine) {
    guests.withdrawn(machine);
    removeSnapshots(tx, machine);
    tx.remove(machine.reference());
  }

  private static void removeSnapshots(Transaction tx, VirtualMachine machine) {
    machine
        .snapshots()
        .snapshots()
        .forEach(snapshot ->
            tx.remove(
                new ManagedObjectReference(
                    "VirtualMachineSnapshot", machine.snapshotId(snapshot.uid()))));
  }

  private void publishSnapshots(
      Transaction tx,
      VirtualMachine machine,
      VmSnapshotProjection projection,
      Map<SnapshotEntry, VirtualMachineConfigInfo> frozen) {
    Set<String> present = new HashSet<>();
    for (var entry : frozen.entrySet()) {
      SnapshotEntry snapshot = entry.getKey();
      String id = machine.snapshotId(snapshot.uid());
      present.add(id);
      ManagedObject object = objects.find(id);
      if (object == null) {
        object = new ManagedObject("VirtualMachineSnapshot", id);
        tx.add(object);
      }
      tx.set(object, "vm", machine.reference())
          .set(object, "childSnapshot", projection.childrenOf(snapshot.uid()))
          .set(object, "config", entry.getValue());
    }
    if (machine.object().get("snapshot") instanceof VirtualMachineSnapshotInfo shown) {
      VmSnapshotProjection.references(shown)
          .filter(reference -> !present.contains(reference.value()))
          .forEach(tx::remove);
    }
  }

  private VirtualMachineConfigInfo config(VirtualMachine machine, Vmx vmx, List<VmDisk> list) {
    List<VirtualDevice> devices =
        new VmDevices(
                vmx,
                new VmDevices.Machine(
                    list,
                    machine.placement().datastore(),
                    machine.files().datastore(),
                    machine.object().id(),
                    machine.power() == VirtualMachinePowerState.poweredOn),
                networks)
            .list();
    var datastore = machine.files().datastore();
    return new VmConfigProjection(datastore.name(), datastore.url())
        .project(vmx, machine.files().vmxPath().toString(), machine.modified(), devices);
  }

  /** What a client's read of a property gets, or the fault for it. */
  private VmLayoutProjection layout(VirtualMachine machine) {
    try {
      return look(machine);
    } catch (BlockError e) {
      throw DiskFaults.translate(e, List.of(machine.files().datastore()));
    }
  }

  /**
   * Looks at the folder. A merge may end between two of the looks, and a link that was there is
   * gone: then the look is repeated.
   */
  private VmLayoutProjection look(VirtualMachine machine) {
    for (int attempt = 1; ; attempt++) {
      try {
        return lookAtFolder(machine);
      } catch (BlockError e) {
        if (attempt == LOOKS_MAX) {
          throw e;
        }
      }
    }
  }

  private VmLayoutProjection lookAtFolder(VirtualMachine machine) {
    Map<SnapshotEntry, List<VmDisk>> frozen = new LinkedHashMap<>();
    for (SnapshotEntry snapshot : machine.snapshots().snapshots()) {
      frozen.put(snapshot, disks.frozen(machine, snapshot, machine.vmx()));
    }
    return new VmLayoutProjection(machine, clock.now(), disks.running(machine), frozen);
  }
}
