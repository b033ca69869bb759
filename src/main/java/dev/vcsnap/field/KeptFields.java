package dev.vcsnap.field;

import dev.vcsnap.vim.ManagedObjectReference;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps custom fields across restarts; what a call did is durable when it returns. */
public interface KeptFields {

  /**
   * A field.
   *
   * @param managedObjectType of which objects have it; null for all
   */
  record Field(int key, String name, @Nullable String managedObjectType) {}

  /** What one object has in one field. */
  record Value(ManagedObjectReference object, int key, String text) {}

  /** All fields, by their keys. */
  List<Field> fields();

  List<Value> values();

  /** Adds a field, or gives it another name. */
  void put(Field field);

  /** Forgets a field with all its values. */
  void removeField(int key);

  /** Adds a value, or replaces the one of the same object and field. */
  void put(Value value);

  void removeValue(ManagedObjectReference object, int key);

  /** Forgets all values of an object. */
  void removeValues(ManagedObjectReference object);
}
