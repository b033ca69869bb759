package dev.vcsnap.inventory;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.Transaction;
import dev.vcsnap.vim.ManagedObjectReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The lists of members that one transaction changes, each read once and published once.
 *
 * <p>Without it a second change to the same list would start from what was there before the first.
 */
final class Membership {

  private record Place(ManagedObject owner, String property) {}

  private final Map<Place, List<ManagedObjectReference>> changed = new LinkedHashMap<>();

  /** Adds a member that is not in the list. */
  void add(ManagedObject owner, String property, ManagedObjectReference member) {
    members(owner, property).add(member);
  }

  void remove(ManagedObject owner, String property, ManagedObjectReference member) {
    members(owner, property).remove(member);
  }

  void publish(Transaction tx) {
    changed.forEach((place, members) ->
        tx.set(place.owner, place.property, Collections.unmodifiableList(members)));
  }

  private List<ManagedObjectReference> members(ManagedObject owner, String property) {
    return changed.computeIfAbsent(
        new Place(owner, property),
        place -> {
          var members = new ArrayList<ManagedObjectReference>();
          if (owner.get(property) instanceof List<?> list) {
            members.ensureCapacity(list.size() + 1);
            list.forEach(member -> members.add((ManagedObjectReference) member));
          }
          return members;
        });
  }
}
