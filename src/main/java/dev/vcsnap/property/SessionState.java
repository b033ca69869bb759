package dev.vcsnap.property;

import dev.vcsnap.session.Session;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.VimException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one session has of collectors, filters and unfinished retrievals.
 *
 * <p>Thread-safe; every method holds the state for a moment only.
 */
final class SessionState {

  private static final int FILTERS_MAX = 1_000;
  private static final int COLLECTORS_MAX = 200;

  /** Retrievals that a client began and left; the oldest is forgotten first. */
  private static final int RETRIEVALS_MAX = 100;

  private final Session session;
  private final Collector byDefault;
  private final Map<String, Collector> collectors = new HashMap<>();
  private final Map<String, Collector> ownerByFilter = new HashMap<>();
  private final Map<String, Retrieval> retrievals = new LinkedHashMap<>();
  private long retrievalCount;

  SessionState(Session session, Collector byDefault) {
    this.session = session;
    this.byDefault = byDefault;
  }

  Session session() {
    return session;
  }

  /**
   * The collector that a reference points to.
   *
   * @throws VimException ManagedObjectNotFound if this session has none of that id
   */
  synchronized Collector collector(ManagedObjectReference reference) {
    if (reference.value().equals(PropertyCollectors.DEFAULT_ID)) {
      return byDefault;
    }
    Collector collector = collectors.get(reference.value());
    if (collector == null) {
      throw Faults.notFound(reference);
    }
    return collector;
  }

  synchronized void addCollector(ManagedObjectReference reference, Collector collector) {
    if (collectors.size() >= COLLECTORS_MAX) {
      throw tooMany(COLLECTORS_MAX, "property collectors");
    }
    collectors.put(reference.value(), collector);
  }

  synchronized void removeCollector(ManagedObjectReference reference) {
    Collector collector = collectors.remove(reference.value());
    if (collector == null) {
      throw Faults.notFound(reference);
    }
    ownerByFilter.values().removeIf(owner -> owner == collector);
  }

  synchronized void addFilter(ManagedObjectReference filter, Collector owner) {
    if (ownerByFilter.size() >= FILTERS_MAX) {
      throw tooMany(FILTERS_MAX, "property filters");
    }
    ownerByFilter.put(filter.value(), owner);
  }

  /** Forgets a filter and returns the collector that it belonged to. */
  synchronized Collector removeFilter(ManagedObjectReference filter) {
    Collector owner = ownerByFilter.remove(filter.value());
    if (owner == null) {
      throw Faults.notFound(filter);
    }
    return owner;
  }

  /** Every collector, the default one included. */
  synchronized Map<String, Collector> allCollectors() {
    Map<String, Collector> all = new HashMap<>(collectors);
    all.put(PropertyCollectors.DEFAULT_ID, byDefault);
    return all;
  }

  /** Keeps a retrieval that is not done; returns the token to go on with. */
  synchronized String keep(Retrieval rest) {
    String token = Long.toString(++retrievalCount);
    retrievals.put(token, rest);
    if (retrievals.size() > RETRIEVALS_MAX) {
      retrievals.remove(retrievals.keySet().iterator().next());
    }
    return token;
  }

  /**
   * The retrieval of a token, which is good once.
   *
   * @throws VimException InvalidArgument if this session has none
   */
  synchronized Retrieval take(String token) {
    Retrieval rest = retrievals.remove(token);
    if (rest == null) {
      throw Faults.invalidArgument("token");
    }
    return rest;
  }

  /** The fault of one who makes more than a session may have. */
  static VimException tooMany(int limit, String what) {
    return Faults.invalidState("A session may have no more than " + limit + " " + what + ".");
  }
}
