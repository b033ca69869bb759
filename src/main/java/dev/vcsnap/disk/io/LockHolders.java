package dev.vcsnap.disk.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Says who holds a lock, for the sentence that a person will read. */
final class LockHolders {

  private static final Path TABLE = Path.of("/proc/locks");

  private LockHolders() {}

  /** "process 1234", "this process", or "another process" where the host does not tell. */
  static String of(Path path) {
    try {
      String inode = ":" + Files.getAttribute(path, "unix:ino");
      List<String> rows = Files.readAllLines(TABLE);
      for (String row : rows) {
        String[] words = row.trim().split("\\s+");
        if (words.length > 5 && words[1].equals("FLOCK") && words[5].endsWith(inode)) {
          long pid = Long.parseLong(words[4]);
          return pid == ProcessHandle.current().pid() ? "this process" : "process " + pid;
        }
      }
      return "another process";
    } catch (IOException | NumberFormatException | UnsupportedOperationException untold) {
      return "another process";
    }
  }
}
