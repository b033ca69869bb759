package dev.vcsnap.inventory;

import dev.vcsnap.datastore.DatastorePath;
import dev.vcsnap.vim.VirtualMachinePowerState;
import java.util.List;

/**
 * The machines that belong to the inventory and the folders that they are shown in, kept beyond the
 * server's life: what no file of a machine's folder can say. When a call returns, what it was told
 * survives a kill.
 */
public interface Registrations {

  /**
   * A machine that belongs to the inventory.
   *
   * @param id its managed object id
   * @param configPath its .vmx
   * @param power what it was when the server last knew
   * @param folder the id of the folder that it is shown in
   * @param host the id of the host that it runs on
   */
  record Machine(
      String id,
      DatastorePath configPath,
      VirtualMachinePowerState power,
      String folder,
      String host) {

    /** What is to be kept of an open machine. */
    public static Machine of(VirtualMachine machine) {
      return of(
          machine.object().id(), machine.files().vmxPath(), machine.power(), machine.placement());
    }

    /** A machine at a place in the inventory. */
    public static Machine of(
        String id, DatastorePath configPath, VirtualMachinePowerState power, Placement placement) {
      return new Machine(
          id, configPath, power, placement.folder().value(), placement.host().value());
    }
  }

  /** A folder for machines that was added to the inventory, beneath another one. */
  record Folder(String id, String parent, String name) {}

  /** True until {@link #begin}, also if an earlier start was cut before. */
  boolean isNew();

  /** Registers the first machines, all or none. */
  void begin(List<Machine> machines);

  /** In the order of their registration. */
  List<Machine> machines();

  /** Each after its parent. */
  List<Folder> folders();

  /** Registers a machine, or replaces what is known of it. */
  void put(Machine machine);

  /** Forgets a machine; harmless if it is not known. */
  void removeMachine(String id);

  /** Adds a folder, or replaces its parent and name. */
  void put(Folder folder);

  /** Forgets a folder; harmless if it is not known. */
  void removeFolder(String id);
}
