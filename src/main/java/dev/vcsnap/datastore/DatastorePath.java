package dev.vcsnap.datastore;

/**
 * A file's name as vSphere spells it, {@code [LocalDS_0] VM/VM.vmx}: the datastore and a path
 * inside it.
 *
 * <p>Slashes at the end are dropped, so that a folder has one name. Whether the path stays inside
 * the datastore is decided by {@link Datastore#fileOf}, which alone knows the links on the way.
 *
 * @param datastore the datastore's name
 * @param path names separated by slashes; empty for the datastore's root
 */
public record DatastorePath(String datastore, String path) {

  public DatastorePath {
    String whole = "[" + datastore + "] " + path;
    if (datastore.isBlank()) {
      throw new DatastorePathException(whole, "names no datastore");
    }
    if (datastore.indexOf('[') >= 0 || datastore.indexOf(']') >= 0) {
      throw new DatastorePathException(whole, "has a bracket in the datastore's name");
    }
    if (whole.indexOf('\0') >= 0) {
      throw new DatastorePathException(whole, "contains a NUL character");
    }
    int end = path.length();
    while (end > 0 && path.charAt(end - 1) == '/') {
      end--;
    }
    path = path.substring(0, end);
  }

  /**
   * Reads {@code [name] path}; the blank and the path may be missing.
   *
   * @throws DatastorePathException naming the value
   */
  public static DatastorePath parse(String text) {
    int close = text.indexOf(']');
    if (!text.startsWith("[") || close < 0) {
      throw new DatastorePathException(text, "is not of the form \"[datastore] folder/file\"");
    }
    String path = text.substring(close + 1);
    return new DatastorePath(
        text.substring(1, close), path.startsWith(" ") ? path.substring(1) : path);
  }

  /** True for the datastore itself. */
  public boolean isRoot() {
    return path.isEmpty();
  }

  /** The folder that holds this; the root holds itself. */
  public DatastorePath folder() {
    int slash = path.lastIndexOf('/');
    return new DatastorePath(datastore, slash < 0 ? "" : path.substring(0, slash));
  }

  /** The last name of the path; empty for the root. */
  public String fileName() {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** The name {@code child} inside this folder. */
  public DatastorePath resolve(String child) {
    return new DatastorePath(datastore, isRoot() ? child : path + "/" + child);
  }

  /** The name {@code other} in the same folder. */
  public DatastorePath sibling(String other) {
    return folder().resolve(other);
  }

  /** The spelling that clients send and get. */
  @Override
  public String toString() {
    return isRoot() ? "[" + datastore + "]" : "[" + datastore + "] " + path;
  }
}
