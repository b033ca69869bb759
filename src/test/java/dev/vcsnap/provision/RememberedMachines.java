package dev.vcsnap.provision;

import dev.vcsnap.inventory.Registrations;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Registrations that a test can look at, without a database. */
final class RememberedMachines implements Registrations {

  private final Map<String, Machine> machines = new LinkedHashMap<>();
  private final Map<String, Folder> folders = new LinkedHashMap<>();

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
