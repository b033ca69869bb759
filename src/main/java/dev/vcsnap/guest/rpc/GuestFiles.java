package dev.vcsnap.guest.rpc;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads files of a guest through the server of shared folders in its Tools: the request {@code f},
 * behind which stands a packet of HGFS in its first version, in little endian.
 *
 * <p>Source: {@code hgfsProto.h} and the plugin {@code hgfsServer} of open-vm-tools 12.2, which
 * shares the whole guest with its host under the name {@code root}. That a host fetches manifests
 * this way is assumed; Tools tell it nothing but their path.
 */
final class GuestFiles {

  /** What a manifest may have; real ones of Linux have some hundred bytes. */
  static final int BYTES_MAX = 64 << 10;

  private static final Logger LOG = LoggerFactory.getLogger(GuestFiles.class);

  private static final byte[] COMMAND = {'f', ' '};
  private static final byte[] GRANTED = {'O', 'K', ' '};
  private static final int OPEN = 0;
  private static final int READ = 1;
  private static final int CLOSE = 3;
  private static final int SUCCESS = 0;

  /** The most that one packet of this version brings. */
  private static final int PART_BYTES = 4096;

  /** An id and an operation, or an id and a status. */
  private static final int HEAD_BYTES = 8;

  private static final int NAME_BYTES_MAX = 4096;

  private final Guest guest;

  /** Whoever answers a host's requests. */
  @FunctionalInterface
  interface Guest {

    byte[] ask(byte[] request) throws IOException;
  }

  GuestFiles(Guest guest) {
    this.guest = guest;
  }

  /**
   * Reads a file, at most {@value #BYTES_MAX} bytes of it.
   *
   * @param path from the guest's root, as Linux writes it
   * @throws IOException when the guest does not give it
   */
  byte[] read(String path) throws IOException {
    int file = open(path);
    try {
      return content(file, path);
    } finally {
      close(file);
    }
  }

  private int open(String path) throws IOException {
    byte[] name = ("root" + path.replace('/', '\0')).getBytes(StandardCharsets.UTF_8);
    if (!path.startsWith("/") || name.length > NAME_BYTES_MAX) {
      throw new IOException("'%s' is no path of a file".formatted(GuestReport.cut(path)));
    }
    // To read (0) what is there (0), with no rights for a new file.
    ByteBuffer request = request(OPEN, 4 + 4 + 1 + 4 + name.length + 1);
    request.putInt(0).putInt(0).put((byte) 0).putInt(name.length).put(name).put((byte) 0);
    return reply(request, Integer.BYTES).getInt();
  }

  private byte[] content(int file, String path) throws IOException {
    var content = new ByteArrayOutputStream();
    // Less than was asked for is not yet the end: only nothing is.
    int length;
    do {
      ByteBuffer request = request(READ, 4 + 8 + 4);
      request.putInt(file).putLong(content.size()).putInt(PART_BYTES);
      ByteBuffer reply = reply(request, Integer.BYTES);
      length = reply.getInt();
      if (length < 0 || length > reply.remaining()) {
        throw new IOException("the guest says that it sent %d bytes".formatted(length));
      }
      content.write(reply.array(), reply.arrayOffset() + reply.position(), length);
      if (content.size() > BYTES_MAX) {
        throw new IOException(
            "'%s' has more than %d bytes".formatted(GuestReport.cut(path), BYTES_MAX));
      }
    } while (length > 0);
    return content.toByteArray();
  }

  /** One that stays open there is the guest's trouble. */
  private void close(int file) {
    try {
      reply(request(CLOSE, Integer.BYTES).putInt(file), 0);
    } catch (IOException e) {
      LOG.debug("A guest's file stays open: {}", e.getMessage());
    }
  }

  /** The head of a packet: no id, as one request waits for its reply, and what to do. */
  private static ByteBuffer request(int operation, int bytes) {
    return ByteBuffer.allocate(COMMAND.length + HEAD_BYTES + bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(COMMAND)
        .putInt(0)
        .putInt(operation);
  }

  /** Answers what stands behind the head of the reply, at least so many bytes. */
  private ByteBuffer reply(ByteBuffer request, int bytes) throws IOException {
    byte[] packet = new byte[request.flip().remaining()];
    request.get(packet);
    byte[] answer = guest.ask(packet);
    int head = GRANTED.length + HEAD_BYTES;
    if (answer.length < head
        || !Arrays.equals(answer, 0, GRANTED.length, GRANTED, 0, GRANTED.length)) {
      throw new IOException("Tools serve no files");
    }
    ByteBuffer reply = ByteBuffer.wrap(answer).order(ByteOrder.LITTLE_ENDIAN);
    int status = reply.getInt(GRANTED.length + Integer.BYTES);
    if (status != SUCCESS) {
      throw new IOException("the guest's file server answers with status " + status);
    }
    if (answer.length < head + bytes) {
      throw new IOException(
          "the guest's file server answers with %d bytes".formatted(answer.length));
    }
    return reply.position(head);
  }
}
