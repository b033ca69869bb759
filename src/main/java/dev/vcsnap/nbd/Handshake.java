package dev.vcsnap.nbd;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.lease.DiskExport;
import dev.vcsnap.lease.DiskExports;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The first half of a connection, in which client and server agree on a disk and on what may be
 * asked of it: fixed newstyle, without TLS.
 */
final class Handshake {

  private static final int OPTION_HEADER_BYTES = 16;

  private final ClientSocket socket;
  private final DiskExports exports;
  private final OptionReplies replies;
  private boolean padded;
  private boolean structured;

  /** The export for which allocation was selected. */
  private @Nullable String allocationOf;

  Handshake(ClientSocket socket, DiskExports exports) {
    this.socket = socket;
    this.exports = exports;
    this.replies = new OptionReplies(socket);
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
          structured = true;
          replies.ack(option);
        }
        case Protocol.OPT_LIST_META_CONTEXT, Protocol.OPT_SET_META_CONTEXT ->
            metaContext(option, data);
        case Protocol.OPT_STARTTLS -> {
          data.end();
          replies.error(option, Protocol.REP_ERR_UNSUP, "TLS is not served");
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

  /** The oldest way, which has no words for a refusal: the connection ends instead. */
  private Agreement exportName(OptionData data) throws IOException, OptionData.Malformed {
    String name = data.rest();
    DiskExport export;
    try {
      export = exports.open(name);
    } catch (BlockError e) {
      throw new ProtocolViolation("export \"%s\": %s".formatted(name, e.getMessage()));
    }
    return settle(export, () -> replies.exportChosen(export, structured, padded), name);
  }

  private @Nullable Agreement infoOrGo(int option, OptionData data)
      throws IOException, OptionData.Malformed {
    String name = data.string();
    Set<Integer> asked = new HashSet<>();
    for (int left = data.uint16(); left > 0; left--) {
      asked.add(data.uint16());
    }
    data.end();
    DiskExport export;
    try {
      export = exports.open(name);
    } catch (BlockError e) {
      int type =
          e.kind() == BlockError.Kind.LOCKED ? Protocol.REP_ERR_POLICY : Protocol.REP_ERR_UNKNOWN;
      replies.error(option, type, String.valueOf(e.getMessage()));
      return null;
    }
    if (option == Protocol.OPT_INFO) {
      try (export) {
        replies.info(option, export, structured, asked);
      }
      replies.ack(option);
      return null;
    }
    return settle(
        export,
        () -> {
          replies.info(option, export, structured, asked);
          replies.ack(option);
        },
        name);
  }

  private interface Answer {
    void write() throws IOException;
  }

  /** Ends the handshake with an open disk, which is given back if the client cannot be told. */
  private Agreement settle(DiskExport export, Answer answer, String name) throws IOException {
    boolean told = false;
    try {
      answer.write();
      socket.send();
      told = true;
      return new Agreement(export, structured, name.equals(allocationOf));
    } finally {
      if (!told) {
        export.close();
      }
    }
  }

  private void metaContext(int option, OptionData data) throws IOException, OptionData.Malformed {
    boolean set = option == Protocol.OPT_SET_META_CONTEXT;
    if (set) {
      allocationOf = null;
    }
    String name = data.string();
    int queries = data.count(Integer.BYTES);
    boolean wanted = !set && queries == 0;
    for (int left = queries; left > 0; left--) {
      String query = data.string();
      wanted |= query.equals(Protocol.BASE_ALLOCATION) || (!set && query.equals("base:"));
    }
    data.end();
    if (!structured) {
      throw new OptionData.Malformed("structured replies have to be agreed on first");
    }
    if (!exports.names().contains(name)) {
      replies.error(option, Protocol.REP_ERR_UNKNOWN, "no export \"%s\"".formatted(name));
      return;
    }
    if (wanted) {
      replies.context(option, set ? Protocol.BASE_ALLOCATION_ID : 0, Protocol.BASE_ALLOCATION);
      if (set) {
        allocationOf = name;
      }
    }
    replies.ack(option);
  }
}
