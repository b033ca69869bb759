package dev.vcsnap.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import dev.vcsnap.disk.block.BlockError;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** An open database with the present schema. */
public final class Database implements AutoCloseable {

  private final HikariDataSource pool;
  private final JdbcClient sql;
  private final JdbcTemplate batches;
  private final TransactionTemplate transactions;

  private Database(HikariDataSource pool) {
    this.pool = pool;
    this.batches = new JdbcTemplate(pool);
    this.sql = JdbcClient.create(batches);
    this.transactions = new TransactionTemplate(new JdbcTransactionManager(pool));
  }

  /**
   * Connects, and brings the schema up to date.
   *
   * @throws BlockError if there is no such database, or if it is of a newer server
   */
  public static Database open(DatabaseAddress address) {
    var config = new HikariConfig();
    config.setPoolName("store");
    config.setJdbcUrl(address.url());
    config.setUsername(address.user());
    config.setPassword(address.password());
    config.setMaximumPoolSize(address.connections());
    config.setMinimumIdle(1);
    HikariDataSource pool = connect(config, address);
    Database opened = null;
    try {
      Schema.migrate(pool);
      opened = new Database(pool);
      return opened;
    } finally {
      if (opened == null) {
        pool.close();
      }
    }
  }

  private static HikariDataSource connect(HikariConfig config, DatabaseAddress address) {
    try {
      return new HikariDataSource(config);
    } catch (PoolInitializationException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new BlockError(
          BlockError.Kind.IO,
          "The database \"" + address.shown() + "\" cannot be opened: " + cause.getMessage(),
          e);
    }
  }

  /** For libraries that take a data source. */
  public DataSource dataSource() {
    return pool;
  }

  /** Single statements. */
  JdbcClient sql() {
    return sql;
  }

  /** A row that is to be written, whether or not it is there. */
  Row row(String table) {
    return new Row(this, table);
  }

  /** Statements for many rows at once. */
  JdbcTemplate batches() {
    return batches;
  }

  /** Runs statements of which all take effect or none. */
  <T> T inTransaction(Supplier<T> work) {
    return transactions.execute(status -> work.get());
  }

  @Override
  public void close() {
    pool.close();
  }
}
