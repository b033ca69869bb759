package dev.vcsnap.provision;

import dev.vcsnap.inventory.EntityName;
import dev.vcsnap.inventory.InventoryTree;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.ManagedObjectReference;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Gives each name in a folder to one member: those that are there have theirs, and an operation
 * that is about to add one holds its name until the member can be seen.
 */
final class NameClaims {

  private record Name(ManagedObjectReference folder, String text) {}

  private final InventoryTree tree;
  private final Set<Name> held = new HashSet<>();
  private final Set<ManagedObjectReference> closed = new HashSet<>();

  NameClaims(InventoryTree tree) {
    this.tree = tree;
  }

  /** A name that is held; closing lets it go. */
  interface Claim extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Holds a name.
   *
   * @throws dev.vcsnap.vim.VimException InvalidName, DuplicateName if a member has it or is about
   *     to, or ManagedObjectNotFound if the folder is gone or is being removed
   */
  Claim claim(ManagedObject folder, String name) {
    EntityName.require(name, folder.reference());
    var wanted = new Name(folder.reference(), name);
    synchronized (held) {
      if (closed.contains(folder.reference()) || tree.find(folder.reference()).isEmpty()) {
        throw Faults.notFound(folder.reference());
      }
      Optional<ManagedObject> other = tree.childNamed(folder, name);
      if (other.isPresent() || !held.add(wanted)) {
        throw Faults.duplicateName(
            name, other.map(ManagedObject::reference).orElse(folder.reference()));
      }
    }
    return () -> {
      synchronized (held) {
        held.remove(wanted);
      }
    };
  }

  /**
   * Keeps an empty folder empty for as long as the claim is held, so that it can be removed.
   *
   * @throws dev.vcsnap.vim.VimException ConcurrentAccess if it has a member or is about to
   */
  Claim close(ManagedObject folder) {
    synchronized (held) {
      boolean empty = folder.get("childEntity") instanceof List<?> members && members.isEmpty();
      if (!empty
          || held.stream().anyMatch(name -> name.folder.equals(folder.reference()))
          || !closed.add(folder.reference())) {
        throw ProvisionFaults.changedMeanwhile(folder.id());
      }
    }
    return () -> {
      synchronized (held) {
        closed.remove(folder.reference());
      }
    };
  }
}
