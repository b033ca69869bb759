package dev.vcsnap.provision;

import dev.vcsnap.inventory.EntityName;
import dev.vcsnap.inventory.InventoryTree;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.ManagedObjectReference;
import java.util.HashSet;
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
   * @throws dev.vcsnap.vim.VimException InvalidName, or DuplicateName if a member has it or is
   *     about to
   */
  Claim claim(ManagedObject folder, String name) {
    EntityName.require(name, folder.reference());
    var wanted = new Name(folder.reference(), name);
    synchronized (held) {
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
}
