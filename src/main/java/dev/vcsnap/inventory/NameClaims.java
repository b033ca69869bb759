package dev.vcsnap.inventory;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.vim.ConcurrentAccess;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.VimException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Gives each name in a folder to one member: those that are there have theirs, and an operation
 * that is about to add one holds its name until the member can be seen.
 */
public final class NameClaims {

  private record Name(ManagedObjectReference folder, String text) {}

  private final InventoryTree tree;
  private final Set<Name> held = new HashSet<>();
  private final Set<ManagedObjectReference> closed = new HashSet<>();

  public NameClaims(InventoryTree tree) {
    this.tree = tree;
  }

  /** A name that is held; closing lets it go. */
  public interface Claim extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Holds a name.
   *
   * @throws VimException InvalidName, DuplicateName if a member has it or is about to, or
   *     ManagedObjectNotFound if the folder is gone or is being removed
   */
  public Claim claim(ManagedObject folder, String name) {
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

  /** Holds another name for a member, in the folder that it is shown in. */
  Claim claimAnother(VirtualMachine machine, String name) {
    EntityName.require(name, machine.reference());
    ManagedObjectReference folder = machine.placement().folder();
    return claim(tree.find(folder).orElseThrow(() -> Faults.notFound(folder)), name);
  }

  /**
   * Keeps an empty folder empty for as long as the claim is held, so that it can be removed.
   *
   * @throws VimException ConcurrentAccess if it has a member or is about to
   */
  public Claim close(ManagedObject folder) {
    synchronized (held) {
      boolean empty = folder.get("childEntity") instanceof List<?> members && members.isEmpty();
      if (!empty
          || held.stream().anyMatch(name -> name.folder.equals(folder.reference()))
          || !closed.add(folder.reference())) {
        throw new VimException(
            new ConcurrentAccess(), "The folder " + folder.id() + " is being changed.");
      }
    }
    return () -> {
      synchronized (held) {
        closed.remove(folder.reference());
      }
    };
  }
}
