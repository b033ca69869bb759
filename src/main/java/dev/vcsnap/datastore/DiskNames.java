package dev.vcsnap.datastore;

import dev.vcsnap.disk.block.BlockError;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Chooses the names of a machine's new files from those that its folder has.
 *
 * <p>A delta is {@code <base>-NNNNNN.vmdk}, its data and change map {@code
 * <base>-NNNNNN-sesparse.vmdk}, {@code -delta.vmdk}, {@code -ctk.vmdk}. Numbers are counted for
 * each base disk apart and come from the folder alone: the lowest that no file carries. So a number
 * returns after a merge, and a revert, which still has the old delta, moves on.
 *
 * @param existing the names in the folder
 */
public record DiskNames(Set<String> existing) {

  private static final int NUMBER_MAX = 999_999;
  private static final String SUFFIX = ".vmdk";
  private static final Pattern OF_DISK =
      Pattern.compile("(-\\d{6})?(-(flat|rdmp?|delta|sesparse|ctk))?\\.vmdk");
  private static final Pattern EXTENT =
      Pattern.compile("(.+)-(flat|rdm|rdmp|delta|sesparse|ctk)\\.vmdk");

  public DiskNames {
    existing = Set.copyOf(existing);
  }

  /** Reads the folder once. */
  public static DiskNames in(Path folder) {
    Set<String> names = new TreeSet<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        names.add(String.valueOf(file.getFileName()));
      }
    } catch (IOException e) {
      throw IoFailure.of("list", folder, e);
    }
    return new DiskNames(names);
  }

  /**
   * What the deltas of a disk are named after: the base link's descriptor without {@code .vmdk}.
   */
  public static String baseName(String baseDescriptor) {
    if (!baseDescriptor.endsWith(SUFFIX)) {
      throw new IllegalArgumentException(
          "\"" + baseDescriptor + "\" is not a descriptor's name: expected \".vmdk\" at the end");
    }
    return baseDescriptor.substring(0, baseDescriptor.length() - SUFFIX.length());
  }

  /**
   * The descriptor for the next delta of a disk; no file of its number exists, leftovers included.
   */
  public String nextDelta(String baseName) {
    for (int number = 1; number <= NUMBER_MAX; number++) {
      if (filesOf(baseName, number).isEmpty()) {
        return delta(baseName, number);
      }
    }
    throw full(baseName);
  }

  /** Files that stand where a delta would be made by a host that looks at descriptors only. */
  public record Leftover(String descriptor, List<String> files) {}

  /**
   * The trap that real hosts fall into: they take the lowest number without a descriptor, and fail
   * when a change map or an extent of that number was left behind.
   */
  public Optional<Leftover> leftoverInTheWay(String baseName) {
    for (int number = 1; number <= NUMBER_MAX; number++) {
      String descriptor = delta(baseName, number);
      if (!existing.contains(descriptor)) {
        List<String> files = filesOf(baseName, number);
        return files.isEmpty() ? Optional.empty() : Optional.of(new Leftover(descriptor, files));
      }
    }
    throw full(baseName);
  }

  /** The descriptor of a machine's disk: {@code VM.vmdk} for index 0, {@code VM_1.vmdk} for 1. */
  public static String disk(String vmName, int index) {
    return vmName + (index == 0 ? "" : "_" + index) + SUFFIX;
  }

  /** The descriptor for the machine's next disk; no file of its name exists, deltas included. */
  public String nextDisk(String vmName) {
    for (int index = 0; index <= NUMBER_MAX; index++) {
      String descriptor = disk(vmName, index);
      String base = baseName(descriptor);
      if (existing.stream().noneMatch(name -> isDiskFile(name, base))) {
        return descriptor;
      }
    }
    throw full(vmName);
  }

  /**
   * True for a file that belongs to a disk's descriptor: {@code X-flat.vmdk} beside {@code X.vmdk},
   * but not the descriptor of a machine called X-flat.
   *
   * @param names the names in the folder
   */
  public static boolean isExtent(String name, Set<String> names) {
    var extent = EXTENT.matcher(name);
    return extent.matches() && names.contains(extent.group(1) + ".vmdk");
  }

  /** A snapshot's state file. */
  public static String vmsn(String vmName, int uid) {
    return vmName + "-Snapshot" + uid + ".vmsn";
  }

  /** A snapshot's memory. */
  public static String vmem(String vmName, int uid) {
    return vmName + "-Snapshot" + uid + ".vmem";
  }

  private static String delta(String baseName, int number) {
    return stem(baseName, number) + SUFFIX;
  }

  private static String stem(String baseName, int number) {
    return String.format("%s-%06d", baseName, number);
  }

  private List<String> filesOf(String baseName, int number) {
    String stem = stem(baseName, number);
    return existing.stream()
        .filter(name -> name.equals(stem + SUFFIX) || name.startsWith(stem + "-"))
        .sorted()
        .toList();
  }

  /**
   * True for the descriptor, its companions and the deltas, but not for a disk whose name only
   * begins alike.
   */
  private static boolean isDiskFile(String name, String baseName) {
    return name.startsWith(baseName)
        && OF_DISK.matcher(name.substring(baseName.length())).matches();
  }

  private static BlockError full(String baseName) {
    return new BlockError(
        BlockError.Kind.ALREADY_EXISTS,
        "Every number for a disk named \"" + baseName + "\" is taken");
  }

  /** The archive of a Windows guest's manifests for the snapshot {@code uid} (rule A49). */
  public static String vssManifests(String vmName, int uid) {
    return vmName + "-vss_manifests" + uid + ".zip";
  }

  /** A Linux guest's manifest for the snapshot {@code uid}; the number is assumed. */
  public static String quiesceManifest(String vmName, int uid) {
    return vmName + "-quiesce_manifest" + uid + ".xml";
  }
}
