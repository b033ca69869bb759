package dev.vcsnap.vijson;

import dev.vcsnap.call.Arguments;
import dev.vcsnap.call.CallContext;
import dev.vcsnap.call.CallService;
import dev.vcsnap.call.PropertyTarget;
import dev.vcsnap.call.Target;
import dev.vcsnap.vim.MethodType;
import dev.vcsnap.vim.TypeRef;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * The two requests of VI/JSON: call a method, read a property.
 *
 * <p>A void method answers 204. An unset property or result answers 200 with an empty body and an
 * explicit {@code Content-Length: 0}: scripts read the {@code snapshot} of a machine without one
 * so, and give up on a 204; Go clients accept either, but nothing else. Whatever is thrown becomes
 * a fault in {@link VimJsonAdvice}.
 */
@RestController
final class VimJsonController {

  private final CallService calls;
  private final VimJson json;

  VimJsonController(CallService calls, VimJson json) {
    this.calls = calls;
    this.json = json;
  }

  @PostMapping(VimJsonPath.PREFIX + "**")
  ResponseEntity<byte[]> call(HttpServletRequest request) throws IOException {
    VimJsonPath path = VimJsonPath.parse(request.getRequestURI());
    // The content type is not looked at: many clients send none, curl sends that of a form.
    byte[] body = request.getInputStream().readNBytes(VimJson.BODY_BYTES_MAX + 1);
    CallContext context = open(request, path);
    Target target = calls.resolve(context, path.type(), path.id(), path.member());
    MethodType method = target.method();
    Arguments arguments = json.decodeArguments(method, body);
    Object result = calls.call(context, target, arguments);
    if (method.result().kind() == TypeRef.Kind.VOID) {
      return reply(HttpStatus.NO_CONTENT, context).build();
    }
    return value(context, method.result(), result);
  }

  @GetMapping(VimJsonPath.PREFIX + "**")
  ResponseEntity<byte[]> read(HttpServletRequest request) {
    VimJsonPath path = VimJsonPath.parse(request.getRequestURI());
    CallContext context = open(request, path);
    PropertyTarget target = calls.resolveProperty(context, path.type(), path.id(), path.member());
    return value(context, target.property().type(), calls.read(context, target));
  }

  private CallContext open(HttpServletRequest request, VimJsonPath path) {
    String userAgent = Objects.requireNonNullElse(request.getHeader("User-Agent"), "");
    String host = Objects.requireNonNullElse(request.getHeader("Host"), "*");
    return calls
        .open(SessionId.of(request), path.release(), request.getRemoteAddr(), userAgent)
        .reachedAt(request.getScheme() + "://" + host);
  }

  private ResponseEntity<byte[]> value(CallContext context, TypeRef type, @Nullable Object value) {
    byte[] body = value == null ? new byte[0] : json.encode(type, value, context.release());
    return reply(HttpStatus.OK, context)
        .contentType(MediaType.APPLICATION_JSON)
        .contentLength(body.length)
        .body(body);
  }

  /** Starts a reply; one to a login carries the new session's id. */
  private static ResponseEntity.BodyBuilder reply(HttpStatus status, CallContext context) {
    var reply = ResponseEntity.status(status);
    String id = context.sessionId();
    return context.issuedSession() == null || id == null
        ? reply
        : reply.header(SessionId.HEADER, id);
  }
}
