package dev.vcsnap.soap;

import dev.vcsnap.call.Arguments;
import dev.vcsnap.call.CallContext;
import dev.vcsnap.call.CallService;
import dev.vcsnap.call.PropertyTarget;
import dev.vcsnap.call.Target;
import dev.vcsnap.session.SessionCookie;
import dev.vcsnap.vim.Release;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Takes one request through the method table: decode, call, encode. */
final class SoapDispatcher {

  /**
   * What HTTP says about a request.
   *
   * @param sessionId the session that the client named, or null
   * @param release the version of the interface that it is answered in
   * @param known the version whose members it must send; the oldest if it did not tell its own
   * @param serverAddress how it reaches the server, e.g. {@code https://vc.example:8989}
   */
  record Caller(
      @Nullable String sessionId,
      Release release,
      Release known,
      String ipAddress,
      String userAgent,
      String serverAddress) {}

  /**
   * What to answer.
   *
   * @param body the envelope
   * @param issuedSessionId the id of the session that the call opened, or null
   */
  record Reply(XmlBuffer body, @Nullable String issuedSessionId) {}

  /**
   * Reads one property of one object. It is not in the interface table, but every server has it and
   * clients use it.
   */
  private static final String FETCH = "Fetch";

  private final CallService calls;
  private final SoapWriter writer;

  SoapDispatcher(CallService calls, SoapWriter writer) {
    this.calls = calls;
    this.writer = writer;
  }

  /**
   * Answers a request.
   *
   * @throws dev.vcsnap.vim.VimException the fault of the call
   * @throws SoapRequestException if the body is no call
   * @throws IOException if the client went away
   */
  Reply dispatch(Caller caller, InputStream body) throws IOException {
    try (SoapReader reader = SoapReader.open(body, caller.known())) {
      String sessionId =
          caller.sessionId() == null
              ? SessionCookie.idInEnvelope(reader.sessionCookie())
              : caller.sessionId();
      CallContext context =
          calls
              .open(sessionId, caller.release(), caller.ipAddress(), caller.userAgent())
              .reachedAt(caller.serverAddress());
      reader.readReceiver();
      XmlBuffer answer =
          reader.method().equals(FETCH) ? fetch(context, reader) : call(context, reader);
      return new Reply(answer, context.issuedSession() == null ? null : context.sessionId());
    }
  }

  private XmlBuffer call(CallContext context, SoapReader reader) throws IOException {
    Target target =
        calls.resolve(context, reader.receiverType(), reader.receiverId(), reader.method());
    Arguments arguments = reader.readArguments(target.method());
    Object result = calls.call(context, target, arguments);
    return writer.response(target.method(), result, context.release());
  }

  private XmlBuffer fetch(CallContext context, SoapReader reader) throws IOException {
    String property = reader.readProperty();
    PropertyTarget target =
        calls.resolveProperty(context, reader.receiverType(), reader.receiverId(), property);
    Object value = calls.read(context, target);
    return writer.fetched(target.property().type(), value, context.release());
  }
}
