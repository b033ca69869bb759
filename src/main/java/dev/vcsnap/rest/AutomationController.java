package dev.vcsnap.rest;

import dev.vcsnap.call.CallContext;
import dev.vcsnap.call.CallService;
import dev.vcsnap.vim.Release;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Objects;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * The one entrance of the Automation interface, in both its forms. Whatever is thrown becomes an
 * error in {@link AutomationAdvice}.
 */
@RestController
final class AutomationController {

  private final CallService calls;
  private final RouteTable table;
  private final RestJson json;

  AutomationController(CallService calls, RouteTable table, RestJson json) {
    this.calls = calls;
    this.table = table;
    this.json = json;
  }

  @RequestMapping({"/api/**", "/rest/**"})
  ResponseEntity<byte[]> answer(HttpServletRequest request) throws IOException {
    RestPath path = RestPath.parse(request.getRequestURI());
    RestQuery query = RestQuery.parse(request.getQueryString());
    RouteTable.Match match = table.find(request.getMethod(), path, query.action());
    Route route = match.route();
    CallContext context = open(request);
    if (context.session() == null) {
      throw RestException.unauthenticated();
    }
    query.requireOnly(route.filters());
    Record body = route.body() == null ? null : body(request, path.form(), route, route.body());
    Object value =
        route
            .handler()
            .handle(new RestRequest(new VimCalls(calls, context), match.ids(), query, body));
    boolean older = path.form() == RestForm.REST;
    var reply = ResponseEntity.status(older ? 200 : route.answer().status());
    return value == null
        ? reply.build()
        : reply.contentType(MediaType.APPLICATION_JSON).body(json.encode(value, path.form()));
  }

  private Record body(
      HttpServletRequest request, RestForm form, Route route, Class<? extends Record> type)
      throws IOException {
    // The content type is not looked at: some clients send that of a form.
    byte[] bytes = request.getInputStream().readNBytes(RestJson.BODY_BYTES_MAX + 1);
    return json.decode(bytes, form, route.bodyName(), type);
  }

  private CallContext open(HttpServletRequest request) {
    return calls.open(
        RestSessions.idOf(request).orElse(null),
        Release.NEWEST,
        request.getRemoteAddr(),
        Objects.requireNonNullElse(request.getHeader("User-Agent"), ""));
  }
}
