package dev.vcsnap.rest;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Every operation of the Automation interface that is served. */
final class RouteTable {

  /** An operation that a request asks for, with the ids of its path. */
  record Match(Route route, Map<String, String> ids) {}

  private final List<Route> routes;
  private final Map<Integer, List<Route>> byLength;

  RouteTable(List<Route> routes) {
    this.routes = List.copyOf(routes);
    this.byLength =
        routes.stream().collect(Collectors.groupingBy(route -> route.segments().size()));
  }

  List<Route> routes() {
    return routes;
  }

  /**
   * The operation that a request asks for.
   *
   * @throws RestException NOT_FOUND if it is not served
   */
  Match find(String verb, RestPath path, String action) {
    return find(verb, path.segments(), action)
        .or(() -> olderAction(verb, path, action))
        .orElseThrow(() ->
            new RestException(
                ErrorType.NOT_FOUND,
                "com.vmware.vapi.rest.httpNotFound",
                verb
                    + " "
                    + String.join("/", path.segments())
                    + (action.isEmpty() ? "" : " with action " + action)
                    + " is not served; /openapi-rest.json lists what is"));
  }

  /** The older form puts the action of some paths at their end. */
  private Optional<Match> olderAction(String verb, RestPath path, String action) {
    int last = path.segments().size() - 1;
    return path.form() == RestForm.REST && action.isEmpty() && verb.equals("POST") && last > 0
        ? find(verb, path.segments().subList(0, last), path.segments().get(last))
        : Optional.empty();
  }

  private Optional<Match> find(String verb, List<String> segments, String action) {
    for (Route route : byLength.getOrDefault(segments.size(), List.of())) {
      if (route.verb().name().equals(verb) && route.action().equals(action)) {
        Map<String, String> ids = route.match(segments);
        if (ids != null) {
          return Optional.of(new Match(route, ids));
        }
      }
    }
    return Optional.empty();
  }
}
