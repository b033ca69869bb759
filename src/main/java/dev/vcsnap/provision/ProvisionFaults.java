package dev.vcsnap.provision;

import dev.vcsnap.vim.ConcurrentAccess;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.FileAlreadyExists;
import dev.vcsnap.vim.InvalidDatastorePath;
import dev.vcsnap.vim.InvalidVmConfig;
import dev.vcsnap.vim.NotFound;
import dev.vcsnap.vim.VimException;

/** The faults of making and removing machines. */
final class ProvisionFaults {

  private ProvisionFaults() {}

  /** A member of the configuration is missing or cannot be. */
  static VimException invalidConfig(String property) {
    var fault = new InvalidVmConfig();
    fault.property = property;
    return new VimException(fault, "Invalid virtual machine configuration: " + property);
  }

  static VimException unknownDatastore(String name) {
    return Faults.invalidDatastore(name, "Invalid datastore '" + name + "'.");
  }

  static VimException invalidPath(String path) {
    var fault = new InvalidDatastorePath();
    fault.datastorePath = path;
    return new VimException(fault, "Invalid datastore path '" + path + "'.");
  }

  static VimException fileExists(String path) {
    var fault = new FileAlreadyExists();
    fault.file = path;
    return new VimException(
        fault,
        "Cannot complete the operation because the file or folder " + path + " already exists");
  }

  static VimException alreadyRegistered(String id) {
    return Faults.alreadyExists(
        id, "The specified key, name, or identifier '" + id + "' already exists.");
  }

  static VimException changedMeanwhile(String id) {
    return new VimException(
        new ConcurrentAccess(), "The folder " + id + " was changed while it was removed.");
  }

  static VimException notFound(String path) {
    return new VimException(new NotFound(), "The file '" + path + "' was not found.");
  }
}
