package dev.vcsnap.provision;

import dev.vcsnap.inventory.Registrations;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Registrations that a test can look at, without a database. */
final class RememberedMachines implements Registrations {

  private final Map<String, Machine> machines = new LinkedHashMap<>();
  private final Map<String, Folder> folders = new LinkedHashMap<>();
  private boolean lost;

  /** From now on no machine is removed, as with a database that is gone. */
  synchronized void lose() {
    lost = true;
  }

  @Override
  public boolean isNew() {
    return false;
  }

  @Override
  public void begin(List<Machine> first) {
    first.forEach(this::put);
  }

  @Override
  public synchronized List<Machine> machines() {
    return List.copyOf(machines.values());
  }

  @Override
  public synchronized List<Folder> folders() {
    return List.copyOf(folders.values());
  }

  @Override
  public synchronized void put(Machine machine) {
    machines.put(machine.id(), machine);
  }

  @Override
  public synchronized void removeMachine(String id) {
    if (lost) {
      throw new IllegalStateException("The database is gone");
    }
    machines.remove(id);
  }

  @Override
  public synchronized void put(Folder folder) {
    folders.put(folder.id(), folder);
  }

  @Override
  public synchronized void removeFolder(String id) {
    folders.remove(id);
  }
}
