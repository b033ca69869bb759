package dev.vcsnap.store;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One row of a table, which is written whether or not it is there already. Written as an update and
 * an insertion, for the databases have no statement for it in common.
 */
final class Row {

  private final Database database;
  private final String table;
  private final Map<String, Object> keys = new LinkedHashMap<>();
  private final Map<String, @Nullable Object> values = new LinkedHashMap<>();

  Row(Database database, String table) {
    this.database = database;
    this.table = table;
  }

  /** A column by which the row is found. */
  Row key(String column, Object value) {
    keys.put(column, value);
    return this;
  }

  /** A column that becomes something else. */
  Row set(String column, @Nullable Object value) {
    values.put(column, value);
    return this;
  }

  /** Writes the row. */
  void put() {
    database.inTransaction(() -> {
      int updated = run(update());
      return updated > 0 ? updated : run(insertion());
    });
  }

  private String update() {
    return "update %s set %s where %s"
        .formatted(table, equal(values.keySet(), ", "), equal(keys.keySet(), " and "));
  }

  private String insertion() {
    List<String> columns = new ArrayList<>(values.keySet());
    columns.addAll(keys.keySet());
    return "insert into %s (%s) values (%s)"
        .formatted(
            table,
            String.join(", ", columns),
            String.join(", ", Collections.nCopies(columns.size(), "?")));
  }

  private static String equal(Iterable<String> columns, String separator) {
    List<String> terms = new ArrayList<>();
    columns.forEach(column -> terms.add(column + " = ?"));
    return String.join(separator, terms);
  }

  /** Both statements name the values first and the keys behind them. */
  private int run(String statement) {
    List<@Nullable Object> all = new ArrayList<>(values.values());
    all.addAll(keys.values());
    return database.sql().sql(statement).params(all).update();
  }
}
