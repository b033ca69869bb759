package dev.vcsnap.store;

import dev.vcsnap.disk.block.BlockError;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/**
 * The one schema of both databases, as the numbered files in {@code db/migration}.
 *
 * <p>Looking for files costs a large part of a start, so Flyway is asked only where the database is
 * older than the newest file.
 */
final class Schema {

  /** The number of the newest file; a test holds it to the files. */
  static final int NEWEST = 8;

  private static final String HISTORY = "flyway_schema_history";

  private Schema() {}

  /**
   * Brings a database up to date, from nothing if need be.
   *
   * @throws BlockError if a newer server has changed it
   */
  static void migrate(DataSource database) {
    int version = version(database);
    if (version > NEWEST) {
      throw new BlockError(
          BlockError.Kind.TOO_NEW,
          "The database has schema version "
              + version
              + " of a newer server, and this one knows versions up to "
              + NEWEST);
    }
    if (version < NEWEST) {
      Flyway.configure().dataSource(database).locations("classpath:db/migration").load().migrate();
    }
  }

  /** The schema version; 0 for an empty database. */
  private static int version(DataSource database) {
    try (Connection connection = database.getConnection()) {
      try (ResultSet table =
          connection
              .getMetaData()
              .getTables(null, null, HISTORY, new String[] {"TABLE", "BASE TABLE"})) {
        if (!table.next()) {
          return 0;
        }
      }
      try (Statement statement = connection.createStatement();
          ResultSet row =
              statement.executeQuery(
                  "select max(cast(version as integer)) from " + HISTORY + " where success")) {
        row.next();
        return row.getInt(1);
      }
    } catch (SQLException e) {
      throw new BlockError(
          BlockError.Kind.IO, "The version of the database cannot be read: " + e.getMessage(), e);
    }
  }
}
