package dev.vcsnap.store;

import dev.vcsnap.extension.KeptExtensions;
import dev.vcsnap.vim.Extension;
import java.util.List;

/** Keeps extensions in the database. */
final class ExtensionTable implements KeptExtensions {

  private final Database database;
  private final DataText text;

  ExtensionTable(Database database, DataText text) {
    this.database = database;
    this.text = text;
  }

  @Override
  public List<Extension> all() {
    return database
        .sql()
        .sql("select body from extension order by number")
        .query((row, index) -> text.read(Extension.class, row.getString(1)))
        .list();
  }

  @Override
  public void put(Extension extension) {
    String body = text.write(extension);
    database.inTransaction(() -> {
      int updated =
          database
              .sql()
              .sql("update extension set body = ? where key_text = ?")
              .params(body, extension.key)
              .update();
      return updated > 0
          ? updated
          : database
              .sql()
              .sql("insert into extension (key_text, body) values (?, ?)")
              .params(extension.key, body)
              .update();
    });
  }

  @Override
  public void remove(String key) {
    database.sql().sql("delete from extension where key_text = ?").param(key).update();
  }
}
