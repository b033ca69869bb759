package dev.vcsnap.rest;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One operation: how it is asked for, what it takes and answers, and the code behind it.
 *
 * @param path in the form of {@code /api}, with names in braces for ids
 * @param action what the query must say; empty if the path says all
 * @param summary what it does, in one sentence
 * @param filters the names that the query may have
 * @param body the class of the body; null if there is none
 * @param bodyName what the older form calls the value of the body; empty if it has no such wrapper
 */
record Route(
    Verb verb,
    String path,
    String action,
    String summary,
    List<String> filters,
    @Nullable Class<? extends Record> body,
    String bodyName,
    Answer answer,
    Handler handler) {

  /** The methods of HTTP in use. */
  enum Verb {
    GET,
    POST,
    PATCH,
    DELETE
  }

  /** The code behind an operation; null for nothing. */
  @FunctionalInterface
  interface Handler {
    @Nullable Object handle(RestRequest request);
  }

  static Route get(String path, String summary, Answer answer, Handler handler) {
    return new Route(Verb.GET, path, "", summary, List.of(), null, "", answer, handler);
  }

  static Route delete(String path, String summary, Handler handler) {
    return new Route(Verb.DELETE, path, "", summary, List.of(), null, "", Answer.NOTHING, handler);
  }

  static Route post(String path, String action, String summary, Answer answer, Handler handler) {
    return new Route(Verb.POST, path, action, summary, List.of(), null, "", answer, handler);
  }

  static Route patch(String path, String summary, Handler handler) {
    return new Route(Verb.PATCH, path, "", summary, List.of(), null, "", Answer.NOTHING, handler);
  }

  Route filteredBy(String... names) {
    return new Route(verb, path, action, summary, List.of(names), body, bodyName, answer, handler);
  }

  Route taking(Class<? extends Record> type) {
    return taking(type, "");
  }

  Route taking(Class<? extends Record> type, String name) {
    return new Route(verb, path, action, summary, filters, type, name, answer, handler);
  }

  /** The parts of the path. */
  List<String> segments() {
    return List.of(path.substring(1).split("/"));
  }

  /** The values of the names in braces, or null if a path is another one. */
  @Nullable Map<String, String> match(List<String> actual) {
    List<String> expected = segments();
    if (expected.size() != actual.size()) {
      return null;
    }
    Map<String, String> ids = new HashMap<>();
    for (int i = 0; i < expected.size(); i++) {
      String part = expected.get(i);
      if (part.startsWith("{")) {
        ids.put(part.substring(1, part.length() - 1), actual.get(i));
      } else if (!part.equals(actual.get(i))) {
        return null;
      }
    }
    return ids;
  }
}
