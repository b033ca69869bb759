package dev.vcsnap.field;

import dev.vcsnap.field.KeptFields.Field;
import dev.vcsnap.field.KeptFields.Value;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.vim.CustomFieldDef;
import dev.vcsnap.vim.CustomFieldStringValue;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.ManagedType;
import dev.vcsnap.vim.Vim25;
import dev.vcsnap.vim.VimException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps custom fields, and shows on each member of the inventory which it can have and what is in
 * them: Ansible and Terraform mark machines so.
 *
 * <p>Fields are texts. Two may have one name only if they are for different types (assumed). What a
 * member has is read when it is asked for, and causes no update.
 */
public final class FieldService {

  private static final String MEMBER = "ManagedEntity";
  private static final int FIELDS_MAX = 1_000;
  private static final int VALUES_MAX = 200_000;
  private static final int NAME_CHARACTERS_MAX = 256;
  private static final int TEXT_CHARACTERS_MAX = 4_096;

  private final ObjectRegistry objects;
  private final KeptFields kept;
  private final NavigableMap<Integer, Field> fields = new TreeMap<>();
  private final Map<ManagedObjectReference, NavigableMap<Integer, String>> values = new HashMap<>();
  private int valueCount;

  /** Finds what was kept. */
  public FieldService(ObjectRegistry objects, KeptFields kept) {
    this.objects = objects;
    this.kept = kept;
    kept.fields().forEach(field -> fields.put(field.key(), field));
    kept.values().forEach(this::remember);
  }

  /** Gives members of the inventory that are added from now on their properties. */
  public void declareProperties() {
    objects.declare(MEMBER, "availableField", object -> session -> of(object.type()));
    objects.declare(MEMBER, "customValue", object -> session -> valuesOf(object));
    objects.declare(MEMBER, "value", object -> session -> valuesOf(object));
  }

  /** All fields. */
  public synchronized List<CustomFieldDef> all() {
    return fields.values().stream().map(FieldService::definition).toList();
  }

  /**
   * Defines a field.
   *
   * @param type of which objects have it; null for all members of the inventory
   * @throws VimException DuplicateName, InvalidArgument
   */
  public synchronized CustomFieldDef add(String name, @Nullable String type) {
    if (type != null && Vim25.managed(type) == null) {
      throw Faults.invalidArgument("moType");
    }
    if (fields.size() == FIELDS_MAX) {
      throw Faults.invalidArgument("name");
    }
    requireName(name, type, 0);
    var field = new Field(fields.isEmpty() ? 1 : fields.lastKey() + 1, name, type);
    kept.put(field);
    fields.put(field.key(), field);
    return definition(field);
  }

  /**
   * Gives a field another name.
   *
   * @throws VimException DuplicateName, InvalidArgument
   */
  public synchronized void rename(int key, String name) {
    Field before = require(key);
    requireName(name, before.managedObjectType(), key);
    var field = new Field(key, name, before.managedObjectType());
    kept.put(field);
    fields.put(key, field);
  }

  /**
   * Forgets a field with all its values.
   *
   * @throws VimException InvalidArgument
   */
  public synchronized void remove(int key) {
    require(key);
    kept.removeField(key);
    fields.remove(key);
    values
        .values()
        .forEach(own -> {
          if (own.remove(key) != null) {
            valueCount--;
          }
        });
    values.values().removeIf(Map::isEmpty);
  }

  /**
   * Puts a text into a field of an object; an empty one empties the field (assumed).
   *
   * @throws VimException InvalidArgument for a field that the object has not
   */
  public synchronized void set(ManagedObject object, int key, String text) {
    if (!fits(require(key), object.type())) {
      throw Faults.invalidArgument("key");
    }
    if (text.length() > TEXT_CHARACTERS_MAX) {
      throw Faults.invalidArgument("value");
    }
    if (text.isEmpty()) {
      kept.removeValue(object.reference(), key);
      NavigableMap<Integer, String> own = values.get(object.reference());
      if (own != null && own.remove(key) != null) {
        valueCount--;
      }
      return;
    }
    if (valueCount == VALUES_MAX) {
      throw Faults.invalidArgument("value");
    }
    var value = new Value(object.reference(), key, text);
    kept.put(value);
    remember(value);
  }

  /**
   * The same by the field's name.
   *
   * @throws VimException InvalidArgument
   */
  public synchronized void set(ManagedObject object, String name, String text) {
    int key =
        fields.values().stream()
            .filter(field -> field.name().equals(name) && fits(field, object.type()))
            .findFirst()
            .orElseThrow(() -> Faults.invalidArgument("key"))
            .key();
    set(object, key, text);
  }

  private synchronized List<CustomFieldDef> of(ManagedType type) {
    return fields.values().stream()
        .filter(field -> fits(field, type))
        .map(FieldService::definition)
        .toList();
  }

  private synchronized List<CustomFieldStringValue> valuesOf(ManagedObject object) {
    NavigableMap<Integer, String> own = values.get(object.reference());
    return own == null
        ? List.of()
        : own.entrySet().stream()
            .map(entry -> {
              var value = new CustomFieldStringValue();
              value.key = entry.getKey();
              value.value = entry.getValue();
              return value;
            })
            .toList();
  }

  private void remember(Value value) {
    if (values
            .computeIfAbsent(value.object(), object -> new TreeMap<>())
            .put(value.key(), value.text())
        == null) {
      valueCount++;
    }
  }

  private Field require(int key) {
    Field field = fields.get(key);
    if (field == null) {
      throw Faults.invalidArgument("key");
    }
    return field;
  }

  private void requireName(String name, @Nullable String type, int except) {
    if (name.isBlank() || name.length() > NAME_CHARACTERS_MAX) {
      throw Faults.invalidArgument("name");
    }
    for (Field other : fields.values()) {
      if (other.key() != except
          && other.name().equals(name)
          && Objects.equals(other.managedObjectType(), type)) {
        throw Faults.duplicateName(
            name, new ManagedObjectReference("CustomFieldsManager", "CustomFieldsManager"));
      }
    }
  }

  private static boolean fits(Field field, ManagedType type) {
    return field.managedObjectType() == null || type.isA(field.managedObjectType());
  }

  private static CustomFieldDef definition(Field field) {
    var definition = new CustomFieldDef();
    definition.key = field.key();
    definition.name = field.name();
    definition.type = "string";
    definition.managedObjectType = field.managedObjectType();
    return definition;
  }
}
