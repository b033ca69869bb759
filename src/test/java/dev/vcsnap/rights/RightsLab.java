package dev.vcsnap.rights;

import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.inventory.StillClock;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.session.Account;
import dev.vcsnap.session.Principal;
import dev.vcsnap.session.SessionService;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.Permission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A small tree with users and groups, to set permissions in. */
final class RightsLab {

  static final String POWER = "VirtualMachine.Interact.PowerOn";
  static final String SNAPSHOT = "VirtualMachine.State.CreateSnapshot";

  final ObjectRegistry objects = new ObjectRegistry();
  final SessionService sessions =
      new SessionService(
          new StillClock(),
          new Ids(new Dice(1)),
          List.of(
              Account.administrator("root", "x"),
              user("ann", "red", "blue"),
              user("bob", "red"),
              user("eve")),
          Duration.ofMinutes(30));
  final AuthorizationService authorization =
      new AuthorizationService(sessions.accounts(), new PrivilegeCatalog());
  final AccessService access = new AccessService(objects, authorization);

  final ManagedObject root = add("Folder", "group-d1", null);
  final ManagedObject datacenter = add("Datacenter", "datacenter-2", root);
  final ManagedObject vmFolder = add("Folder", "group-v3", datacenter);
  final ManagedObject hostFolder = add("Folder", "group-h4", datacenter);
  final ManagedObject cluster = add("ClusterComputeResource", "domain-c7", hostFolder);
  final ManagedObject pool = add("ResourcePool", "resgroup-8", cluster);
  final ManagedObject machine = add("VirtualMachine", "vm-9", vmFolder);
  final ManagedObject other = add("VirtualMachine", "vm-10", vmFolder);

  RightsLab() {
    for (ManagedObject vm : List.of(machine, other)) {
      objects.change(tx -> tx.set(vm, "resourcePool", pool.reference()));
    }
  }

  private static Account user(String name, String... groups) {
    List<Principal> memberOf = new ArrayList<>();
    for (String group : groups) {
      memberOf.add(Principal.parse(group));
    }
    return new Account(name, "x", Set.copyOf(memberOf), "");
  }

  ManagedObject add(String type, String id, ManagedObject parent) {
    var object = new ManagedObject(type, id);
    objects.change(tx -> {
      tx.add(object);
      if (parent != null) {
        tx.set(object, "parent", parent.reference());
      }
    });
    return object;
  }

  /** A role with some privileges. */
  int role(String name, String... privileges) {
    return authorization.addRole(name, List.of(privileges));
  }

  void give(ManagedObject object, String user, int role, boolean propagate) {
    set(object.reference(), user, false, role, propagate);
  }

  void giveGroup(ManagedObject object, String group, int role, boolean propagate) {
    set(object.reference(), group, true, role, propagate);
  }

  boolean may(String user, ManagedObject object, String privilege) {
    return accessOf(user).has(object, privilege);
  }

  Access accessOf(String user) {
    return access.of(sessions.accounts().find(user).orElseThrow());
  }

  private void set(
      ManagedObjectReference entity, String principal, boolean group, int role, boolean propagate) {
    authorization.setPermissions(entity, List.of(permission(principal, group, role, propagate)));
  }

  static Permission permission(String principal, boolean group, int role, boolean propagate) {
    var permission = new Permission();
    permission.principal = principal;
    permission.group = group;
    permission.roleId = role;
    permission.propagate = propagate;
    return permission;
  }
}
