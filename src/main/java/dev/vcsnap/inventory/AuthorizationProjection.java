package dev.vcsnap.inventory;

import dev.vcsnap.vim.AuthorizationDescription;
import dev.vcsnap.vim.AuthorizationPrivilege;
import dev.vcsnap.vim.AuthorizationRole;
import dev.vcsnap.vim.ElementDescription;
import dev.vcsnap.vim.ManagedType;
import dev.vcsnap.vim.Vim25;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The roles and privileges that the authorization manager lists.
 *
 * <p>The privileges are those that the interface table asks for, so a client never meets one in a
 * fault that is missing from the list.
 */
final class AuthorizationProjection {

  static final int ADMIN = -1;

  private static final String VIEW = "System.View";
  private static final String READ = "System.Read";
  private static final String ANONYMOUS = "System.Anonymous";

  /**
   * Those that protect data paths or single members of a spec, which the table has no place for.
   */
  private static final List<String> BEYOND_THE_TABLE =
      List.of(
          VIEW,
          READ,
          ANONYMOUS,
          "Datastore.Browse",
          "Global.CancelTask",
          "Host.Config.Storage",
          "VApp.Export",
          "VirtualMachine.Config.AddExistingDisk",
          "VirtualMachine.Config.AddNewDisk",
          "VirtualMachine.Config.AddRemoveDevice",
          "VirtualMachine.Config.AdvancedConfig",
          "VirtualMachine.Config.CPUCount",
          "VirtualMachine.Config.ChangeTracking",
          "VirtualMachine.Config.DiskExtend",
          "VirtualMachine.Config.DiskLease",
          "VirtualMachine.Config.EditDevice",
          "VirtualMachine.Config.Memory",
          "VirtualMachine.Config.RemoveDisk",
          "VirtualMachine.Config.Rename",
          "VirtualMachine.Config.Settings",
          "VirtualMachine.Provisioning.DiskRandomAccess",
          "VirtualMachine.Provisioning.DiskRandomRead",
          "VirtualMachine.Provisioning.GetVmFiles",
          "VirtualMachine.Provisioning.PutVmFiles");

  private @Nullable List<String> made;

  List<AuthorizationRole> roles() {
    return List.of(
        role(-5, "NoAccess", "No access", "Used for restricting granted access", List.of()),
        role(-4, "Anonymous", "Anonymous", "Not logged-in user", List.of(ANONYMOUS)),
        role(-3, "View", "View", "Visibility access", List.of(ANONYMOUS, VIEW)),
        role(
            -2,
            "ReadOnly",
            "Read-only",
            "See details, but make no changes",
            List.of(ANONYMOUS, READ, VIEW)),
        role(ADMIN, "Admin", "Administrator", "Full access rights", privilegeIds()));
  }

  List<AuthorizationPrivilege> privileges() {
    return privilegeIds().stream()
        .map(id -> {
          int dot = id.lastIndexOf('.');
          var privilege = new AuthorizationPrivilege();
          privilege.privId = id;
          privilege.name = id.substring(dot + 1);
          privilege.privGroupName = dot < 0 ? "" : id.substring(0, dot);
          return privilege;
        })
        .toList();
  }

  AuthorizationDescription description() {
    var description = new AuthorizationDescription();
    description.privilege =
        privilegeIds().stream()
            .map(id -> Describe.element(id, Describe.words(id.substring(id.lastIndexOf('.') + 1))))
            .toList();
    description.privilegeGroup = groups();
    return description;
  }

  /** Made when they are first asked for, since that takes every managed type of the table. */
  private synchronized List<String> privilegeIds() {
    if (made == null) {
      var ids = new TreeSet<>(BEYOND_THE_TABLE);
      Vim25.allManaged().flatMap(AuthorizationProjection::named).forEach(ids::add);
      ids.remove("");
      made = List.copyOf(ids);
    }
    return made;
  }

  private List<ElementDescription> groups() {
    var groups = new TreeSet<String>();
    privileges().forEach(privilege -> groups.add(privilege.privGroupName));
    return groups.stream()
        .map(id -> Describe.element(id, Describe.words(id.substring(id.lastIndexOf('.') + 1))))
        .toList();
  }

  private static AuthorizationRole role(
      int id, String name, String label, String summary, List<String> privileges) {
    var role = new AuthorizationRole();
    role.roleId = id;
    role.system = true;
    role.name = name;
    role.info = Describe.text(label, summary);
    role.privilege = privileges;
    return role;
  }

  private static Stream<String> named(ManagedType type) {
    return Stream.concat(
        type.properties().values().stream().map(property -> property.privilege()),
        type.methods().values().stream()
            .flatMap(method ->
                Stream.concat(
                    Stream.of(method.privilege()),
                    method.parameters().stream().map(parameter -> parameter.privilege()))));
  }
}
