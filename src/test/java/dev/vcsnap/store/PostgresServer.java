package dev.vcsnap.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A PostgreSQL server of the test run's own, started once and stopped with it. */
final class PostgresServer implements AutoCloseable {

  private final EmbeddedPostgres server;
  private final AtomicInteger databases = new AtomicInteger();

  private PostgresServer(EmbeddedPostgres server) {
    this.server = server;
  }

  /** The server of this run; empty, with a line that says why, where it cannot be started. */
  static Optional<PostgresServer> in(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(ExtensionContext.Namespace.GLOBAL)
        .computeIfAbsent(PostgresServer.class, key -> new Running(started()), Running.class)
        .server();
  }

  private static Optional<PostgresServer> started() {
    try {
      return Optional.of(new PostgresServer(EmbeddedPostgres.start()));
    } catch (IOException | RuntimeException e) {
      System.err.println("Skipped with PostgreSQL, whose binaries cannot be started here: " + e);
      return Optional.empty();
    }
  }

  /** What the test framework closes at the end of the run. */
  private record Running(Optional<PostgresServer> server) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      if (server.isPresent()) {
        server.get().close();
      }
    }
  }

  Database emptyDatabase() {
    String name = "test" + databases.incrementAndGet();
    try (var connection = server.getPostgresDatabase().getConnection();
        var statement = connection.createStatement()) {
      statement.execute("create database " + name);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return Database.open(DatabaseAddress.of(server.getJdbcUrl("postgres", name), null, null));
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
