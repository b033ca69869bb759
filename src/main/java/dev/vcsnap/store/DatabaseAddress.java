package dev.vcsnap.store;

import dev.vcsnap.disk.block.BlockError;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a database is and how to log in to it.
 *
 * @param url for JDBC
 * @param user empty where the URL names it
 * @param password empty where the URL has it
 * @param connections how many may be open at once
 */
public record DatabaseAddress(String url, String user, String password, int connections) {

  /**
   * PostgreSQL's rules for names and nulls, so that one schema and one spelling of each statement
   * do for both. A commit is with the system when it returns, so a killed server loses none; the
   * file is closed with the server's other files, not by a hook that may be earlier.
   */
  private static final String H2_SETTINGS =
      ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DEFAULT_NULL_ORDERING=HIGH;DB_CLOSE_ON_EXIT=FALSE"
          + ";WRITE_DELAY=0;CACHE_SIZE=8192;TRACE_LEVEL_FILE=0";

  private static final int EMBEDDED_CONNECTIONS = 4;
  private static final int SERVER_CONNECTIONS = 8;

  /**
   * The embedded database in a file, made when it is opened first.
   *
   * @param file without the {@code .mv.db} that its name ends with
   */
  static DatabaseAddress embedded(Path file) {
    String path = file.toAbsolutePath().toString();
    if (path.indexOf(';') >= 0) {
      throw new BlockError(
          BlockError.Kind.UNSUPPORTED,
          "The embedded database cannot lie in \""
              + path
              + "\", for its path has a semicolon; choose another data directory");
    }
    return new DatabaseAddress(
        "jdbc:h2:file:" + path + H2_SETTINGS, "sa", "", EMBEDDED_CONNECTIONS);
  }

  /** An embedded database that is nowhere but in memory, and gone when it is closed. */
  static DatabaseAddress inMemory(String name) {
    return new DatabaseAddress("jdbc:h2:mem:" + name + H2_SETTINGS, "sa", "", EMBEDDED_CONNECTIONS);
  }

  /** A database server, as the {@code spring.datasource} settings name it. */
  static DatabaseAddress of(String url, @Nullable String user, @Nullable String password) {
    if (!url.startsWith("jdbc:postgresql:")) {
      throw new BlockError(
          BlockError.Kind.UNSUPPORTED,
          "\""
              + withoutParameters(url)
              + "\" is no database for this server; give a URL that begins with jdbc:postgresql:");
    }
    return new DatabaseAddress(
        url, user == null ? "" : user, password == null ? "" : password, SERVER_CONNECTIONS);
  }

  /** The URL without its parameters, one of which may be a password. */
  String shown() {
    return withoutParameters(url);
  }

  private static String withoutParameters(String url) {
    return url.replaceFirst("[?;].*", "");
  }

  @Override
  public String toString() {
    return shown();
  }
}
