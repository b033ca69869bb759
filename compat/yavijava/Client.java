import com.vmware.vim25.ManagedObjectReference;
import com.vmware.vim25.VirtualMachineSnapshotTree;
import com.vmware.vim25.mo.Folder;
import com.vmware.vim25.mo.InventoryNavigator;
import com.vmware.vim25.mo.ManagedEntity;
import com.vmware.vim25.mo.ServiceInstance;
import com.vmware.vim25.mo.Task;
import com.vmware.vim25.mo.VirtualMachine;
import com.vmware.vim25.mo.VirtualMachineSnapshot;
import java.net.URL;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One deed of a tool that is made of yavijava: {@code Client URL USER PASSWORD DEED ARGUMENT...}; prints what it saw. */
public final class Client {

  private final ServiceInstance service;

  private Client(ServiceInstance service) {
    this.service = service;
  }

  public static void main(String[] arguments) throws Exception {
    var service = new ServiceInstance(new URL(arguments[0]), arguments[1], arguments[2], true);
    try {
      new Client(service).perform(arguments[3], Arrays.copyOfRange(arguments, 4, arguments.length));
    } finally {
      service.getServerConnection().logout();
    }
  }

  private void perform(String deed, String[] of) throws Exception {
    switch (deed) {
      case "about" -> System.out.println(service.getAboutInfo().getApiType() + " " + service.getAboutInfo().getVersion());
      case "machines" -> {
        for (ManagedEntity machine : navigator().searchManagedEntities("VirtualMachine")) {
          System.out.println(machine.getName() + " " + ((VirtualMachine) machine).getRuntime().getPowerState());
        }
      }
      case "describe" -> {
        VirtualMachine machine = machine(of[0]);
        System.out.println(machine.getConfig().getUuid());
        System.out.println(machine.getConfig().getHardware().getDevice().length > 0);
        System.out.println(machine.getCapability().isSnapshotOperationsSupported());
        System.out.println(machine.getLayoutEx().getFile().length > 0);
      }
      case "create" -> finish(machine(of[0]).createSnapshot_Task(of[1], of[2], false, false));
      case "tree" -> {
        var root = machine(of[0]).getSnapshot();
        print(root == null ? null : root.getRootSnapshotList(), "");
      }
      case "revert" -> finish(snapshot(of[0], of[1]).revertToSnapshot_Task(null));
      case "remove" -> finish(snapshot(of[0], of[1]).removeSnapshot_Task(false));
      case "removeAll" -> finish(machine(of[0]).removeAllSnapshots_Task());
      case "powerOff" -> finish(machine(of[0]).powerOffVM_Task());
      case "powerOn" -> finish(machine(of[0]).powerOnVM_Task(null));
      default -> throw new IllegalArgumentException(deed);
    }
  }

  private InventoryNavigator navigator() {
    Folder root = service.getRootFolder();
    return new InventoryNavigator(root);
  }

  private VirtualMachine machine(String name) throws Exception {
    return (VirtualMachine) navigator().searchManagedEntity("VirtualMachine", name);
  }

  private VirtualMachineSnapshot snapshot(String machine, String name) throws Exception {
    VirtualMachine owner = machine(machine);
    List<VirtualMachineSnapshotTree> nodes = new ArrayList<>(List.of(owner.getSnapshot().getRootSnapshotList()));
    for (int i = 0; i < nodes.size(); i++) {
      if (nodes.get(i).getName().equals(name)) {
        ManagedObjectReference reference = nodes.get(i).getSnapshot();
        return new VirtualMachineSnapshot(service.getServerConnection(), reference);
      }
      if (nodes.get(i).getChildSnapshotList() != null) {
        nodes.addAll(List.of(nodes.get(i).getChildSnapshotList()));
      }
    }
    throw new IllegalArgumentException("no snapshot is called " + name);
  }

  private static void print(VirtualMachineSnapshotTree[] nodes, String indent) {
    if (nodes != null) {
      for (VirtualMachineSnapshotTree node : nodes) {
        System.out.println(indent + node.getName() + ": " + node.getDescription());
        print(node.getChildSnapshotList(), indent + "  ");
      }
    }
  }

  private static void finish(Task task) throws Exception {
    System.out.println(task.waitForTask());
  }
}
