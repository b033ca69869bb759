package dev.vcsnap.rights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.vim.ManagedObjectReference;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Random trees with random permissions, against the rules of propagation written down plainly. */
class AccessModelTest {

  private static final List<String> PRIVILEGES = List.of(RightsLab.POWER, RightsLab.SNAPSHOT);
  private static final List<String> USERS = List.of("ann", "bob", "eve");

  /** One permission as the model keeps it. */
  private record Said(
      ManagedObject on, String who, boolean group, Set<String> privileges, boolean propagate) {}

  @Property(tries = 150)
  void what_one_may_do_is_what_the_plain_rules_say(@ForAll long seed) {
    var random = new Random(seed);
    var lab = new RightsLab();
    List<ManagedObject> all = tree(lab, random);
    List<Said> model = new ArrayList<>();
    for (int i = random.nextInt(12); i > 0; i--) {
      permit(lab, all, model, random, i);
    }
    for (ManagedObject object : all) {
      for (String user : USERS) {
        Access access = lab.accessOf(user);
        for (String privilege : PRIVILEGES) {
          assertThat(access.has(object, privilege))
              .as("seed %d: %s %s on %s", seed, user, privilege, object)
              .isEqualTo(at(lab, model, user, object, true).contains(privilege));
        }
      }
    }
  }

  private static List<ManagedObject> tree(RightsLab lab, Random random) {
    List<ManagedObject> folders = new ArrayList<>(List.of(lab.vmFolder));
    List<ManagedObject> pools = new ArrayList<>(List.of(lab.pool));
    List<ManagedObject> all =
        new ArrayList<>(List.of(lab.root, lab.datacenter, lab.vmFolder, lab.cluster, lab.pool));
    for (int i = 0; i < 6; i++) {
      folders.add(lab.add("Folder", "group-v" + (100 + i), pick(folders, random)));
      pools.add(lab.add("ResourcePool", "resgroup-" + (200 + i), pick(pools, random)));
    }
    all.addAll(folders);
    all.addAll(pools);
    for (int i = 0; i < 8; i++) {
      ManagedObject vm = lab.add("VirtualMachine", "vm-" + (300 + i), pick(folders, random));
      ManagedObjectReference pool = pick(pools, random).reference();
      lab.objects.change(tx -> tx.set(vm, "resourcePool", pool));
      all.add(vm);
    }
    return all;
  }

  private static void permit(
      RightsLab lab, List<ManagedObject> all, List<Said> model, Random random, int number) {
    boolean group = random.nextBoolean();
    String who = pick(group ? List.of("red", "blue") : USERS, random);
    ManagedObject on = pick(all, random);
    boolean propagate = random.nextInt(4) > 0;
    Set<String> privileges = new HashSet<>();
    PRIVILEGES.stream().filter(privilege -> random.nextBoolean()).forEach(privileges::add);
    int role = lab.role("role " + number, privileges.toArray(String[]::new));
    if (group) {
      lab.giveGroup(on, who, role, propagate);
    } else {
      lab.give(on, who, role, propagate);
    }
    model.removeIf(said -> said.on == on && said.group == group && said.who.equals(who));
    model.add(new Said(on, who, group, privileges, propagate));
  }

  /**
   * The rules: nearest first, own before groups, groups add up, both parents of a machine count.
   */
  private static Set<String> at(
      RightsLab lab, List<Said> model, String user, ManagedObject object, boolean self) {
    List<Said> here =
        model.stream().filter(said -> said.on == object && (self || said.propagate)).toList();
    List<Said> own = here.stream().filter(said -> !said.group && said.who.equals(user)).toList();
    if (!own.isEmpty()) {
      return own.getFirst().privileges;
    }
    List<Said> groups =
        here.stream().filter(said -> said.group && groupsOf(user).contains(said.who)).toList();
    Set<String> privileges = new HashSet<>();
    if (!groups.isEmpty()) {
      groups.forEach(said -> privileges.addAll(said.privileges));
      return privileges;
    }
    for (String property : List.of("parent", "resourcePool")) {
      if (object.type().properties().containsKey(property)
          && object.get(property) instanceof ManagedObjectReference parent) {
        privileges.addAll(at(lab, model, user, lab.objects.find(parent), false));
      }
    }
    return privileges;
  }

  private static Set<String> groupsOf(String user) {
    return switch (user) {
      case "ann" -> Set.of("red", "blue");
      case "bob" -> Set.of("red");
      default -> Set.of();
    };
  }

  private static <T> T pick(List<T> list, Random random) {
    return list.get(random.nextInt(list.size()));
  }
}
