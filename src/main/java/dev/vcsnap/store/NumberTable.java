package dev.vcsnap.store;

import dev.vcsnap.ground.ids.NumberKeeper;

/** Keeps in the database up to where each series of numbers is used up. */
public final class NumberTable implements NumberKeeper {

  private final Database database;

  public NumberTable(Database database) {
    this.database = database;
  }

  @Override
  public long reserve(String series, long least, int count) {
    return database.inTransaction(() -> {
      Long known =
          database
              .sql()
              .sql("select unreserved from number_series where name = ? for update")
              .param(series)
              .query(Long.class)
              .optional()
              .orElse(null);
      long first = known == null ? least : Math.max(known, least);
      String statement =
          known == null
              ? "insert into number_series (unreserved, name) values (?, ?)"
              : "update number_series set unreserved = ? where name = ?";
      database.sql().sql(statement).param(first + count).param(series).update();
      return first;
    });
  }

  @Override
  public void giveBack(String series, long unused) {
    database
        .sql()
        .sql("update number_series set unreserved = ? where name = ?")
        .param(unused)
        .param(series)
        .update();
  }
}
