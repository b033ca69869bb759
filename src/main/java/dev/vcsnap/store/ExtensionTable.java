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
    database
        .row("extension")
        .key("key_text", extension.key)
        .set("body", text.write(extension))
        .put();
  }

  @Override
  public void remove(String key) {
    database.sql().sql("delete from extension where key_text = ?").param(key).update();
  }
}
