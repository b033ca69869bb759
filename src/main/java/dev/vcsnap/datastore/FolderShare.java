package dev.vcsnap.datastore;

import java.util.Collection;

/**
 * Tells whose a file is in a folder that several machines may share: it is the machine's whose name
 * is the longest that the file's begins with, so that {@code web-2.nvram} is not {@code web}'s
 * where there is a {@code web-2.vmx}.
 */
final class FolderShare {

  /** What stands behind a machine's name in the names of its files. */
  private static final String BOUNDARIES = ".-_";

  private final Collection<String> machines;

  /**
   * @param machines the names of the machines in the folder, without a suffix
   */
  FolderShare(Collection<String> machines) {
    this.machines = machines;
  }

  /** The machines whose configurations are among these files. */
  static FolderShare of(Collection<String> fileNames) {
    return new FolderShare(
        fileNames.stream().filter(VmDirectory::isConfiguration).map(FolderShare::baseOf).toList());
  }

  /** A configuration's name without its suffix. */
  static String baseOf(String configuration) {
    return configuration.substring(0, configuration.lastIndexOf('.'));
  }

  static boolean carriesName(String fileName, String machine) {
    return fileName.startsWith(machine)
        && fileName.length() > machine.length()
        && BOUNDARIES.indexOf(fileName.charAt(machine.length())) >= 0;
  }

  boolean isOf(String fileName, String machine) {
    return carriesName(fileName, machine) && !isOfAnother(fileName, machine);
  }

  /** Whether a machine other than this one has the better claim. */
  boolean isOfAnother(String fileName, String machine) {
    int own = carriesName(fileName, machine) ? machine.length() : -1;
    return machines.stream()
        .filter(name -> !name.equals(machine))
        .anyMatch(name -> carriesName(fileName, name) && name.length() > own);
  }
}
