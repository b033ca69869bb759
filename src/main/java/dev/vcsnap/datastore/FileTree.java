package dev.vcsnap.datastore;

import dev.vcsnap.disk.block.BlockError;
import java.util.ArrayList;
import java.util.List;

/**
 * A file, or a folder with all it holds, as it was found at one moment. The server's own files and
 * links that lead out of the datastore are no part of it.
 *
 * @param top the file or folder itself
 * @param nodes everything in it, a folder before its content, {@code top} first
 */
public record FileTree(StoredFile top, List<Node> nodes) {

  private static final int DEPTH_MAX = 64;
  private static final int NODES_MAX = 1_000_000;

  /**
   * A file or folder of the tree.
   *
   * @param file which one
   * @param sizeBytes length of a file, 0 for a folder
   * @param directory true for a folder
   */
  public record Node(StoredFile file, long sizeBytes, boolean directory) {}

  public FileTree {
    nodes = List.copyOf(nodes);
  }

  /**
   * Looks at what is there.
   *
   * @throws BlockError NOT_FOUND when there is nothing, UNSUPPORTED for a tree that is deeper or
   *     larger than is worked on
   */
  public static FileTree of(StoredFile top) {
    DatastoreEntry entry =
        top.datastore()
            .entry(top.path())
            .orElseThrow(() ->
                new BlockError(
                    BlockError.Kind.NOT_FOUND,
                    top.file(),
                    "There is no file \"" + top + "\"",
                    null));
    List<Node> nodes = new ArrayList<>();
    collect(top, entry, 0, nodes);
    return new FileTree(top, nodes);
  }

  private static void collect(StoredFile file, DatastoreEntry entry, int depth, List<Node> nodes) {
    if (depth > DEPTH_MAX || nodes.size() == NODES_MAX) {
      throw new BlockError(
          BlockError.Kind.UNSUPPORTED,
          "\"" + file + "\" is too much: at most 64 folders deep and a million files are handled");
    }
    nodes.add(new Node(file, entry.sizeBytes(), entry.directory()));
    if (entry.directory()) {
      for (DatastoreEntry child : file.datastore().list(file.path())) {
        collect(file.resolve(child.name()), child, depth + 1, nodes);
      }
    }
  }

  /** The sum of the files' lengths. */
  public long sizeBytes() {
    return nodes.stream().mapToLong(Node::sizeBytes).sum();
  }
}
