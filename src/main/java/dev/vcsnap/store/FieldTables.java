package dev.vcsnap.store;

import dev.vcsnap.field.KeptFields;
import dev.vcsnap.vim.ManagedObjectReference;
import java.util.List;

/** Keeps custom fields in the database. */
final class FieldTables implements KeptFields {

  private final Database database;

  FieldTables(Database database) {
    this.database = database;
  }

  @Override
  public List<Field> fields() {
    return database
        .sql()
        .sql("select field_key, name, object_type from custom_field order by field_key")
        .query((row, index) -> new Field(row.getInt(1), row.getString(2), row.getString(3)))
        .list();
  }

  @Override
  public List<Value> values() {
    return database
        .sql()
        .sql("select object_type, object_id, field_key, body from custom_value")
        .query((row, index) ->
            new Value(
                new ManagedObjectReference(row.getString(1), row.getString(2)),
                row.getInt(3),
                row.getString(4)))
        .list();
  }

  @Override
  public void put(Field field) {
    database
        .row("custom_field")
        .key("field_key", field.key())
        .set("name", field.name())
        .set("object_type", field.managedObjectType())
        .put();
  }

  @Override
  public void removeField(int key) {
    database.sql().sql("delete from custom_field where field_key = ?").param(key).update();
  }

  @Override
  public void put(Value value) {
    database
        .row("custom_value")
        .key("object_type", value.object().type())
        .key("object_id", value.object().value())
        .key("field_key", value.key())
        .set("body", value.text())
        .put();
  }

  @Override
  public void removeValue(ManagedObjectReference object, int key) {
    database
        .sql()
        .sql("delete from custom_value where object_type = ? and object_id = ? and field_key = ?")
        .params(object.type(), object.value(), key)
        .update();
  }

  @Override
  public void removeValues(ManagedObjectReference object) {
    database
        .sql()
        .sql("delete from custom_value where object_type = ? and object_id = ?")
        .params(object.type(), object.value())
        .update();
  }
}
