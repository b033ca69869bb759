package dev.vcsnap.guest.simulated;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What is mounted in a simulated Linux, in the order of mounting: {@code DEVICE FOLDER TYPE}
 * between semicolons. What is mounted on {@code /} is the volume on the machine's disk; the others
 * are only names.
 *
 * @param mounts first to last
 */
record MountTable(List<Mount> mounts) {

  /** Where its volume is mounted. */
  static final String ROOT = "/";

  /** One disk with one volume. */
  static final MountTable DEFAULT = parse("/dev/sda1 / ext4");

  private static final int MOUNTS_MAX = 100;

  /** Those that cannot be frozen since they are somewhere else. */
  private static final Set<String> REMOTE =
      Set.of("autofs", "cifs", "nfs", "nfs4", "smbfs", "vmhgfs");

  /** Those whose driver knows no freeze; the kernel says EOPNOTSUPP. */
  private static final Set<String> UNFREEZABLE =
      Set.of(
          "cgroup2",
          "devpts",
          "devtmpfs",
          "iso9660",
          "overlay",
          "proc",
          "squashfs",
          "sysfs",
          "tmpfs");

  /** One line of the table. */
  record Mount(String device, String folder, String type) {

    private boolean isRemote() {
      String name = device.toLowerCase(Locale.ROOT);
      return REMOTE.contains(type) || name.startsWith("http://") || name.startsWith("https://");
    }

    /** Whether a freeze holds it still; others are passed over. */
    boolean canFreeze() {
      return !UNFREEZABLE.contains(type);
    }
  }

  MountTable {
    mounts = List.copyOf(mounts);
  }

  /**
   * Reads a table.
   *
   * @throws IllegalArgumentException naming what was not understood
   */
  static MountTable parse(String text) {
    List<Mount> mounts = new ArrayList<>();
    for (String part : text.split(";", -1)) {
      String line = part.strip();
      if (!line.isEmpty()) {
        String[] fields = line.split("\\s+");
        if (fields.length != 3 || !fields[1].startsWith(ROOT)) {
          throw new IllegalArgumentException(
              "'" + line + "' is no mount; a device, a folder and a type were expected");
        }
        mounts.add(new Mount(fields[0], fields[1], fields[2]));
      }
    }
    if (mounts.size() > MOUNTS_MAX) {
      throw new IllegalArgumentException(
          "a table has at most " + MOUNTS_MAX + " mounts, this one " + mounts.size());
    }
    return new MountTable(mounts);
  }

  /**
   * The local file systems in the order in which they are frozen: each device once, by the folder
   * where it was mounted first, the last mounted first, without those that are excluded (rule A45).
   *
   * @param excluded patterns of folders, in which {@code *} and {@code ?} stand for any characters
   */
  List<Mount> toFreeze(List<String> excluded) {
    Set<String> devices = new HashSet<>();
    List<Mount> lastFirst = new ArrayList<>();
    for (Mount mount : mounts) {
      if (!mount.isRemote() && devices.add(mount.device())) {
        lastFirst.addFirst(mount);
      }
    }
    List<Pattern> patterns = excluded.stream().map(MountTable::pattern).toList();
    lastFirst.removeIf(
        mount -> patterns.stream().anyMatch(p -> p.matcher(mount.folder()).matches()));
    return lastFirst;
  }

  private static Pattern pattern(String glob) {
    var expression = new StringBuilder();
    glob.codePoints()
        .forEach(c ->
            expression.append(
                switch (c) {
                  case '*' -> ".*";
                  case '?' -> ".";
                  default -> Pattern.quote(Character.toString(c));
                }));
    return Pattern.compile(expression.toString(), Pattern.DOTALL);
  }
}
