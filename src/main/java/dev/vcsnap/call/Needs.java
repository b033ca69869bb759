package dev.vcsnap.call;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.rights.Concerns;
import dev.vcsnap.session.Session;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.ManagedObjectReference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The privileges that one call asks for, on the objects that it concerns.
 *
 * <p>What is asked on an object that is not in the inventory is asked on the one that it is about.
 * A reference to nothing asks for nothing: that there is nothing is told by the method.
 */
public final class Needs {

  private final ObjectRegistry objects;
  private final Concerns concerns;
  private final Privileges privileges;
  private final Session session;
  private final Map<ManagedObjectReference, List<String>> missing = new LinkedHashMap<>();

  Needs(ObjectRegistry objects, Concerns concerns, Privileges privileges, Session session) {
    this.objects = objects;
    this.concerns = concerns;
    this.privileges = privileges;
    this.session = session;
  }

  /** Who calls. */
  public Session session() {
    return session;
  }

  /** Asks for a privilege on an object. */
  public Needs on(ManagedObject object, String privilegeId) {
    ManagedObject entity = concerns.entityOf(object);
    if (!privileges.has(session, entity, privilegeId)) {
      List<String> lacking =
          missing.computeIfAbsent(entity.reference(), reference -> new ArrayList<>());
      if (!lacking.contains(privilegeId)) {
        lacking.add(privilegeId);
      }
    }
    return this;
  }

  /** Asks for a privilege on the object behind a reference, if there is one. */
  public Needs on(@Nullable ManagedObjectReference reference, String privilegeId) {
    ManagedObject object = reference == null ? null : objects.find(reference);
    return object == null ? this : on(object, privilegeId);
  }

  /** The object behind a reference, or null. */
  public @Nullable ManagedObject find(ManagedObjectReference reference) {
    return objects.find(reference);
  }

  /** The objects in a list of references that are there. */
  public List<ManagedObject> objectsIn(@Nullable Object references) {
    return references instanceof List<?> list
        ? list.stream()
            .map(reference -> objects.find((ManagedObjectReference) reference))
            .filter(Objects::nonNull)
            .toList()
        : List.of();
  }

  /** Refuses the call if anything was missing. */
  void check() {
    if (!missing.isEmpty()) {
      throw Faults.noPermission(missing);
    }
  }
}
