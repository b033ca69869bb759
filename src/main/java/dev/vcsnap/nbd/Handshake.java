package dev.vcsnap.nbd;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.lease.DiskExport;
import dev.vcsnap.lease.DiskExports;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The first half of a connection, in which client and server agree on a disk and on what may be
 * asked of it: fixed newstyle.
 */
final class Handshake {

  private static final int OPTION_HEADER_BYTES = 16;

  private final ClientSocket socket;
  private final DiskExports exports;
  private final OptionReplies replies;
  private final ContextOptions contexts;
  private final NbdTls tls;
  private final ChoiceLimit limit;
  private boolean padded;
  private boolean secure;
  private Headers headers = Headers.SIMPLE;

  Handshake(ClientSocket socket, DiskExports exports, NbdTls tls, ChoiceLimit limit) {
    this.socket = socket;
    this.exports = exports;
    this.tls = tls;
    this.limit = limit;
    this.replies = new OptionReplies(socket);
    this.contexts = new ContextOptions(exports, replies, limit);
  }

  /** What was agreed on, or null when the client left before that. */
  @Nullable Agreement negotiate() throws IOException {
    replies.greeting();
    socket.send();
    if (!socket.await(Integer.BYTES)) {
      return null;
    }
    clientFlags(socket.in().getInt());
    while (socket.await(OPTION_HEADER_BYTES)) {
      ByteBuffer in = socket.in();
      long magic = in.getLong();
      if (magic != Protocol.OPTION_MAGIC) {
        throw new ProtocolViolation("an option starts with 0x%016x".formatted(magic));
      }
      int option = in.getInt();
      long length = Integer.toUnsignedLong(in.getInt());
      if (length > Protocol.OPTION_BYTES_MAX) {
        throw new ProtocolViolation("option %d has %d bytes".formatted(option, length));
      }
      if (!socket.await((int) length)) {
        return null;
      }
      ByteBuffer data = socket.in().slice(socket.in().position(), (int) length);
      socket.in().position(socket.in().position() + (int) length);
      if (option == Protocol.OPT_ABORT) {
        replies.ack(option);
        socket.send();
        return null;
      }
      Agreement agreement = option(option, new OptionData(data));
      if (agreement != null) {
        return agreement;
      }
      socket.send();
    }
    return null;
  }

  private void clientFlags(int flags) throws ProtocolViolation {
    if ((flags & ~(Protocol.HANDSHAKE_FIXED_NEWSTYLE | Protocol.HANDSHAKE_NO_ZEROES)) != 0) {
      throw new ProtocolViolation("unknown client flags 0x%x".formatted(flags));
    }
    padded = (flags & Protocol.HANDSHAKE_NO_ZEROES) == 0;
  }

  private @Nullable Agreement option(int option, OptionData data) throws IOException {
    if (tls.required() && !secure && option != Protocol.OPT_STARTTLS) {
      if (option == Protocol.OPT_EXPORT_NAME) {
        throw new ProtocolViolation("an export was asked for without TLS");
      }
      replies.error(option, Protocol.REP_ERR_TLS_REQD, "TLS has to be started first");
      return null;
    }
    try {
      switch (option) {
        case Protocol.OPT_EXPORT_NAME -> {
          return exportName(data);
        }
        case Protocol.OPT_INFO, Protocol.OPT_GO -> {
          return infoOrGo(option, data);
        }
        case Protocol.OPT_LIST -> {
          data.end();
          for (String name : exports.names()) {
            replies.server(option, name);
          }
          replies.ack(option);
        }
        case Protocol.OPT_STRUCTURED_REPLY -> {
          data.end();
          if (headers == Headers.EXTENDED) {
            replies.error(
                option, Protocol.REP_ERR_EXT_HEADER_REQD, "extended headers were agreed on");
          } else {
            use(Headers.STRUCTURED, option);
          }
        }
        case Protocol.OPT_EXTENDED_HEADERS -> {
          data.end();
          use(Headers.EXTENDED, option);
        }
        case Protocol.OPT_LIST_META_CONTEXT, Protocol.OPT_SET_META_CONTEXT ->
            contexts.answer(option, data, headers);
        case Protocol.OPT_STARTTLS -> {
          data.end();
          startTls(option);
        }
        default -> replies.error(option, Protocol.REP_ERR_UNSUP, "unknown option");
      }
    } catch (OptionData.Malformed e) {
      if (option == Protocol.OPT_EXPORT_NAME) {
        throw new ProtocolViolation(String.valueOf(e.getMessage()));
      }
      replies.error(option, Protocol.REP_ERR_INVALID, String.valueOf(e.getMessage()));
    }
    return null;
  }

  private void use(Headers agreed, int option) throws IOException {
    headers = agreed;
    replies.ack(option);
  }

  /** What was agreed on before does not count any more, as somebody may have meddled with it. */
  private void startTls(int option) throws IOException {
    SSLContext context = tls.context();
    if (context == null) {
      replies.error(option, Protocol.REP_ERR_UNSUP, "TLS is not served");
    } else if (secure) {
      replies.error(option, Protocol.REP_ERR_INVALID, "TLS is in use already");
    } else {
      replies.ack(option);
      socket.send();
      socket.secure(context);
      secure = true;
      headers = Headers.SIMPLE;
      contexts.forget();
    }
  }

  /** The oldest way, which has no words for a refusal: the connection ends instead. */
  private Agreement exportName(OptionData data) throws IOException, OptionData.Malformed {
    if (headers == Headers.EXTENDED) {
      throw new ProtocolViolation("extended headers do not go with the oldest way to an export");
    }
    String name = data.rest();
    Agreement agreement;
    try {
      agreement = agree(name);
    } catch (BlockError e) {
      throw new ProtocolViolation("export \"%s\": %s".formatted(name, e.getMessage()));
    }
    return settle(agreement, () -> replies.exportChosen(agreement.export(), headers, padded));
  }

  private @Nullable Agreement infoOrGo(int option, OptionData data)
      throws IOException, OptionData.Malformed {
    String name = data.string();
    Set<Integer> asked = new HashSet<>();
    for (int left = data.uint16(); left > 0; left--) {
      asked.add(data.uint16());
    }
    data.end();
    Agreement agreement;
    try {
      agreement = agree(name);
    } catch (BlockError e) {
      limit.goOn();
      replies.refusal(option, e);
      return null;
    }
    if (option == Protocol.OPT_INFO) {
      limit.goOn();
      try (DiskExport export = agreement.export()) {
        replies.info(option, export, headers, asked);
      }
      replies.ack(option);
      return null;
    }
    return settle(
        agreement,
        () -> {
          replies.info(option, agreement.export(), headers, asked);
          replies.ack(option);
        });
  }

  /**
   * Opens an export with the contexts that were selected for it; all of it or nothing. The client's
   * time stands still from here on.
   */
  private Agreement agree(String name) {
    limit.hold();
    DiskExport export = exports.open(name);
    boolean complete = false;
    try {
      var agreement = new Agreement(export, headers, contexts.of(export, name));
      complete = true;
      return agreement;
    } finally {
      if (!complete) {
        export.close();
      }
    }
  }

  private interface Answer {
    void write() throws IOException;
  }

  /** Ends the handshake with an open disk, which is given back if the client cannot be told. */
  private Agreement settle(Agreement agreement, Answer answer) throws IOException {
    boolean told = false;
    try {
      answer.write();
      socket.send();
      told = true;
      return agreement;
    } finally {
      if (!told) {
        agreement.export().close();
      }
    }
  }
}
