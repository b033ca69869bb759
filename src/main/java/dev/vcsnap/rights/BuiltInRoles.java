package dev.vcsnap.rights;

import dev.vcsnap.rights.Role.Kind;
import java.util.List;
import java.util.Set;

/**
 * The roles that every server has: the system's, under the ids and names that a host and a vCenter
 * show, and the sample for backup programs (rule E5).
 */
public final class BuiltInRoles {

  /** Everything. */
  public static final int ADMIN = -1;

  static final int READ_ONLY = -2;

  /** What one has on the objects above those that one may do something with. */
  static final int VIEW = -3;

  static final int ANONYMOUS = -4;
  static final int NO_ACCESS = -5;
  static final int NO_CRYPTOGRAPHY = -6;

  /** The sample role for backup programs, under a real vCenter's name. */
  public static final String BACKUP = "VMwareConsolidatedBackupUser";

  private static final int BACKUP_ID = 7;

  private BuiltInRoles() {}

  static List<Role> all() {
    return List.of(
        system(
            NO_CRYPTOGRAPHY,
            "NoCryptoAdmin",
            "No cryptography administrator",
            "Full access without Cryptographic operations privileges",
            Kind.NO_CRYPTOGRAPHY),
        system(NO_ACCESS, "NoAccess", "No access", "Used for restricting granted access"),
        system(
            ANONYMOUS,
            "Anonymous",
            "Anonymous",
            "Not logged-in user (cannot be granted)",
            PrivilegeCatalog.ANONYMOUS),
        system(
            VIEW,
            "View",
            "View",
            "Visibility access (cannot be granted)",
            PrivilegeCatalog.ANONYMOUS,
            PrivilegeCatalog.VIEW),
        system(
            READ_ONLY,
            "ReadOnly",
            "Read-only",
            "See details of objects, but not make changes",
            PrivilegeCatalog.ANONYMOUS,
            PrivilegeCatalog.READ,
            PrivilegeCatalog.VIEW),
        system(ADMIN, "Admin", "Administrator", "Full access rights", Kind.EVERYTHING),
        new Role(
            BACKUP_ID,
            false,
            BACKUP,
            "VMware Consolidated Backup user (sample)",
            "Used by the Consolidated Backup utility",
            Kind.LISTED,
            backup()));
  }

  /** Rule E5. */
  private static Set<String> backup() {
    return Set.of(
        PrivilegeCatalog.ANONYMOUS,
        PrivilegeCatalog.VIEW,
        PrivilegeCatalog.READ,
        "VirtualMachine.State.CreateSnapshot",
        "VirtualMachine.State.RemoveSnapshot",
        "VirtualMachine.State.RevertToSnapshot",
        "VirtualMachine.State.RenameSnapshot",
        "VirtualMachine.Provisioning.DiskRandomRead",
        "VirtualMachine.Provisioning.DiskRandomAccess",
        "VirtualMachine.Provisioning.GetVmFiles",
        "VirtualMachine.Config.ChangeTracking",
        "VirtualMachine.Config.DiskLease",
        "Datastore.Browse",
        "Datastore.FileManagement",
        "Datastore.AllocateSpace",
        "VApp.Export",
        "Global.CancelTask",
        "Task.Create",
        "Task.Update",
        "Sessions.ValidateSession");
  }

  private static Role system(int id, String name, String label, String summary, Kind kind) {
    return new Role(id, true, name, label, summary, kind, Set.of());
  }

  private static Role system(
      int id, String name, String label, String summary, String... privileges) {
    return new Role(id, true, name, label, summary, Kind.LISTED, Set.of(privileges));
  }
}
