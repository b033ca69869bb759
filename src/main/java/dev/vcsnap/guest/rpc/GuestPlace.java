package dev.vcsnap.guest.rpc;

import dev.vcsnap.datastore.SocketFolder;
import dev.vcsnap.ground.clock.Clock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/** Where the guest of a machine connects: one socket in place of each port of the host. */
sealed interface GuestPlace {

  /** The host's port for requests of Tools. */
  int RPCI = 976;

  /** The host's port on which it asks Tools. */
  int TCLO = 975;

  /** Listens in place of a port of the host. */
  GuestDoor open(int port, Clock clock, GuestDoor.Conversation conversation) throws IOException;

  /** Leaves nothing behind. */
  void clear() throws IOException;

  /** UNIX sockets that are called as the ports, in a folder of the server's. */
  record Folder(Path path) implements GuestPlace {

    @Override
    public GuestDoor open(int port, Clock clock, GuestDoor.Conversation conversation)
        throws IOException {
      SocketFolder folder = SocketFolder.open(path);
      String name = Integer.toString(port);
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
    public void clear() throws IOException {
      SocketFolder.open(path).remove();
    }
  }

  /**
   * Ports of the loopback address.
   *
   * @param base what is added to the host's ports
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
    public GuestDoor open(int port, Clock clock, GuestDoor.Conversation conversation)
        throws IOException {
      return new GuestDoor(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), base + port),
          clock,
          conversation);
    }

    @Override
    public void clear() {}
  }
}
