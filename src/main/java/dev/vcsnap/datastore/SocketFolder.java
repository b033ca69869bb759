package dev.vcsnap.datastore;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/**
 * A folder of the server's for UNIX sockets, which only its owner can enter. What lies in it at the
 * start was left by a server that was killed: two servers never have one data directory.
 */
public final class SocketFolder {

  /** What the operating system takes, without the zero at the end. */
  private static final int PATH_BYTES_MAX = 107;

  private static final Set<PosixFilePermission> OWNERS_SOCKET =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private static final Set<PosixFilePermission> OWNERS_FOLDER =
      EnumSet.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  private final Path folder;

  private SocketFolder(Path folder) {
    this.folder = folder;
  }

  /** Makes the folder, if it is not there. */
  public static SocketFolder open(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.setPosixFilePermissions(folder, OWNERS_FOLDER);
    return new SocketFolder(folder);
  }

  /**
   * An address that can be bound.
   *
   * @throws IOException when the path is longer than an address can be
   */
  public UnixDomainSocketAddress free(String name) throws IOException {
    Path path = folder.resolve(name);
    if (path.toString().getBytes(StandardCharsets.UTF_8).length > PATH_BYTES_MAX) {
      throw new IOException(
          "'%s' is too long for a UNIX socket, which takes %d bytes; use a shorter data directory"
              .formatted(path, PATH_BYTES_MAX));
    }
    Files.deleteIfExists(path);
    return UnixDomainSocketAddress.of(path);
  }

  /** Keeps others away from a socket that is bound. */
  public void protect(String name) throws IOException {
    Files.setPosixFilePermissions(folder.resolve(name), OWNERS_SOCKET);
  }

  /** Removes a socket, and the folder after its last one. */
  public void remove(String name) throws IOException {
    Files.deleteIfExists(folder.resolve(name));
    try {
      Files.deleteIfExists(folder);
    } catch (DirectoryNotEmptyException others) {
      // Another kind of guest is on its way in.
    }
  }
}
