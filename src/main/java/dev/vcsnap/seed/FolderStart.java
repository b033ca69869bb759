package dev.vcsnap.seed;

import dev.vcsnap.inventory.InventoryTree;
import dev.vcsnap.inventory.Registrations;
import dev.vcsnap.objects.Transaction;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds the registered folders to the tree again. One whose parent is gone stops nobody: it is
 * dropped if nothing is in it, else it comes up at the top, with its id behind its name.
 */
final class FolderStart {

  private static final Logger LOG = LoggerFactory.getLogger(FolderStart.class);

  private final Registrations registrations;
  private final InventoryTree tree;

  FolderStart(Registrations registrations, InventoryTree tree) {
    this.registrations = registrations;
    this.tree = tree;
  }

  void start() {
    List<Registrations.Folder> folders = registrations.folders();
    Set<String> used = new HashSet<>();
    folders.forEach(folder -> used.add(folder.parent()));
    registrations.machines().forEach(machine -> used.add(machine.folder()));
    tree.restructure(tx -> folders.forEach(folder -> restore(tx, folder, used)));
  }

  private void restore(Transaction tx, Registrations.Folder folder, Set<String> used) {
    if (tree.hasFolder(tx, folder.parent())) {
      tree.addVmFolder(tx, folder);
    } else if (used.contains(folder.id())) {
      String name = folder.name() + " (" + folder.id() + ")";
      LOG.warn("The parent of the folder {} is gone; it is shown as '{}'", folder, name);
      var moved = new Registrations.Folder(folder.id(), tree.vmFolder().id(), name);
      tree.addVmFolder(tx, moved);
      registrations.put(moved);
    } else {
      LOG.warn("The parent of the empty folder {} is gone; it is dropped", folder);
      registrations.removeFolder(folder.id());
    }
  }
}
