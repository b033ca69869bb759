package dev.vcsnap.guest;

import dev.vcsnap.datastore.SocketFolder;
import dev.vcsnap.ground.clock.Clock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/**
 * Where the guest of a machine connects: one socket for each of the {@linkplain GuestPort ports}.
 */
public sealed interface GuestPlace {

  /** Listens in place of a port of the host. */
  GuestDoor open(GuestPort port, Clock clock, GuestDoor.Conversation conversation)
      throws IOException;

  /** Leaves nothing behind of a port. */
  void clear(GuestPort port) throws IOException;

  /** UNIX sockets that are called as the ports are, in a folder of the server's. */
  record Folder(Path path) implements GuestPlace {

    @Override
    public GuestDoor open(GuestPort port, Clock clock, GuestDoor.Conversation conversation)
        throws IOException {
      SocketFolder folder = SocketFolder.open(path);
      String name = port.socket();
      var door = new GuestDoor(folder.free(name), clock, conversation);
      try {
        folder.protect(name);
      } catch (IOException e) {
        door.close();
        throw e;
      }
      return door;
    }

    @Override
    public void clear(GuestPort port) throws IOException {
      SocketFolder.open(path).remove(port.socket());
    }
  }

  /**
   * Ports of the loopback address.
   *
   * @param base what is added to the numbers of the ports
   */
  record Loopback(int base) implements GuestPlace {

    private static final int BASE_MIN = 1_024;
    private static final int BASE_MAX = 64_000;

    /** Reads the base from a configuration. */
    static Loopback parse(String key, String text) {
      try {
        int base = Integer.parseInt(text.strip());
        if (base >= BASE_MIN && base <= BASE_MAX) {
          return new Loopback(base);
        }
      } catch (NumberFormatException e) {
        // Said below, as for a number out of range.
      }
      throw new IllegalArgumentException(
          "%s is '%s'; a number from %d to %d was expected"
              .formatted(key, text, BASE_MIN, BASE_MAX));
    }

    @Override
    public GuestDoor open(GuestPort port, Clock clock, GuestDoor.Conversation conversation)
        throws IOException {
      return new GuestDoor(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), base + port.number()),
          clock,
          conversation);
    }

    @Override
    public void clear(GuestPort port) {}
  }
}
