package dev.vcsnap.datastore;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A folder that no name given by a client leads out of. */
final class ClosedFolder {

  private static final int NAME_BYTES_MAX = 255;

  private static final int CHECKED_MAX = 20_000;

  private final Path root;

  /** Folders that were found to lie inside: one stays as it is, as nobody can make links here. */
  private final Set<Path> checked = ConcurrentHashMap.newKeySet();

  /** {@code root} is a real path, without links. */
  ClosedFolder(Path root) {
    this.root = root;
  }

  /** The file behind a name, existing or not; refuses a name that leaves the folder. */
  Path fileOf(DatastorePath path) {
    Path file = root;
    for (String component : components(path)) {
      try {
        file = file.resolve(component);
      } catch (InvalidPathException e) {
        throw new DatastorePathException(
            path.toString(),
            "cannot be spelled in this system's file name encoding; run the server in a UTF-8"
                + " locale",
            e);
      }
    }
    if (leadsOut(file)) {
      throw new DatastorePathException(
          path.toString(), "leaves its datastore through a symbolic link");
    }
    return file;
  }

  /** The names that lead to a file from the root, if it lies inside. */
  Optional<String> pathOf(Path file) {
    Path absolute = file.toAbsolutePath().normalize();
    if (!absolute.startsWith(root)) {
      absolute = realPathAsFarAsItExists(absolute);
    }
    return absolute.startsWith(root)
        ? Optional.of(root.relativize(absolute).toString())
        : Optional.empty();
  }

  /** The path's names without empty ones and dots; refuses what leaves the root or is ours. */
  static List<String> components(DatastorePath path) {
    String text = path.toString();
    if (path.path().startsWith("/")) {
      throw new DatastorePathException(text, "is absolute: expected a path inside the datastore");
    }
    Deque<String> names = new ArrayDeque<>();
    for (String component : path.path().split("/", -1)) {
      if (component.isEmpty() || component.equals(".")) {
        continue;
      }
      if (component.equals("..")) {
        if (names.pollLast() == null) {
          throw new DatastorePathException(text, "leaves its datastore");
        }
        continue;
      }
      if (component.startsWith(AtomicFile.RESERVED_PREFIX)) {
        throw new DatastorePathException(text, "uses a name that is reserved for the server");
      }
      if (component.getBytes(StandardCharsets.UTF_8).length > NAME_BYTES_MAX) {
        throw new DatastorePathException(text, "has a name of more than 255 bytes");
      }
      names.addLast(component);
    }
    return List.copyOf(names);
  }

  /**
   * A link whose target is missing counts as leading out: writing through it could make a file
   * anywhere.
   */
  boolean leadsOut(Path file) {
    Path folder = file.getParent();
    if (folder == null || Files.isSymbolicLink(file)) {
      return leadsOutAnywhere(file);
    }
    if (checked.contains(folder)) {
      return false;
    }
    if (leadsOutAnywhere(file)) {
      return true;
    }
    if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      if (checked.size() >= CHECKED_MAX) {
        checked.clear();
      }
      checked.add(folder);
    }
    return false;
  }

  private boolean leadsOutAnywhere(Path file) {
    for (Path part = file; part != null && part.startsWith(root); part = part.getParent()) {
      if (Files.exists(part, LinkOption.NOFOLLOW_LINKS)) {
        try {
          return !part.toRealPath().startsWith(root);
        } catch (NoSuchFileException e) {
          // A dangling link, or a file that was deleted this moment: only the second is harmless.
          if (Files.exists(part, LinkOption.NOFOLLOW_LINKS)) {
            return true;
          }
        } catch (IOException e) {
          return true; // a loop of links, or a folder that may not be searched
        }
      }
    }
    return false;
  }

  private static Path realPathAsFarAsItExists(Path absolute) {
    for (Path part = absolute; part != null; part = part.getParent()) {
      if (Files.exists(part)) {
        try {
          return part.toRealPath().resolve(part.relativize(absolute));
        } catch (IOException e) {
          return absolute; // then it is not known to be ours, which is what the caller says
        }
      }
    }
    return absolute;
  }
}
