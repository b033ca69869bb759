package dev.vcsnap.datastore;

import org.jspecify.annotations.Nullable;

/** A datastore path that cannot be followed: misspelt, or leading out of its datastore. */
public final class DatastorePathException extends IllegalArgumentException {

  private final String path;

  DatastorePathException(String path, String reason) {
    this(path, reason, null);
  }

  DatastorePathException(String path, String reason, @Nullable Throwable cause) {
    super("Datastore path \"" + printable(path) + "\" " + reason, cause);
    this.path = path;
  }

  /** The path as it was given. */
  public String path() {
    return path;
  }

  /** Keeps control characters and endless names out of logs and faults. */
  private static String printable(String text) {
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < Math.min(text.length(), 300); i++) {
      char c = text.charAt(i);
      if (Character.isISOControl(c) || Character.isSurrogate(c)) {
        shown.append(String.format("\\u%04x", (int) c));
      } else {
        shown.append(c);
      }
    }
    return text.length() > 300 ? shown + "..." : shown.toString();
  }
}
