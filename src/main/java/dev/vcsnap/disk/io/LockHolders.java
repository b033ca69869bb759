package dev.vcsnap.disk.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Says who holds a lock, for the sentence that a person will read.
 *
 * <p>The kernel's table of locks has the process of each; its name is looked up beside it. Nothing
 * is written into VMware's files for that, nor beside them.
 */
final class LockHolders {

  private static final Path PROCESSES = Path.of("/proc");
  private static final int NAMED_MAX = 3;

  private LockHolders() {}

  /**
   * "process 1234 (qemu-nbd)", several of them, "this process", or "another process" where the host
   * does not tell.
   */
  static String of(Path path) {
    try {
      return describe(pids(path));
    } catch (IOException | NumberFormatException | UnsupportedOperationException untold) {
      return "another process";
    }
  }

  /** The columns are number, class, kind, access, process, device with inode, first, last byte. */
  private static SortedSet<Long> pids(Path path) throws IOException {
    String inode = ":" + Files.getAttribute(path, "unix:ino");
    SortedSet<Long> pids = new TreeSet<>();
    for (String row : Files.readAllLines(PROCESSES.resolve("locks"))) {
      String[] words = row.trim().split("\\s+");
      if (words.length > 5 && words[1].equals("FLOCK") && words[5].endsWith(inode)) {
        pids.add(Long.parseLong(words[4]));
      }
    }
    return pids;
  }

  private static String describe(SortedSet<Long> pids) {
    long self = ProcessHandle.current().pid();
    List<String> others = new ArrayList<>();
    for (long pid : pids) {
      // A process of another container has no number here.
      if (pid > 0 && pid != self) {
        others.add("process " + pid + nameOf(pid));
      }
    }
    if (others.size() > NAMED_MAX) {
      int more = others.size() - NAMED_MAX;
      return String.join(", ", others.subList(0, NAMED_MAX)) + " and " + more + " more";
    }
    if (others.isEmpty()) {
      return pids.contains(self) ? "this process" : "another process";
    }
    return String.join(", ", others);
  }

  private static String nameOf(long pid) {
    try {
      Path name = PROCESSES.resolve(Long.toString(pid)).resolve("comm");
      return " (" + Files.readString(name).strip() + ")";
    } catch (IOException gone) {
      return "";
    }
  }
}
