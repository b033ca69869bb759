package dev.vcsnap.inventory;

import dev.vcsnap.datastore.Datastore;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.ground.ids.NumberKeeper;
import dev.vcsnap.ground.ids.NumberSeries;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.objects.Transaction;
import dev.vcsnap.vim.ManagedObjectReference;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The tree from the root folder down, and the lists in it that say where virtual machines are.
 *
 * <p>A change of place goes through {@link #restructure}, one at a time, so that no list loses a
 * machine to a change made at the same moment. Lock order: this, then the registry.
 */
public final class InventoryTree implements AutoCloseable {

  /** The root folder, under the id that it has on every vCenter; a host's is another one. */
  public static final ManagedObjectReference ROOT =
      new ManagedObjectReference("Folder", "group-d1");

  /** A datastore as clients see it, and the folder behind it. */
  public record Store(ManagedObject object, Datastore datastore) {

    public ManagedObjectReference reference() {
      return object.reference();
    }
  }

  /** What one transaction has done so far. */
  private record Restructuring(
      Transaction transaction,
      Membership membership,
      Map<ManagedObjectReference, Optional<Placement>> moved,
      Map<ManagedObjectReference, ManagedObject> added) {}

  private final ObjectRegistry objects;
  private final InventoryPaths paths;
  private final Product product;
  private final InventoryLayout layout;
  private final NumberSeries numbers;
  private final MoIds ids;
  private final List<ManagedObject> fixed;
  private final Map<String, Store> storesByName = new LinkedHashMap<>();
  private final Map<ManagedObjectReference, Placement> placements = new HashMap<>();
  private final ReentrantLock structure = new ReentrantLock();
  private @Nullable Restructuring current;

  /** Builds the default inventory with ids that nobody remembers. */
  public InventoryTree(
      ObjectRegistry objects,
      Clock clock,
      Personality personality,
      HostIdentity identity,
      List<Datastore> datastores) {
    this(objects, clock, personality, identity, datastores, NumberKeeper.inMemory());
  }

  /**
   * Builds the default inventory and publishes it.
   *
   * @param datastores all that there are, the default one first
   * @param numbers remembers which ids new members were given
   */
  public InventoryTree(
      ObjectRegistry objects,
      Clock clock,
      Personality personality,
      HostIdentity identity,
      List<Datastore> datastores,
      NumberKeeper numbers) {
    if (datastores.isEmpty()) {
      throw new IllegalArgumentException("An inventory needs a datastore");
    }
    this.objects = objects;
    this.paths = new InventoryPaths(objects);
    this.product = personality.product();
    this.layout = InventoryLayout.of(personality.product(), datastores);
    var inventory = new InventoryDrafts(layout, clock, personality, identity);
    this.fixed = inventory.objects();
    this.numbers = new NumberSeries("managed object", layout.lastNumber() + 1, numbers);
    this.ids = new MoIds(this.numbers, personality.product());
    objects.change(inventory::publish);
    layout
        .datastores()
        .forEach((reference, store) ->
            storesByName.put(store.name(), new Store(object(reference), store)));
  }

  /** Where ids of new members come from. */
  public MoIds ids() {
    return ids;
  }

  /** The names and paths of members. */
  public InventoryPaths paths() {
    return paths;
  }

  public ManagedObject root() {
    return object(layout.root().reference());
  }

  public ManagedObject datacenter() {
    return object(layout.datacenter().reference());
  }

  /** The folder in which machines are shown by default. */
  public ManagedObject vmFolder() {
    return member(datacenter(), "vmFolder");
  }

  /** The host that stands by itself. */
  public ManagedObject defaultHost() {
    return only("HostSystem", layout.defaultHost());
  }

  /** Whose inventory it is. */
  public Product product() {
    return product;
  }

  /** The name of the network that machines are on unless told otherwise. */
  public String machineNetwork() {
    return layout.machineNetwork();
  }

  /** The datastore that is used when none is named. */
  public Store defaultDatastore() {
    return storesByName.values().iterator().next();
  }

  /** The host of that name, if there is one. */
  public Optional<ManagedObject> hostNamed(String name) {
    return named("HostSystem", name);
  }

  /** The network or portgroup of that name, if there is one. */
  public Optional<ManagedObject> networkNamed(String name) {
    return named("Network", name);
  }

  /** The datastore of that name, if there is one. */
  public Optional<Store> datastoreNamed(String name) {
    return Optional.ofNullable(storesByName.get(name));
  }

  /** The datastore behind a reference, if it is one. */
  public Optional<Store> datastore(ManagedObjectReference reference) {
    return storesByName.values().stream()
        .filter(store -> store.reference().equals(reference))
        .findFirst();
  }

  /** All datastores, the default one first. */
  public List<Store> datastores() {
    return List.copyOf(storesByName.values());
  }

  /** The root pool of the compute resource that a host belongs to. */
  public ManagedObject poolOf(ManagedObject host) {
    return member(member(host, "parent"), "resourcePool");
  }

  /** The compute resource that a pool draws from. */
  public ManagedObject ownerOf(ManagedObject pool) {
    return member(pool, "owner");
  }

  /** A host, its root pool, the default folder, datastore and portgroup: where a machine can go. */
  public Placement placementOn(ManagedObject host) {
    ManagedObject pool = poolOf(host);
    return new Placement(
        vmFolder().reference(),
        pool.reference(),
        host.reference(),
        defaultDatastore().reference(),
        only("Network", layout.machineNetwork()).reference(),
        member(ownerOf(pool), "environmentBrowser").reference());
  }

  /** The place that a machine was registered at, as far as it is still there. */
  public Placement placementOf(Registrations.Machine machine) {
    ManagedObject host = objects.find(new ManagedObjectReference("HostSystem", machine.host()));
    ManagedObject folder = objects.find(new ManagedObjectReference("Folder", machine.folder()));
    return placementOn(host == null ? defaultHost() : host)
        .inFolder((folder == null ? vmFolder() : folder).reference());
  }

  /**
   * The place of a machine.
   *
   * @param folder where it is shown
   * @param pool what it draws from
   * @param host what runs it, of the pool's compute resource
   * @param store where its files are
   */
  public Placement placement(
      ManagedObject folder, ManagedObject pool, ManagedObject host, Store store) {
    return new Placement(
        folder.reference(),
        pool.reference(),
        host.reference(),
        store.reference(),
        only("Network", layout.machineNetwork()).reference(),
        member(ownerOf(pool), "environmentBrowser").reference());
  }

  /** The member behind a reference, if it is there. */
  public Optional<ManagedObject> find(ManagedObjectReference reference) {
    return Optional.ofNullable(objects.find(reference));
  }

  /** The child of that name, if there is one. */
  public Optional<ManagedObject> childNamed(ManagedObject parent, String name) {
    return Optional.ofNullable(paths.child(parent, name));
  }

  /** The hosts of a compute resource. */
  public List<ManagedObject> hostsOf(ManagedObject compute) {
    return compute.get("host") instanceof List<?> hosts
        ? hosts.stream().map(host -> object((ManagedObjectReference) host)).toList()
        : List.of();
  }

  /** The datacenter that a member is in, if any. */
  public Optional<ManagedObject> datacenterOf(ManagedObject entity) {
    return Optional.ofNullable(paths.datacenterOf(entity));
  }

  /** The path of a member, e.g. {@code /DC0/vm/DC0_H0_VM0}. */
  public String inventoryPath(ManagedObject entity) {
    return paths.pathOf(entity);
  }

  /** The place of a machine, if it has one. */
  public Optional<Placement> placementOf(ManagedObjectReference vm) {
    structure.lock();
    try {
      return Optional.ofNullable(placements.get(vm));
    } finally {
      structure.unlock();
    }
  }

  /**
   * Changes the tree in one step that every reader sees whole; {@link #place} and {@link #displace}
   * work only in here. Nothing happens if {@code changes} throws.
   */
  public void restructure(Consumer<Transaction> changes) {
    structure.lock();
    try {
      if (current != null) {
        throw new IllegalStateException("The tree is being changed by this thread already");
      }
      objects.change(tx -> {
        var now =
            new Restructuring(tx, new Membership(), new LinkedHashMap<>(), new LinkedHashMap<>());
        current = now;
        changes.accept(tx);
        now.membership.publish(tx);
      });
      remember();
    } finally {
      current = null;
      structure.unlock();
    }
  }

  /**
   * Puts a machine into the lists of its folder, pool, host, datastore and network, and takes it
   * out of those where it was before. The machine's own properties are not touched.
   */
  public void place(Transaction tx, ManagedObject vm, Placement placement) {
    Restructuring now = restructuring(tx);
    displace(tx, vm.reference());
    Membership membership = now.membership;
    membership.add(object(placement.folder()), "childEntity", vm.reference());
    for (ManagedObjectReference owner : listing(placement)) {
      membership.add(object(owner), "vm", vm.reference());
    }
    now.moved.put(vm.reference(), Optional.of(placement));
  }

  /** Takes a machine out of every list that names it; harmless for one that is in none. */
  public void displace(Transaction tx, ManagedObjectReference vm) {
    Restructuring now = restructuring(tx);
    Optional<Placement> before =
        now.moved.getOrDefault(vm, Optional.ofNullable(placements.get(vm)));
    before.ifPresent(placement -> {
      now.membership.remove(object(placement.folder()), "childEntity", vm);
      for (ManagedObjectReference owner : listing(placement)) {
        now.membership.remove(object(owner), "vm", vm);
      }
    });
    now.moved.put(vm, Optional.empty());
  }

  /** Adds a folder for machines beneath another one. */
  public ManagedObject addVmFolder(Transaction tx, ManagedObject parent, String name) {
    return addVmFolder(tx, parent, name, nextFolderId());
  }

  /** True for the id of a folder that is there, or was added in the same transaction. */
  public boolean hasFolder(Transaction tx, String id) {
    var reference = new ManagedObjectReference("Folder", id);
    return restructuring(tx).added.containsKey(reference) || objects.find(reference) != null;
  }

  /** Adds a folder for machines again that was added in an earlier run. */
  public ManagedObject addVmFolder(Transaction tx, Registrations.Folder folder) {
    var parent = new ManagedObjectReference("Folder", folder.parent());
    return addVmFolder(tx, object(parent), folder.name(), folder.id());
  }

  private ManagedObject addVmFolder(Transaction tx, ManagedObject parent, String name, String id) {
    Restructuring now = restructuring(tx);
    Draft folder =
        Draft.entity(new ManagedObjectReference("Folder", id), name, parent.reference())
            .set("childType", List.of("Folder", "VirtualMachine", "VirtualApp"))
            .set("childEntity", List.of());
    folder.publish(tx);
    now.membership.add(parent, "childEntity", folder.reference());
    now.added.put(folder.reference(), folder.object());
    return folder.object();
  }

  /** Shows a folder beneath another one. */
  public void moveFolder(Transaction tx, ManagedObject folder, ManagedObject parent) {
    Membership membership = restructuring(tx).membership;
    membership.remove(member(folder, "parent"), "childEntity", folder.reference());
    membership.add(parent, "childEntity", folder.reference());
    tx.set(folder, "parent", parent.reference());
  }

  /** The id for a folder that is about to be added. */
  public String nextFolderId() {
    return ids.next("group-v").replace("v-", "v");
  }

  /** The folder or datacenter that a member is in. */
  public ManagedObject parentOf(ManagedObject entity) {
    return member(entity, "parent");
  }

  /** Takes an empty folder out of the tree. */
  public void removeFolder(Transaction tx, ManagedObject folder) {
    ManagedObject parent = member(folder, "parent");
    restructuring(tx).membership.remove(parent, "childEntity", folder.reference());
    tx.remove(folder.reference());
  }

  /** Gives back the ids that were set aside and not used. */
  @Override
  public void close() {
    numbers.close();
  }

  private Restructuring restructuring(Transaction tx) {
    Restructuring now = structure.isHeldByCurrentThread() ? current : null;
    if (now == null || now.transaction != tx) {
      throw new IllegalStateException("Places change only inside restructure()");
    }
    return now;
  }

  private void remember() {
    if (current != null) {
      current.moved.forEach((vm, placement) ->
          placement.ifPresentOrElse(
              where -> placements.put(vm, where), () -> placements.remove(vm)));
    }
  }

  /** The objects whose {@code vm} names a machine that is there. */
  private static List<ManagedObjectReference> listing(Placement placement) {
    return Stream.of(placement.pool(), placement.host(), placement.datastore(), placement.network())
        .filter(Objects::nonNull)
        .toList();
  }

  private Optional<ManagedObject> named(String type, String name) {
    return fixed.stream()
        .filter(object -> object.type().isA(type) && InventoryPaths.name(object).equals(name))
        .findFirst();
  }

  private ManagedObject only(String type, String name) {
    return named(type, name)
        .orElseThrow(() -> new IllegalStateException("There is no " + type + " '" + name + "'"));
  }

  private ManagedObject member(ManagedObject object, String property) {
    if (object.get(property) instanceof ManagedObjectReference reference) {
      return object(reference);
    }
    throw new IllegalStateException(object + " has no " + property);
  }

  private ManagedObject object(ManagedObjectReference reference) {
    ManagedObject found = objects.find(reference);
    Restructuring now = structure.isHeldByCurrentThread() ? current : null;
    if (found == null && now != null) {
      found = now.added.get(reference);
    }
    if (found == null) {
      throw new IllegalStateException("There is no object " + reference);
    }
    return found;
  }
}
