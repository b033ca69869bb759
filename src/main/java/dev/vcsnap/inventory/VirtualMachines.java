package dev.vcsnap.inventory;

import dev.vcsnap.datastore.DatastorePath;
import dev.vcsnap.datastore.VmDirectory;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.chain.OpenMode;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.hardware.Place;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.task.TaskService;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.VirtualMachinePowerState;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Supplier;
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
  private final Map<String, VirtualMachine> byId = new LinkedHashMap<>();
  private final Map<DatastorePath, VirtualMachine> byPath = new HashMap<>();

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

  /**
   * Opens many machines beside one another and shows them to clients in one step; none, if one of
   * them cannot be opened. All are open before the first is brought in order, so that it is known
   * whose links others are built on.
   */
  public void openAll(List<Opening> openings, Consumer<VirtualMachine> recovery) {
    Queue<VirtualMachine> opened = new ConcurrentLinkedQueue<>();
    boolean complete = false;
    try {
      List<VirtualMachine> inOrder =
          openings.parallelStream()
              .map(opening ->
                  naming(
                      opening.files,
                      () -> {
                        VirtualMachine machine = prepare(opening);
                        opened.add(machine);
                        return machine;
                      }))
              .toList();
      inOrder.parallelStream()
          .forEach(machine ->
              naming(
                  machine.files(),
                  () -> {
                    recovery.accept(machine);
                    return machine;
                  }));
      show(inOrder);
      complete = true;
    } finally {
      if (!complete) {
        opened.forEach(VirtualMachines::closeDisks);
      }
    }
  }

  private static VirtualMachine naming(VmDirectory files, Supplier<VirtualMachine> step) {
    try {
      return step.get();
    } catch (BlockError e) {
      throw new BlockError(
          e.kind(),
          "The virtual machine "
              + files.vmxPath()
              + " cannot be opened: "
              + e.getMessage()
              + ". See what is wrong with './vcsnap check' on its folder, then restore the files"
              + " from a copy.",
          e);
    }
  }

  /** Brings a machine's files into agreement; one that cannot be is closed. */
  public static void recover(VirtualMachine machine, Consumer<VirtualMachine> recovery) {
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
    var object = new ManagedObject("VirtualMachine", opening.id);
    object.computed("recentTask", session -> tasks.recent(object.reference()));
    var machine =
        new VirtualMachine(object, opening.files, opening.placement, opening.power, clock.now());
    reopen(machine);
    return machine;
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
    show(List.of(machine));
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

  private void show(List<VirtualMachine> opened) {
    tree.restructure(tx -> {
      for (VirtualMachine machine : opened) {
        publisher.declare(tx, machine);
        publisher.publish(tx, machine);
        tree.place(tx, machine.object(), machine.placement());
      }
    });
    synchronized (byId) {
      for (VirtualMachine machine : opened) {
        byId.put(machine.object().id(), machine);
        byPath.put(machine.files().vmxPath(), machine);
      }
    }
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

  private static void requireServed(String node) {
    if (Place.find(node).isEmpty()) {
      throw new BlockError(
          BlockError.Kind.UNSUPPORTED, "there is no place '" + node + "' for a disk in a machine");
    }
  }

  /** The machine behind an object; the object is known to be a virtual machine. */
  public VirtualMachine of(ManagedObject object) {
    synchronized (byId) {
      VirtualMachine machine = byId.get(object.id());
      if (machine == null) {
        throw Faults.notFound(object.reference());
      }
      return machine;
    }
  }

  /** The machine with that configuration, if it is registered. */
  public Optional<VirtualMachine> at(DatastorePath vmxPath) {
    synchronized (byId) {
      return Optional.ofNullable(byPath.get(vmxPath));
    }
  }

  /**
   * The machine of that name; names are unique within a folder, and the first one found is taken.
   */
  public Optional<VirtualMachine> named(String name) {
    return all().stream().filter(machine -> machine.name().equals(name)).findFirst();
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
  private static void closeDisks(VirtualMachine machine) {
    try {
      machine.closeDisks();
    } catch (BlockError e) {
      LOG.error("A disk of {} was not closed cleanly: {}", machine.name(), e.getMessage(), e);
    }
  }
}
