package dev.vcsnap.seed;

import dev.vcsnap.datastore.Datastore;
import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.io.BulkFiles;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.inventory.InventoryPaths;
import dev.vcsnap.inventory.InventoryTree;
import dev.vcsnap.inventory.Product;
import dev.vcsnap.inventory.Registrations;
import dev.vcsnap.vim.VirtualMachinePowerState;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Makes the machines of the default inventory, with the names, places and power states that vcsim
 * has made common: four whose disks have content, and as many more as are asked for, with empty
 * disks.
 */
final class DefaultMachines {

  /** How many there are when nobody asks for another number; their disks have content. */
  static final int COUNT = 4;

  static final int COUNT_MAX = 100_000;

  private static final int CLUSTER_HOSTS = 3;

  private record Named(String name, String host) {}

  private final InventoryTree tree;
  private final DiskFactory factory;
  private final Clock clock;
  private final Ids ids;
  private final Dice dice;
  private final int count;

  DefaultMachines(
      InventoryTree tree, DiskFactory factory, Clock clock, Ids ids, Dice dice, int count) {
    if (count < 0 || count > COUNT_MAX) {
      throw new IllegalArgumentException(
          "vcsnap.machines is " + count + "; expected a number from 0 to " + COUNT_MAX);
    }
    this.tree = tree;
    this.factory = factory;
    this.clock = clock;
    this.ids = ids;
    this.dice = dice;
    this.count = count;
  }

  /** The names of the machines that {@link #create} makes. */
  Set<String> names() {
    return machines().stream().map(Named::name).collect(Collectors.toSet());
  }

  /**
   * Makes those that an earlier start, which was cut, has not made already. They are durable when
   * this returns.
   */
  List<Registrations.Machine> create() {
    List<Named> machines = machines();
    Datastore store = tree.defaultDatastore().datastore();
    var files = new GeneratedFiles(store, factory, clock, ids, dice, tree.machineNetwork());
    for (Named machine : machines.subList(0, Math.min(COUNT, count))) {
      if (!files.exists(machine.name)) {
        files.create(machine.name, true);
      }
    }
    if (count > COUNT) {
      createEmpty(store, machines.subList(COUNT, count));
    }
    return machines.stream()
        .map(machine ->
            Registrations.Machine.of(
                tree.ids().next("vm"),
                files.configPath(machine.name),
                VirtualMachinePowerState.poweredOn,
                tree.placementOn(tree.hostNamed(machine.host).orElseThrow())))
        .toList();
  }

  private void createEmpty(Datastore store, List<Named> machines) {
    var bulk = new BulkFiles();
    var files =
        new GeneratedFiles(
            store.through(bulk),
            new DiskFactory(ids, clock, bulk),
            clock,
            ids,
            dice,
            tree.machineNetwork());
    for (Named machine : machines) {
      if (!files.isComplete(machine.name)) {
        files.create(machine.name, false);
      }
    }
    bulk.syncAll(store.root());
  }

  /**
   * Two on the host that stands alone, two in the cluster, then one here and one there; all on a
   * host that is by itself.
   */
  private List<Named> machines() {
    List<Named> all = new ArrayList<>();
    if (tree.product() == Product.ESXI) {
      String host = InventoryPaths.name(tree.defaultHost());
      for (int number = 0; number < count; number++) {
        all.add(new Named("ha-host_VM" + number, host));
      }
      return all;
    }
    for (int first = 0; first < 2; first++) {
      all.add(alone(first));
    }
    for (int first = 0; first < 2; first++) {
      all.add(inCluster(first));
    }
    for (int next = 2; all.size() < count; next++) {
      all.add(alone(next));
      all.add(inCluster(next));
    }
    return all.subList(0, count);
  }

  private static Named alone(int number) {
    return new Named("DC0_H0_VM" + number, "DC0_H0");
  }

  private static Named inCluster(int number) {
    return new Named("DC0_C0_RP0_VM" + number, "DC0_C0_H" + number % CLUSTER_HOSTS);
  }
}
