package dev.vcsnap.seed;

import dev.vcsnap.datastore.DatastorePath;
import dev.vcsnap.vim.VirtualMachinePowerState;

/**
 * A machine that belongs to the inventory.
 *
 * @param id its managed object id
 * @param power what it was when the server last knew
 * @param host the name of the host that it runs on
 * @param configPath its .vmx
 */
record RegisteredMachine(
    String id, VirtualMachinePowerState power, String host, DatastorePath configPath) {

  private static final String SEPARATOR = "\t";

  String line() {
    return String.join(SEPARATOR, id, power.name(), host, configPath.toString());
  }

  /**
   * Reads what {@link #line} wrote.
   *
   * @throws IllegalArgumentException naming the line
   */
  static RegisteredMachine parse(String line) {
    String[] part = line.split(SEPARATOR, -1);
    if (part.length != 4) {
      throw new IllegalArgumentException("'" + line + "' is not a registered machine");
    }
    return new RegisteredMachine(
        part[0], VirtualMachinePowerState.valueOf(part[1]), part[2], DatastorePath.parse(part[3]));
  }
}
