package dev.vcsnap.nbd;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.lease.DiskExport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** Encodes what is said during the handshake. */
final class OptionReplies {

  private static final int HEADER_BYTES = 20;
  private static final int LEGACY_PADDING_BYTES = 124;

  private final ClientSocket socket;

  OptionReplies(ClientSocket socket) {
    this.socket = socket;
  }

  void greeting() throws IOException {
    socket
        .room(Long.BYTES + Long.BYTES + Short.BYTES)
        .putLong(Protocol.NBD_MAGIC)
        .putLong(Protocol.OPTION_MAGIC)
        .putShort((short) (Protocol.HANDSHAKE_FIXED_NEWSTYLE | Protocol.HANDSHAKE_NO_ZEROES));
  }

  void ack(int option) throws IOException {
    reply(option, Protocol.REP_ACK, 0);
  }

  void error(int option, int type, String message) throws IOException {
    byte[] text = message.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(text.length, Protocol.NAME_BYTES_MAX);
    reply(option, type, length).put(text, 0, length);
  }

  /** Says why an export cannot be had. */
  void refusal(int option, BlockError reason) throws IOException {
    int type =
        switch (reason.kind()) {
          case LOCKED, READ_ONLY -> Protocol.REP_ERR_POLICY;
          default -> Protocol.REP_ERR_UNKNOWN;
        };
    error(option, type, String.valueOf(reason.getMessage()));
  }

  void server(int option, String name) throws IOException {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    reply(option, Protocol.REP_SERVER, Integer.BYTES + bytes.length)
        .putInt(bytes.length)
        .put(bytes);
  }

  void context(int option, int id, String name) throws IOException {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    reply(option, Protocol.REP_META_CONTEXT, Integer.BYTES + bytes.length).putInt(id).put(bytes);
  }

  /** What {@code asked} wants to know, and always the size, the flags and the block sizes. */
  void info(int option, DiskExport export, Headers headers, Set<Integer> asked) throws IOException {
    infoHeader(option, Protocol.INFO_EXPORT, Long.BYTES + Short.BYTES)
        .putLong(export.device().sizeBytes())
        .putShort((short) transmissionFlags(export.readOnly(), headers));
    infoHeader(option, Protocol.INFO_BLOCK_SIZE, 3 * Integer.BYTES)
        .putInt(Protocol.BLOCK_BYTES_MIN)
        .putInt(Protocol.BLOCK_BYTES_PREFERRED)
        .putInt(Protocol.PAYLOAD_BYTES_MAX);
    if (asked.contains(Protocol.INFO_NAME)) {
      infoText(option, Protocol.INFO_NAME, export.name());
    }
    if (asked.contains(Protocol.INFO_DESCRIPTION)) {
      infoText(option, Protocol.INFO_DESCRIPTION, description(export));
    }
  }

  /** The bare answer to the oldest way of choosing an export. */
  void exportChosen(DiskExport export, Headers headers, boolean padded) throws IOException {
    ByteBuffer out =
        socket
            .room(Long.BYTES + Short.BYTES + LEGACY_PADDING_BYTES)
            .putLong(export.device().sizeBytes())
            .putShort((short) transmissionFlags(export.readOnly(), headers));
    if (padded) {
      out.put(new byte[LEGACY_PADDING_BYTES]);
    }
  }

  private static String description(DiskExport export) {
    String kind = export.readOnly() ? "read-only disk" : "writable disk";
    return "%s %s, %d bytes".formatted(kind, export.name(), export.device().sizeBytes());
  }

  private static int transmissionFlags(boolean readOnly, Headers headers) {
    // Every connection to a disk sees the one device, so a flush on any of them is for all.
    int flags =
        Protocol.FLAG_HAS_FLAGS
            | Protocol.FLAG_SEND_FLUSH
            | Protocol.FLAG_SEND_FUA
            | Protocol.FLAG_SEND_CACHE
            | Protocol.FLAG_CAN_MULTI_CONN;
    if (headers.chunked()) {
      flags |= Protocol.FLAG_SEND_DF;
    }
    if (readOnly) {
      return flags | Protocol.FLAG_READ_ONLY;
    }
    return flags
        | Protocol.FLAG_SEND_TRIM
        | Protocol.FLAG_SEND_WRITE_ZEROES
        | Protocol.FLAG_SEND_FAST_ZERO;
  }

  private void infoText(int option, int info, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    infoHeader(option, info, bytes.length).put(bytes);
  }

  private ByteBuffer infoHeader(int option, int info, int length) throws IOException {
    return reply(option, Protocol.REP_INFO, Short.BYTES + length).putShort((short) info);
  }

  private ByteBuffer reply(int option, int type, int length) throws IOException {
    return socket
        .room(HEADER_BYTES + length)
        .putLong(Protocol.OPTION_REPLY_MAGIC)
        .putInt(option)
        .putInt(type)
        .putInt(length);
  }
}
