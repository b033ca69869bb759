package dev.vcsnap.rights;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.vim.ManagedObjectReference;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one caller may do while one request is answered.
 *
 * <p>The permission nearest to an object counts, and hides those further up. A machine inherits
 * from its folder and from its pool, and has what both give. On the way down to what a caller may
 * see the caller sees the objects in between.
 *
 * <p>What a folder passes on is worked out once a request, so that ten thousand machines in it cost
 * two look-ups each. Not thread-safe.
 */
public final class Access {

  /** Deeper than any inventory; ends the walk if one has a cycle. */
  private static final int DEPTH_MAX = 256;

  private final Standing standing;
  private final ObjectRegistry objects;
  private final Concerns concerns;
  private final Grant view;
  private final Map<String, Grant> passedOn = new HashMap<>();
  private @Nullable Set<String> onTheWay;

  /** The object that was asked about last, since it is often asked about again. */
  private @Nullable ManagedObject asked;

  private Grant held = Grant.NONE;

  Access(Standing standing, ObjectRegistry objects, Concerns concerns, Grant view) {
    this.standing = standing;
    this.objects = objects;
    this.concerns = concerns;
    this.view = view;
  }

  /** True if nothing is refused anywhere, so that nothing needs to be asked. */
  public boolean isUnrestricted() {
    Grant everywhere = standing.everywhere();
    return everywhere != null && everywhere.hasEverything();
  }

  /** True if nothing was changed about roles and permissions between this and the other one. */
  public boolean isOfTheSameRights(@Nullable Access other) {
    return other != null && standing == other.standing;
  }

  /** True if the caller has the privilege on the object, or on the member that it is about. */
  public boolean has(ManagedObject object, String privilegeId) {
    Grant everywhere = standing.everywhere();
    if (everywhere != null) {
      return everywhere.has(privilegeId);
    }
    if (object != asked) {
      held = on(concerns.entityOf(object));
      asked = object;
    }
    return held.has(privilegeId);
  }

  /** What the caller has on a member of the inventory. */
  Grant on(ManagedObject entity) {
    Standing.Said said = standing.on(entity.id());
    Grant grant = said == null ? inherited(entity, 0) : said.here();
    if (grant.roleIds().isEmpty() && onTheWay().contains(entity.id())) {
      return view;
    }
    return grant;
  }

  private Grant inherited(ManagedObject entity, int depth) {
    Grant grant = Grant.NONE;
    if (depth < DEPTH_MAX) {
      for (ManagedObject parent : parents(entity, objects)) {
        grant = grant.plus(passedOnBy(parent, depth + 1));
      }
    }
    return grant;
  }

  private Grant passedOnBy(ManagedObject container, int depth) {
    Grant known = passedOn.get(container.id());
    if (known == null) {
      Standing.Said said = standing.on(container.id());
      Grant below = said == null ? null : said.below();
      known = below == null ? inherited(container, depth) : below;
      passedOn.put(container.id(), known);
    }
    return known;
  }

  /** The ancestors of what the caller may see. */
  private Set<String> onTheWay() {
    Set<String> found = onTheWay;
    if (found == null) {
      Set<String> ids = new HashSet<>();
      for (var entry : standing.all()) {
        ManagedObject entity = objects.find(entry.getKey());
        if (entity != null && entry.getValue().here().has(PrivilegeCatalog.VIEW)) {
          ancestorsOf(entity, objects).forEach(ancestor -> ids.add(ancestor.id()));
        }
      }
      found = ids;
      onTheWay = found;
    }
    return found;
  }

  /** The members that an object inherits from, the nearest first. */
  static Set<ManagedObject> ancestorsOf(ManagedObject entity, ObjectRegistry objects) {
    Set<ManagedObject> found = new LinkedHashSet<>();
    Deque<ManagedObject> open = new ArrayDeque<>(parents(entity, objects));
    while (!open.isEmpty()) {
      ManagedObject ancestor = open.remove();
      if (found.add(ancestor)) {
        open.addAll(parents(ancestor, objects));
      }
    }
    return found;
  }

  /** What an object inherits from. */
  private static List<ManagedObject> parents(ManagedObject entity, ObjectRegistry objects) {
    List<ManagedObject> parents = new ArrayList<>(2);
    add(parents, objects, entity.get("parent"));
    if (entity.type().isA("VirtualMachine")) {
      add(parents, objects, entity.get("resourcePool"));
      add(parents, objects, entity.get("parentVApp"));
    }
    return parents;
  }

  private static void add(
      List<ManagedObject> parents, ObjectRegistry objects, @Nullable Object value) {
    ManagedObject parent =
        value instanceof ManagedObjectReference reference ? objects.find(reference) : null;
    if (parent != null) {
      parents.add(parent);
    }
  }
}
