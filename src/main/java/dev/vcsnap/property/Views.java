package dev.vcsnap.property;

import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.objects.ComputedProperty;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.session.Session;
import dev.vcsnap.session.SessionService;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.ManagedObjectReference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The methods of the view manager and its views: named sets of objects to start a selection from.
 *
 * <p>A view belongs to the session that made it and ends with it; to others it does not exist.
 */
public final class Views {

  private static final int VIEWS_MAX = 200;
  private static final String INVENTORY_VIEW = "InventoryView";
  private static final String LIST_VIEW = "ListView";

  private final ObjectRegistry registry;
  private final SessionService sessions;
  private final Ids ids;
  private final Map<String, Map<String, ManagedObject>> viewsBySession = new ConcurrentHashMap<>();

  public Views(ObjectRegistry registry, SessionService sessions, Ids ids) {
    this.registry = registry;
    this.sessions = sessions;
    this.ids = ids;
    sessions.onEnd(this::ended);
  }

  /** The property {@code viewList} of the view manager: the views of the session that reads. */
  public ComputedProperty viewList() {
    return sessionId -> {
      Map<String, ManagedObject> views = sessionId == null ? null : viewsBySession.get(sessionId);
      if (views == null) {
        return List.of();
      }
      synchronized (views) {
        return views.values().stream().map(ManagedObject::reference).toList();
      }
    };
  }

  /**
   * Makes a view of what is below a container, now and later.
   *
   * @param types the types of objects to list, subtypes included; empty for all
   * @param recursive false for the container's own contents only
   * @throws dev.vcsnap.vim.VimException ManagedObjectNotFound, InvalidArgument if the container is
   *     none or a type is unknown, or InvalidState if the session has too many views
   */
  public ManagedObjectReference createContainerView(
      Session session, ManagedObjectReference container, List<String> types, boolean recursive) {
    ManagedObject top = registry.require(container);
    if (!Containers.isContainer(top.type())) {
      throw Faults.invalidArgument("container");
    }
    List<TypeMatch> wanted = types.stream().map(type -> TypeMatch.of(type, "type")).toList();
    var view = new ManagedObject("ContainerView", newId(session));
    view.computed("view", new ContainerWalk(registry, top, wanted, recursive));
    own(session, view);
    registry.change(tx ->
        tx.add(view)
            .set(view, "container", top.reference())
            .set(view, "type", types.isEmpty() ? null : List.copyOf(types))
            .set(view, "recursive", recursive));
    requireAlive(session);
    return view.reference();
  }

  /** Makes a view that shows the root folder, and more of the inventory as folders are opened. */
  public ManagedObjectReference createInventoryView(Session session, ManagedObjectReference root) {
    ManagedObject top = registry.require(root);
    var view = new ManagedObject(INVENTORY_VIEW, newId(session));
    view.computed("view", new OpenFolders(registry, view, top));
    own(session, view);
    registry.change(tx -> tx.add(view).set(view, "view", List.of()));
    requireAlive(session);
    return view.reference();
  }

  /**
   * Opens containers in an inventory view: what is in them now and later is shown as well.
   *
   * @return those that do not exist or contain nothing by their nature
   */
  public List<ManagedObjectReference> openFolders(
      Session session, ManagedObjectReference view, List<ManagedObjectReference> folders) {
    return openOrClose(session, view, folders, true);
  }

  /**
   * Closes containers in an inventory view: what is below them is not shown any more. One that was
   * open inside a closed one is open again with it (assumed; rule not documented).
   *
   * @return those that do not exist or contain nothing by their nature
   */
  public List<ManagedObjectReference> closeFolders(
      Session session, ManagedObjectReference view, List<ManagedObjectReference> folders) {
    return openOrClose(session, view, folders, false);
  }

  private List<ManagedObjectReference> openOrClose(
      Session session,
      ManagedObjectReference view,
      List<ManagedObjectReference> folders,
      boolean open) {
    ManagedObject target = owned(session, view, INVENTORY_VIEW);
    List<ManagedObjectReference> unresolved = new ArrayList<>();
    synchronized (target) {
      Set<Object> now = new LinkedHashSet<>();
      if (target.state().get("view") instanceof List<?> list) {
        now.addAll(list);
      }
      for (ManagedObjectReference folder : folders) {
        ManagedObject container = registry.find(folder);
        if (container == null || !Containers.isContainer(container.type())) {
          unresolved.add(folder);
        } else if (open) {
          now.add(container.reference());
        } else {
          now.remove(container.reference());
        }
      }
      registry.change(tx -> tx.set(target, "view", List.copyOf(now)));
    }
    return unresolved;
  }

  /**
   * Makes a view of the given objects.
   *
   * @throws dev.vcsnap.vim.VimException ManagedObjectNotFound if one does not exist, or
   *     InvalidState if the session has too many views
   */
  public ManagedObjectReference createListView(
      Session session, List<ManagedObjectReference> objects) {
    List<ManagedObjectReference> found =
        objects.stream().map(object -> registry.require(object).reference()).distinct().toList();
    var view = new ManagedObject(LIST_VIEW, newId(session));
    own(session, view);
    registry.change(tx -> tx.add(view).set(view, "view", found));
    requireAlive(session);
    return view.reference();
  }

  /** Makes a list view of what another view of the session holds now. */
  public ManagedObjectReference createListViewFromView(
      Session session, ManagedObjectReference view) {
    return createListView(session, present(contents(owned(session, view), session)));
  }

  /** Adds and removes; returns those to add that do not exist. */
  public List<ManagedObjectReference> modifyListView(
      Session session,
      ManagedObjectReference view,
      List<ManagedObjectReference> add,
      List<ManagedObjectReference> remove) {
    ManagedObject target = owned(session, view, LIST_VIEW);
    synchronized (target) {
      Set<ManagedObjectReference> objects = new LinkedHashSet<>(contents(target, session));
      remove.forEach(objects::remove);
      return replace(target, objects, add);
    }
  }

  /** Replaces the contents; returns those that do not exist. */
  public List<ManagedObjectReference> resetListView(
      Session session, ManagedObjectReference view, List<ManagedObjectReference> objects) {
    ManagedObject target = owned(session, view, LIST_VIEW);
    synchronized (target) {
      return replace(target, new LinkedHashSet<>(), objects);
    }
  }

  /** Replaces the contents by what another view of the session holds now. */
  public void resetListViewFromView(
      Session session, ManagedObjectReference view, ManagedObjectReference from) {
    resetListView(session, view, present(contents(owned(session, from), session)));
  }

  /** Ends a view. */
  public void destroyView(Session session, ManagedObjectReference view) {
    owned(session, view);
    Map<String, ManagedObject> views = viewsOf(session);
    synchronized (views) {
      views.remove(view.value());
    }
    registry.change(tx -> tx.remove(view));
  }

  private List<ManagedObjectReference> replace(
      ManagedObject view, Set<ManagedObjectReference> objects, List<ManagedObjectReference> add) {
    List<ManagedObjectReference> unresolved = new ArrayList<>();
    for (ManagedObjectReference reference : add) {
      ManagedObject object = registry.find(reference);
      if (object == null) {
        unresolved.add(reference);
      } else {
        objects.add(object.reference());
      }
    }
    registry.change(tx -> tx.set(view, "view", List.copyOf(objects)));
    return unresolved;
  }

  private List<ManagedObjectReference> present(List<ManagedObjectReference> references) {
    return references.stream().filter(reference -> registry.find(reference) != null).toList();
  }

  private static List<ManagedObjectReference> contents(ManagedObject view, Session session) {
    return view.get("view", session.id()) instanceof List<?> list
        ? list.stream().map(ManagedObjectReference.class::cast).toList()
        : List.of();
  }

  private ManagedObject owned(Session session, ManagedObjectReference view, String type) {
    ManagedObject object = owned(session, view);
    if (!object.type().name().equals(type)) {
      throw Faults.notFound(new ManagedObjectReference(type, view.value()));
    }
    return object;
  }

  private ManagedObject owned(Session session, ManagedObjectReference view) {
    Map<String, ManagedObject> views = viewsBySession.get(session.id());
    if (views == null) {
      throw Faults.notFound(view);
    }
    synchronized (views) {
      ManagedObject object = views.get(view.value());
      if (object == null) {
        throw Faults.notFound(view);
      }
      return object;
    }
  }

  private void own(Session session, ManagedObject view) {
    Map<String, ManagedObject> views = viewsOf(session);
    synchronized (views) {
      if (views.size() >= VIEWS_MAX) {
        throw SessionState.tooMany(VIEWS_MAX, "views");
      }
      views.put(view.id(), view);
    }
  }

  private Map<String, ManagedObject> viewsOf(Session session) {
    return viewsBySession.computeIfAbsent(session.id(), id -> new LinkedHashMap<>());
  }

  private String newId(Session session) {
    return "session[" + session.key() + "]" + ids.uuid();
  }

  /** A session that ended while a view was made for it takes that with it. */
  private void requireAlive(Session session) {
    if (sessions.find(session.id()).isEmpty()) {
      ended(session);
      throw Faults.notAuthenticated();
    }
  }

  private void ended(Session session) {
    Map<String, ManagedObject> views = viewsBySession.remove(session.id());
    if (views == null) {
      return;
    }
    List<ManagedObjectReference> gone;
    synchronized (views) {
      gone = views.values().stream().map(ManagedObject::reference).toList();
    }
    if (!gone.isEmpty()) {
      registry.change(tx -> gone.forEach(tx::remove));
    }
  }
}
