package dev.vcsnap.admin;

import dev.vcsnap.call.Privileges;
import dev.vcsnap.datastore.SnapshotEntry;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.inventory.VirtualMachines;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.rights.PrivilegeCatalog;
import dev.vcsnap.session.Admission;
import dev.vcsnap.session.Session;
import dev.vcsnap.vim.VimException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import org.springframework.http.HttpStatus;

/** Finds what a request is about, for whoever is logged in and may see or change it. */
final class AdminDoor {

  static final String READ = "System.Read";
  static final String CONFIGURE = "VirtualMachine.Config.AdvancedConfig";

  private final Admission admission;
  private final Privileges privileges;
  private final VirtualMachines machines;

  AdminDoor(Admission admission, Privileges privileges, VirtualMachines machines) {
    this.admission = admission;
    this.privileges = privileges;
    this.machines = machines;
  }

  /**
   * The machine with that id or, if none has it, of that name.
   *
   * @throws Refusal 401, or as {@link #machine(Session, String, String)}
   */
  VirtualMachine machine(
      String idOrName, String privilegeId, HttpServletRequest request, HttpServletResponse reply) {
    return machine(session(request, reply), idOrName, privilegeId);
  }

  /**
   * Who asks.
   *
   * @throws Refusal 401
   */
  Session session(HttpServletRequest request, HttpServletResponse reply) {
    return admission
        .sessionOf(request, reply)
        .orElseThrow(() ->
            new Refusal(
                HttpStatus.UNAUTHORIZED,
                "Log in, with a session or with a user's name and password"));
  }

  /**
   * The machine with that id or, if none has it, of that name. To those who may not see it, it does
   * not exist.
   *
   * @throws Refusal 403, 404, or 409 if the machine's files cannot be used
   */
  VirtualMachine machine(Session session, String idOrName, String privilegeId) {
    ManagedObject object =
        machines
            .withIdOrName(idOrName)
            .filter(found -> privileges.has(session, found, PrivilegeCatalog.VIEW))
            .orElseThrow(() -> Refusal.notFound("There is no virtual machine '" + idOrName + "'"));
    require(session, object, privilegeId);
    try {
      return machines.of(object);
    } catch (VimException unusable) {
      throw new Refusal(HttpStatus.CONFLICT, String.valueOf(unusable.getMessage()));
    }
  }

  /**
   * Refuses whom something is not allowed.
   *
   * @throws Refusal 403
   */
  void require(Session session, ManagedObject object, String privilegeId) {
    if (!privileges.has(session, object, privilegeId)) {
      throw new Refusal(HttpStatus.FORBIDDEN, "This needs the privilege " + privilegeId);
    }
  }

  /**
   * The machine's snapshot with that id or, if none has it, of that name.
   *
   * @throws Refusal 404, also if several have the name
   */
  SnapshotEntry snapshot(VirtualMachine machine, String idOrName) {
    List<SnapshotEntry> all = machine.snapshots().snapshots();
    List<SnapshotEntry> found =
        all.stream().filter(entry -> machine.snapshotId(entry.uid()).equals(idOrName)).toList();
    if (found.isEmpty()) {
      found = all.stream().filter(entry -> entry.displayName().equals(idOrName)).toList();
    }
    if (found.size() != 1) {
      throw Refusal.notFound(
          "'%s' has %s snapshot '%s'; ids are like %s"
              .formatted(
                  machine.name(),
                  found.isEmpty() ? "no" : "more than one",
                  idOrName,
                  machine.snapshotId(1)));
    }
    return found.getFirst();
  }
}
