package dev.vcsnap.inventory;

import dev.vcsnap.datastore.DatastorePath;
import dev.vcsnap.datastore.DatastorePathException;
import dev.vcsnap.datastore.VmDirectory;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.chain.OpenMode;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.hardware.Place;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.Transaction;
import dev.vcsnap.task.TaskService;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.VirtualMachinePowerState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The machines of the server: opens them from their folders, finds them, closes their disks at the
 * end.
 */
public final class VirtualMachines implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(VirtualMachines.class);

  private final InventoryTree tree;
  private final DiskFactory factory;
  private final VmPublisher publisher;
  private final TaskService tasks;
  private final Clock clock;
  private final BorrowedLinks borrowed;
  private final Map<String, VirtualMachine> byId = new LinkedHashMap<>();
  private final Map<DatastorePath, VirtualMachine> byPath = new HashMap<>();
  private final Map<String, UnopenedMachine> unopenedById = new LinkedHashMap<>();

  public VirtualMachines(
      InventoryTree tree,
      DiskFactory factory,
      VmPublisher publisher,
      TaskService tasks,
      Clock clock) {
    this.tree = tree;
    this.factory = factory;
    this.publisher = publisher;
    this.tasks = tasks;
    this.clock = clock;
    this.borrowed = new BorrowedLinks(tree, factory);
  }

  /**
   * What a machine is opened from.
   *
   * @param id its managed object id
   * @param power what it was when the server last knew
   */
  public record Opening(
      String id, VmDirectory files, Placement placement, VirtualMachinePowerState power) {}

  /**
   * Opens a machine from its folder and shows it to clients.
   *
   * @param id its managed object id
   * @param recovery brings its files into agreement once its disks are open
   */
  public VirtualMachine open(
      String id,
      VmDirectory files,
      Placement placement,
      VirtualMachinePowerState power,
      Consumer<VirtualMachine> recovery) {
    VirtualMachine machine = prepare(new Opening(id, files, placement, power));
    recover(machine, recovery);
    show(machine);
    return machine;
  }

  /** Brings a machine's files into agreement; one that cannot be is closed. */
  private static void recover(VirtualMachine machine, Consumer<VirtualMachine> recovery) {
    boolean recovered = false;
    try {
      recovery.accept(machine);
      recovered = true;
    } finally {
      if (!recovered) {
        machine.closeDisks();
      }
    }
  }

  /** Opens a machine's disks; nobody sees it before {@link #show}. */
  public VirtualMachine prepare(Opening opening) {
    var machine =
        new VirtualMachine(
            objectOf(opening.id), opening.files, opening.placement, opening.power, clock.now());
    reopen(machine);
    return machine;
  }

  /** The object of a machine that is shown, or a new one. */
  ManagedObject objectOf(String id) {
    synchronized (byId) {
      if (byId.containsKey(id)) {
        return byId.get(id).object();
      }
      if (unopenedById.containsKey(id)) {
        return unopenedById.get(id).object();
      }
    }
    var object = new ManagedObject("VirtualMachine", id);
    return object.computed("recentTask", session -> tasks.recent(object.reference()));
  }

  /** Opens the disks of a machine whose disks are closed; all of them or none. */
  public void reopen(VirtualMachine machine) {
    boolean opened = false;
    try {
      machine
          .vmx()
          .disks()
          .forEach((node, fileName) -> {
            requireServed(node);
            machine.attach(
                node, factory.open(runningLink(machine, node, fileName), OpenMode.READ_WRITE));
          });
      opened = true;
    } finally {
      if (!opened) {
        machine.closeDisks();
      }
    }
  }

  /** Shows a machine to clients, in all lists of its place. */
  public void show(VirtualMachine machine) {
    tree.restructure(tx -> show(tx, machine));
    remember(machine);
  }

  private void show(Transaction tx, VirtualMachine machine) {
    publisher.publish(tx, machine);
    publisher.declare(tx, machine);
    tree.place(tx, machine.object(), machine.placement());
  }

  /**
   * Shows many machines to clients in one step, and those that could not be opened beside them. One
   * that cannot be described is closed and shown among the latter.
   *
   * @return how many are not open
   */
  int showAll(List<VirtualMachine> opened, List<UnopenedMachine> unopened) {
    List<VirtualMachine> shown = new ArrayList<>();
    List<UnopenedMachine> hollow = new ArrayList<>(unopened);
    tree.restructure(tx -> {
      for (VirtualMachine machine : opened) {
        try {
          show(tx, machine);
          shown.add(machine);
        } catch (RuntimeException e) {
          keepBorrowed(machine.object().id(), machine.files().vmxPath());
          closeDisks(machine);
          hollow.add(unopened(machine, e));
        }
      }
      hollow.forEach(machine -> show(tx, machine));
    });
    shown.forEach(this::remember);
    synchronized (byId) {
      hollow.forEach(machine -> unopenedById.put(machine.object().id(), machine));
    }
    return hollow.size();
  }

  private static UnopenedMachine unopened(VirtualMachine machine, RuntimeException failure) {
    var unopened =
        new UnopenedMachine(
            machine.object(),
            machine.files().vmxPath(),
            machine.placement(),
            machine.power(),
            machine.name(),
            failure);
    RegisteredMachines.log(unopened);
    return unopened;
  }

  private void show(Transaction tx, UnopenedMachine machine) {
    publisher.publish(tx, machine);
    publisher.declare(tx, machine);
    tree.place(tx, machine.object(), machine.placement());
  }

  /**
   * What a machine is built on stays as it is though the machine is not open, until it is open
   * again or taken out of the inventory. To be called before its disks are closed.
   */
  void keepBorrowed(String id, DatastorePath configPath) {
    borrowed.keep(id, configPath);
  }

  /**
   * Closes the disks of a machine for a while: what they are built on stays as it is until it is
   * open again, or shown with other disks.
   */
  public void closeForNow(VirtualMachine machine) {
    keepBorrowed(machine.object().id(), machine.files().vmxPath());
    machine.closeDisks();
  }

  /**
   * Opens the disks of a machine again that were closed for a while; one that cannot be opened any
   * more is shown as such.
   */
  public void openAgain(VirtualMachine machine) {
    try {
      reopen(machine);
      borrowed.giveBack(machine.object().id());
    } catch (BlockError | DatastorePathException e) {
      showUnopened(machine, unopened(machine, e));
    }
  }

  private void showUnopened(VirtualMachine before, UnopenedMachine machine) {
    keepBorrowed(machine.object().id(), machine.configPath());
    tree.restructure(tx -> publisher.publish(tx, before, machine));
    synchronized (byId) {
      byId.remove(machine.object().id());
      byPath.remove(before.files().vmxPath());
      unopenedById.put(machine.object().id(), machine);
    }
  }

  /** Shows what is wrong now with a machine that could not be opened again. */
  public void showUnopened(UnopenedMachine machine) {
    keepBorrowed(machine.object().id(), machine.configPath());
    tree.restructure(tx -> publisher.publish(tx, machine));
    synchronized (byId) {
      unopenedById.put(machine.object().id(), machine);
    }
  }

  private void remember(VirtualMachine machine) {
    synchronized (byId) {
      unopenedById.remove(machine.object().id());
      VirtualMachine before = byId.put(machine.object().id(), machine);
      if (before != null) {
        byPath.remove(before.files().vmxPath());
      }
      byPath.put(machine.files().vmxPath(), machine);
    }
    borrowed.giveBack(machine.object().id());
  }

  /** A nonpersistent disk of a machine that is not off goes on in the link that it wrote. */
  private static Path runningLink(VirtualMachine machine, String node, String fileName) {
    Optional<String> redo =
        machine.vmx().get(VirtualMachine.redoKey(node)).filter(name -> !name.isBlank());
    VmDirectory files = machine.files();
    boolean running = machine.power() != VirtualMachinePowerState.poweredOff;
    return running && redo.isPresent() && files.datastore().exists(files.pathOf(redo.get()))
        ? files.fileOf(redo.get())
        : files.fileOf(fileName);
  }

  /** Shows a machine at another place. */
  public void moveTo(VirtualMachine machine, Placement placement) {
    tree.restructure(tx -> {
      machine.place(placement);
      publisher.publishPlace(tx, machine);
      publisher.publish(tx, machine);
      tree.place(tx, machine.object(), placement);
    });
  }

  /** Notes that a machine's configuration has another name. */
  public void rehome(VirtualMachine machine, VmDirectory files) {
    synchronized (byId) {
      byPath.remove(machine.files().vmxPath());
      machine.rehome(files);
      byPath.put(files.vmxPath(), machine);
    }
  }

  /** Takes a machine and its snapshots out of every list; its disks stay open. */
  public void withdraw(VirtualMachine machine) {
    synchronized (byId) {
      byId.remove(machine.object().id());
      byPath.remove(machine.files().vmxPath());
    }
    tree.restructure(tx -> {
      tree.displace(tx, machine.reference());
      publisher.withdraw(tx, machine);
    });
  }

  /** Takes a machine out of every list whose files cannot be used. */
  public void withdraw(UnopenedMachine machine) {
    synchronized (byId) {
      unopenedById.remove(machine.object().id());
    }
    borrowed.giveBack(machine.object().id());
    tree.restructure(tx -> {
      tree.displace(tx, machine.object().reference());
      tx.remove(machine.object().reference());
    });
  }

  private static void requireServed(String node) {
    if (Place.find(node).isEmpty()) {
      throw new BlockError(
          BlockError.Kind.UNSUPPORTED, "there is no place '" + node + "' for a disk in a machine");
    }
  }

  /**
   * The machine behind an object; the object is known to be a virtual machine.
   *
   * @throws dev.vcsnap.vim.VimException InvalidState if its files cannot be used
   */
  public VirtualMachine of(ManagedObject object) {
    synchronized (byId) {
      VirtualMachine machine = byId.get(object.id());
      if (machine == null) {
        UnopenedMachine unopened = unopenedById.get(object.id());
        throw unopened == null ? Faults.notFound(object.reference()) : unopened.refusal();
      }
      return machine;
    }
  }

  /** The open machine with that id. */
  public Optional<VirtualMachine> find(String id) {
    synchronized (byId) {
      return Optional.ofNullable(byId.get(id));
    }
  }

  /** The machine behind an object, if it is one whose files cannot be used. */
  public Optional<UnopenedMachine> unopened(ManagedObject object) {
    synchronized (byId) {
      return Optional.ofNullable(unopenedById.get(object.id()));
    }
  }

  /** The machine with that configuration, if it is registered, open or not. */
  public Optional<ManagedObject> at(DatastorePath vmxPath) {
    synchronized (byId) {
      return Optional.ofNullable(byPath.get(vmxPath))
          .map(VirtualMachine::object)
          .or(() -> unopened(machine -> machine.configPath().equals(vmxPath)));
    }
  }

  /**
   * The machine of that name; names are unique within a folder, and the first one found is taken.
   */
  public Optional<VirtualMachine> named(String name) {
    return all().stream().filter(machine -> machine.name().equals(name)).findFirst();
  }

  /** The machine with that id or, if none has it, the first one of that name, open or not. */
  public Optional<ManagedObject> withIdOrName(String idOrName) {
    return find(idOrName)
        .map(VirtualMachine::object)
        .or(() -> unopened(machine -> machine.object().id().equals(idOrName)))
        .or(() -> named(idOrName).map(VirtualMachine::object))
        .or(() -> unopened(machine -> machine.name().equals(idOrName)));
  }

  private Optional<ManagedObject> unopened(Predicate<UnopenedMachine> which) {
    synchronized (byId) {
      return unopenedById.values().stream().filter(which).map(UnopenedMachine::object).findFirst();
    }
  }

  /** The machine that a snapshot object belongs to. */
  public VirtualMachine ownerOf(ManagedObject snapshot) {
    if (snapshot.get("vm") instanceof ManagedObjectReference owner) {
      synchronized (byId) {
        VirtualMachine machine = byId.get(owner.value());
        if (machine != null) {
          return machine;
        }
      }
    }
    throw Faults.notFound(snapshot.reference());
  }

  public Collection<VirtualMachine> all() {
    synchronized (byId) {
      return List.copyOf(byId.values());
    }
  }

  /** Closes every disk; what was written is durable afterwards. */
  @Override
  public void close() {
    all().forEach(VirtualMachines::closeDisks);
    LOG.debug("All disks are closed");
  }

  /** The disks that can be closed are closed, whatever happens to one of them. */
  static void closeDisks(VirtualMachine machine) {
    try {
      machine.closeDisks();
    } catch (BlockError e) {
      LOG.error("A disk of {} was not closed cleanly: {}", machine.name(), e.getMessage(), e);
    }
  }
}
