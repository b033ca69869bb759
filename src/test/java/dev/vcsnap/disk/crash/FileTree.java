package dev.vcsnap.disk.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** Names, and the bytes of the files behind them. */
public final class FileTree {

  final TreeMap<Path, Integer> names = new TreeMap<>();
  final Map<Integer, SparseBytes> files = new HashMap<>();

  /** A tree that changes by itself. */
  public FileTree copy() {
    FileTree copy = new FileTree();
    copy.names.putAll(names);
    names.values().forEach(file -> copy.files.put(file, files.get(file).copy()));
    return copy;
  }

  /** Makes the files of one directory in an empty directory of the host. */
  public void writeTo(Path directory, Path target) {
    names.forEach((path, file) -> {
      if (directory.equals(path.getParent())) {
        try (FileChannel out =
            FileChannel.open(
                target.resolve(path.getFileName()),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
          files.get(file).writeTo(out);
        } catch (IOException failure) {
          throw new UncheckedIOException(failure);
        }
      }
    });
  }

  int nextFile() {
    return files.keySet().stream().mapToInt(Integer::intValue).max().orElse(0) + 1;
  }
}
