package dev.vcsnap.property;

import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.objects.ComputedProperty;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.objects.ReadPoint;
import dev.vcsnap.rights.AccessService;
import dev.vcsnap.session.Session;
import dev.vcsnap.session.SessionService;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.ObjectContent;
import dev.vcsnap.vim.PropertyFilterSpec;
import dev.vcsnap.vim.RequestCanceled;
import dev.vcsnap.vim.RetrieveOptions;
import dev.vcsnap.vim.RetrieveResult;
import dev.vcsnap.vim.UpdateSet;
import dev.vcsnap.vim.VimException;
import dev.vcsnap.vim.WaitOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The methods of property collectors and their filters.
 *
 * <p>The default collector is one object for all, with filters that each session has for itself.
 * What a session made ends with it; to others it does not exist.
 */
public final class PropertyCollectors implements AutoCloseable {

  /** The id of the collector that everybody has. */
  public static final String DEFAULT_ID = "propertyCollector";

  private final ObjectRegistry registry;
  private final SessionService sessions;
  private final AccessService rights;
  private final Clock clock;
  private final Ids ids;
  private final Map<String, SessionState> states = new ConcurrentHashMap<>();
  private final Set<Collector> waiting = ConcurrentHashMap.newKeySet();

  public PropertyCollectors(
      ObjectRegistry registry,
      SessionService sessions,
      AccessService rights,
      Clock clock,
      Ids ids) {
    this.registry = registry;
    this.sessions = sessions;
    this.rights = rights;
    this.clock = clock;
    this.ids = ids;
    registry.onChange(changes -> waiting.forEach(collector -> collector.registryChanged(changes)));
    sessions.onEnd(this::ended);
  }

  /** The property {@code filter} of the default collector: those of the session that reads. */
  public ComputedProperty defaultFilters() {
    return sessionId -> {
      SessionState state = sessionId == null ? null : states.get(sessionId);
      return state == null ? List.of() : state.collector(defaultReference()).filters();
    };
  }

  /**
   * Reads properties of all objects that the specifications select.
   *
   * @param session the caller, or null before login, when only public properties can be read
   * @throws VimException ManagedObjectNotFound, InvalidProperty, InvalidArgument, NotAuthenticated
   */
  public List<ObjectContent> retrieve(@Nullable Session session, List<PropertyFilterSpec> specSet) {
    return Retrieval.start(registry, readers(session), specSet, Integer.MAX_VALUE).first();
  }

  /** Does the same in pages; null if nothing was selected. */
  public @Nullable RetrieveResult retrieveEx(
      @Nullable Session session,
      List<PropertyFilterSpec> specSet,
      @Nullable RetrieveOptions options) {
    int maxObjects = positive(options == null ? null : options.maxObjects, "options.maxObjects");
    // Before login there is nothing that a token could be bound to.
    int pageSize = session == null ? Integer.MAX_VALUE : maxObjects;
    Retrieval.Started started = Retrieval.start(registry, readers(session), specSet, pageSize);
    return started.first().isEmpty() ? null : result(session, started.rest(), started.first());
  }

  /**
   * The next page of a retrieval.
   *
   * @throws VimException InvalidArgument if the session has no such token
   */
  public RetrieveResult continueRetrieve(Session session, String token) {
    Retrieval rest = state(session).take(token);
    return result(session, rest, rest.page());
  }

  /** Forgets the rest of a retrieval. */
  public void cancelRetrieve(Session session, String token) {
    state(session).take(token);
  }

  /**
   * Makes a filter.
   *
   * @param collector one of the session's collectors
   * @param partialUpdates true to be told only the parts of a property that changed
   * @throws VimException ManagedObjectNotFound, InvalidProperty, InvalidArgument, or InvalidState
   *     if the session has too many
   */
  public ManagedObjectReference createFilter(
      Session session,
      ManagedObjectReference collector,
      PropertyFilterSpec spec,
      boolean partialUpdates) {
    SessionState state = state(session);
    Collector owner = state.collector(collector);
    CompiledSpec compiled = CompiledSpec.of(spec);
    try (ReadPoint point = registry.readPoint()) {
      compiled.requireNamedObjects(point);
    }
    var object = new ManagedObject("PropertyFilter", newId(session));
    state.addFilter(object.reference(), owner);
    registry.change(tx ->
        tx.add(object).set(object, "spec", spec).set(object, "partialUpdates", partialUpdates));
    owner.add(new Filter(object.reference(), compiled, partialUpdates, readers(session)));
    requireAlive(session);
    return object.reference();
  }

  /** Ends a filter. */
  public void destroyFilter(Session session, ManagedObjectReference filter) {
    state(session).removeFilter(filter).remove(filter);
    registry.change(tx -> tx.remove(filter));
  }

  /** Makes a collector for this session alone. */
  public ManagedObjectReference createCollector(Session session) {
    SessionState state = state(session);
    Collector collector = newCollector();
    var object = new ManagedObject("PropertyCollector", newId(session));
    object.computed("filter", sessionId -> collector.filters());
    state.addCollector(object.reference(), collector);
    registry.change(tx -> tx.add(object));
    requireAlive(session);
    return object.reference();
  }

  /** Ends a collector with its filters; calls that wait on it end with ManagedObjectNotFound. */
  public void destroyCollector(Session session, ManagedObjectReference reference) {
    if (reference.value().equals(DEFAULT_ID)) {
      throw Faults.notSupported("PropertyCollector.DestroyPropertyCollector");
    }
    SessionState state = state(session);
    Collector collector = state.collector(reference);
    state.removeCollector(reference);
    collector.end(() -> Faults.notFound(reference));
    registry.change(tx -> {
      collector.filters().forEach(tx::remove);
      tx.remove(reference);
    });
  }

  /** What changed since a version, without waiting; null if nothing did. */
  public @Nullable UpdateSet checkForUpdates(
      Session session, ManagedObjectReference collector, @Nullable String version) {
    return state(session).collector(collector).check(version);
  }

  /** What changed since a version, as soon as something did. */
  public UpdateSet waitForUpdates(
      Session session, ManagedObjectReference collector, @Nullable String version) {
    Collector target = state(session).collector(collector);
    while (true) {
      UpdateSet set = target.await(version, Long.MAX_VALUE, Integer.MAX_VALUE);
      if (set != null) {
        return set;
      }
    }
  }

  /**
   * What changed since a version, within the time and size that the options set; null if nothing
   * did.
   *
   * @throws VimException InvalidCollectorVersion, InvalidArgument; RequestCanceled,
   *     ManagedObjectNotFound or NotAuthenticated when the wait, the collector or the session is
   *     ended
   */
  public @Nullable UpdateSet waitForUpdatesEx(
      Session session,
      ManagedObjectReference collector,
      @Nullable String version,
      @Nullable WaitOptions options) {
    Integer maxSeconds = options == null ? null : options.maxWaitSeconds;
    if (maxSeconds != null && maxSeconds < 0) {
      throw Faults.invalidArgument("options.maxWaitSeconds");
    }
    long maxNanos = maxSeconds == null ? Long.MAX_VALUE : maxSeconds * 1_000_000_000L;
    int maxUpdates =
        positive(options == null ? null : options.maxObjectUpdates, "options.maxObjectUpdates");
    return state(session).collector(collector).await(version, maxNanos, maxUpdates);
  }

  /** Ends the calls of this session that wait on the collector with RequestCanceled. */
  public void cancelWaitForUpdates(Session session, ManagedObjectReference collector) {
    state(session).collector(collector).cancelWaits();
  }

  /** Ends every waiting call, so that the server can stop. */
  @Override
  public void close() {
    for (SessionState state : states.values()) {
      state
          .allCollectors()
          .values()
          .forEach(collector ->
              collector.end(
                  () -> new VimException(new RequestCanceled(), "The server is stopping.")));
    }
  }

  private RetrieveResult result(
      @Nullable Session session, Retrieval rest, List<ObjectContent> objects) {
    var result = new RetrieveResult();
    result.objects = objects;
    if (session != null && !rest.isDone()) {
      result.token = state(session).keep(rest);
    }
    return result;
  }

  private SessionState state(Session session) {
    SessionState state =
        states.computeIfAbsent(session.id(), id -> new SessionState(session, newCollector()));
    requireAlive(session);
    return state;
  }

  /** A session that ended while something was made for it takes that with it. */
  private void requireAlive(Session session) {
    if (sessions.find(session.id()).isEmpty()) {
      ended(session);
      throw Faults.notAuthenticated();
    }
  }

  private void ended(Session session) {
    SessionState state = states.remove(session.id());
    if (state == null) {
      return;
    }
    List<ManagedObjectReference> gone = new ArrayList<>();
    state
        .allCollectors()
        .forEach((id, collector) -> {
          collector.end(Faults::notAuthenticated);
          gone.addAll(collector.filters());
          if (!id.equals(DEFAULT_ID)) {
            gone.add(new ManagedObjectReference("PropertyCollector", id));
          }
        });
    if (!gone.isEmpty()) {
      registry.change(tx -> gone.forEach(tx::remove));
    }
  }

  private Supplier<Reader> readers(@Nullable Session session) {
    return () -> Reader.of(session, rights);
  }

  private Collector newCollector() {
    return new Collector(registry, clock, waiting);
  }

  private String newId(Session session) {
    return "session[" + session.key() + "]" + ids.uuid();
  }

  private static ManagedObjectReference defaultReference() {
    return new ManagedObjectReference("PropertyCollector", DEFAULT_ID);
  }

  private static int positive(@Nullable Integer value, String name) {
    if (value == null) {
      return Integer.MAX_VALUE;
    }
    if (value <= 0) {
      throw Faults.invalidArgument(name);
    }
    return value;
  }
}
