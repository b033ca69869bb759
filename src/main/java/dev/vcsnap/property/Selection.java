package dev.vcsnap.property;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectState;
import dev.vcsnap.objects.ReadPoint;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.ObjectSpec;
import dev.vcsnap.vim.SelectionSpec;
import dev.vcsnap.vim.TraversalSpec;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which objects a filter is about: the compiled {@code objectSet}, its traversals resolved to a
 * graph.
 *
 * <p>A traversal visits each object once, so that a graph with cycles comes to an end.
 */
final class Selection {

  /** What a run of the selection found. */
  record Found(Set<ManagedObject> objects, List<ManagedObjectReference> missing) {}

  private record Start(ManagedObjectReference reference, boolean skip, List<Traversal> next) {}

  /** One traversal: from objects of a type along a property. */
  private static final class Traversal {
    private final TypeMatch from;
    private final PropertyPath path;
    private final List<String> followed;
    private final boolean skip;
    private final List<Traversal> next = new ArrayList<>();
    private final int number;

    Traversal(TypeMatch from, PropertyPath path, boolean skip, int number) {
      this.from = from;
      this.path = path;
      this.followed = List.of(path.root());
      this.skip = skip;
      this.number = number;
    }
  }

  private final List<Start> starts;
  private final int traversalCount;

  private Selection(List<Start> starts, int traversalCount) {
    this.starts = starts;
    this.traversalCount = traversalCount;
  }

  /**
   * Compiles the specifications.
   *
   * @throws dev.vcsnap.vim.VimException InvalidProperty for a path that the type has not,
   *     InvalidArgument for an unknown type or an unknown traversal name
   */
  static Selection compile(@Nullable List<ObjectSpec> objectSet) {
    if (objectSet == null || objectSet.isEmpty()) {
      throw Faults.invalidArgument("objectSet");
    }
    return new Compiler().compile(objectSet);
  }

  /** The objects that it starts from. */
  List<ManagedObjectReference> named() {
    return starts.stream().map(Start::reference).toList();
  }

  /** Finds the objects, in the order of the first visit. */
  Found run(ReadPoint point, Reader reader, Dependencies dependencies) {
    return new Run(point, reader, dependencies).run();
  }

  /** One run: what is still to be visited, and what was. */
  private final class Run {

    private record Visit(Traversal traversal, ManagedObject object) {}

    private final ReadPoint point;
    private final Reader reader;
    private final Dependencies dependencies;
    private final Set<ManagedObject> selected = new LinkedHashSet<>();
    private final List<Set<ManagedObject>> visited = new ArrayList<>(traversalCount);
    private final ArrayDeque<Visit> open = new ArrayDeque<>();

    Run(ReadPoint point, Reader reader, Dependencies dependencies) {
      this.point = point;
      this.reader = reader;
      this.dependencies = dependencies;
      for (int i = 0; i < traversalCount; i++) {
        visited.add(Collections.newSetFromMap(new IdentityHashMap<>()));
      }
    }

    Found run() {
      List<ManagedObjectReference> missing = new ArrayList<>();
      for (Start start : starts) {
        ManagedObject object = point.find(start.reference);
        if (object == null) {
          missing.add(start.reference);
          dependencies.unresolved();
        } else {
          dependencies.followed(object, point.stateOf(object), List.of());
          reach(object, start.skip, start.next);
        }
        while (!open.isEmpty()) {
          Visit visit = open.removeFirst();
          follow(visit.traversal, visit.object);
        }
      }
      return new Found(selected, missing);
    }

    private void reach(ManagedObject object, boolean skip, List<Traversal> next) {
      if (!skip) {
        selected.add(object);
      }
      for (Traversal traversal : next) {
        if (traversal.from.matches(object.type()) && visited.get(traversal.number).add(object)) {
          open.addLast(new Visit(traversal, object));
        }
      }
    }

    private void follow(Traversal traversal, ManagedObject object) {
      PropertyPath path = traversal.path;
      if (reader.lacks(object, path) != null) {
        return;
      }
      if (object.computedBy(path.root()) instanceof LiveMembers members && !path.isNested()) {
        for (ManagedObject target : members.at(point, dependencies)) {
          reachSeen(traversal, target);
        }
        return;
      }
      if (object.computedBy(path.root()) != null) {
        dependencies.computed();
      }
      ObjectState state = point.stateOf(object);
      dependencies.followed(object, state, traversal.followed);
      Object value = path.read(object, state, reader.sessionId());
      if (value instanceof List<?> list) {
        list.forEach(item -> reachReference(traversal, item));
      } else {
        reachReference(traversal, value);
      }
    }

    private void reachReference(Traversal traversal, @Nullable Object value) {
      if (!(value instanceof ManagedObjectReference reference)) {
        return;
      }
      ManagedObject target = point.find(reference);
      if (target == null) {
        dependencies.unresolved();
      } else {
        reachSeen(traversal, target);
      }
    }

    /** What the reader may not see is not found. */
    private void reachSeen(Traversal traversal, ManagedObject target) {
      if (reader.sees(target)) {
        reach(target, traversal.skip, traversal.next);
      }
    }
  }

  /** Turns the tree of specifications, with its references by name, into a graph. */
  private static final class Compiler {

    private final Map<String, Traversal> byName = new HashMap<>();
    private final IdentityHashMap<TraversalSpec, Traversal> bySpec = new IdentityHashMap<>();

    Selection compile(List<ObjectSpec> objectSet) {
      objectSet.forEach(spec -> define(spec.selectSet));
      bySpec.forEach((spec, traversal) -> traversal.next.addAll(resolve(spec.selectSet)));
      List<Start> starts = new ArrayList<>();
      for (ObjectSpec spec : objectSet) {
        if (spec.obj == null) {
          throw Faults.invalidArgument("objectSet.obj");
        }
        starts.add(new Start(spec.obj, Boolean.TRUE.equals(spec.skip), resolve(spec.selectSet)));
      }
      return new Selection(starts, bySpec.size());
    }

    private void define(@Nullable List<SelectionSpec> selectSet) {
      if (selectSet == null) {
        return;
      }
      for (SelectionSpec selection : selectSet) {
        if (selection instanceof TraversalSpec spec && !bySpec.containsKey(spec)) {
          TypeMatch from = TypeMatch.of(spec.type, "selectSet.type");
          if (spec.path == null) {
            throw Faults.invalidArgument("selectSet.path");
          }
          var traversal =
              new Traversal(
                  from,
                  PropertyPath.parse(from, spec.path),
                  Boolean.TRUE.equals(spec.skip),
                  bySpec.size());
          bySpec.put(spec, traversal);
          if (spec.name != null && !spec.name.isEmpty()) {
            byName.putIfAbsent(spec.name, traversal);
          }
          define(spec.selectSet);
        }
      }
    }

    private List<Traversal> resolve(@Nullable List<SelectionSpec> selectSet) {
      List<Traversal> traversals = new ArrayList<>();
      if (selectSet != null) {
        for (SelectionSpec selection : selectSet) {
          Traversal traversal =
              selection instanceof TraversalSpec spec
                  ? bySpec.get(spec)
                  : byName.get(String.valueOf(selection.name));
          if (traversal == null) {
            throw Faults.invalidArgument("selectSet.name");
          }
          traversals.add(traversal);
        }
      }
      return traversals;
    }
  }
}
