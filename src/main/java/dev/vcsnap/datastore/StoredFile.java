package dev.vcsnap.datastore;

import java.nio.file.Path;

/**
 * A file or folder of a datastore, existing or not, under the one name that it has.
 *
 * @param datastore what it is in
 * @param path its name there, without dots and double slashes
 */
public record StoredFile(Datastore datastore, DatastorePath path) {

  public StoredFile {
    path = datastore.nameOf(datastore.fileOf(path));
  }

  /** The host's file behind it. */
  public Path file() {
    return datastore.fileOf(path);
  }

  public boolean exists() {
    return datastore.exists(path);
  }

  /** The folder that holds it. */
  public StoredFile folder() {
    return new StoredFile(datastore, path.folder());
  }

  /** The file {@code name} inside this folder. */
  public StoredFile resolve(String name) {
    return new StoredFile(datastore, path.resolve(name));
  }

  /** The spelling that clients send and get. */
  @Override
  public String toString() {
    return path.toString();
  }
}
