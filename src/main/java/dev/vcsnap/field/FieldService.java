package dev.vcsnap.field;

import dev.vcsnap.field.KeptFields.Field;
import dev.vcsnap.field.KeptFields.Value;
import dev.vcsnap.history.Followers;
import dev.vcsnap.objects.Changes;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.vim.CustomFieldDef;
import dev.vcsnap.vim.CustomFieldStringValue;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.ManagedType;
import dev.vcsnap.vim.Vim25;
import dev.vcsnap.vim.VimException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps custom fields, and shows on each member of the inventory which it can have and what is in
 * them: Ansible and Terraform mark machines so.
 *
 * <p>Fields are texts. Two may have one name only if they are for different types (assumed). What a
 * member has is read when it is asked for, and causes no update; it is forgotten when the member
 * leaves the inventory.
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

  /** By the fields' keys. Replaced as a whole, as readers do not wait for the database. */
  private final Map<ManagedObjectReference, List<CustomFieldStringValue>> values =
      new ConcurrentHashMap<>();

  private volatile FieldDefinitions shown;
  private int valueCount;

  /** Finds what was kept. */
  public FieldService(ObjectRegistry objects, KeptFields kept) {
    this.objects = objects;
    this.kept = kept;
    kept.fields().forEach(field -> fields.put(field.key(), field));
    this.shown = new FieldDefinitions(fields.values());
    kept.values().forEach(this::remember);
  }

  /** Gives members of the inventory that are added from now on their properties. */
  public void declareProperties() {
    objects.declare(MEMBER, "availableField", object -> session -> shown.of(object.type()));
    objects.declare(MEMBER, "customValue", object -> session -> valuesOf(object));
    objects.declare(MEMBER, "value", object -> session -> valuesOf(object));
  }

  /** Forgets what members of the inventory had that leave it from now on. */
  void follow(Followers<ManagedObject> gone) {
    gone.add(batch -> batch.forEach(this::forget));
    objects.onChange((Changes changes) -> {
      if (changes.membership()) {
        changes.objects().stream()
            .filter(object -> object.isRemoved() && object.type().isA(MEMBER))
            .forEach(gone::tell);
      }
    });
  }

  private synchronized void forget(ManagedObject object) {
    if (object.isRemoved()) {
      forget(object.reference());
    }
  }

  /** Forgets what those had that are not in the inventory any more. */
  synchronized void forgetAbsent() {
    values.keySet().stream()
        .filter(reference -> objects.find(reference) == null)
        .forEach(this::forget);
  }

  private void forget(ManagedObjectReference reference) {
    List<CustomFieldStringValue> own = values.get(reference);
    if (own != null) {
      kept.removeValues(reference);
      values.remove(reference);
      valueCount -= own.size();
    }
  }

  /** All fields. */
  public List<CustomFieldDef> all() {
    return shown.all();
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
    show(field);
    return FieldDefinitions.of(field);
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
    show(field);
  }

  private void show(Field field) {
    fields.put(field.key(), field);
    shown = new FieldDefinitions(fields.values());
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
    shown = new FieldDefinitions(fields.values());
    values.keySet().forEach(object -> putOrRemove(object, key, ""));
  }

  /**
   * Puts a text into a field of an object; an empty one empties the field (assumed).
   *
   * @throws VimException InvalidArgument for a field that the object has not, or if there are too
   *     many values; ManagedObjectNotFound if it has just gone
   */
  public synchronized void set(ManagedObject object, int key, String text) {
    if (!fits(require(key), object.type())) {
      throw Faults.invalidArgument("key");
    }
    if (text.length() > TEXT_CHARACTERS_MAX) {
      throw Faults.invalidArgument("value");
    }
    // One that goes later is told to the follower later, who waits for this.
    if (object.isRemoved()) {
      throw Faults.notFound(object.reference());
    }
    if (text.isEmpty()) {
      kept.removeValue(object.reference(), key);
    } else {
      if (valueCount >= VALUES_MAX && !has(object, key)) {
        throw Faults.invalidArgument("value");
      }
      kept.put(new Value(object.reference(), key, text));
    }
    putOrRemove(object.reference(), key, text);
  }

  private boolean has(ManagedObject object, int key) {
    return valuesOf(object).stream().anyMatch(value -> value.key == key);
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

  private List<CustomFieldStringValue> valuesOf(ManagedObject object) {
    return values.getOrDefault(object.reference(), List.of());
  }

  private void remember(Value value) {
    putOrRemove(value.object(), value.key(), value.text());
  }

  private void putOrRemove(ManagedObjectReference object, int key, String text) {
    List<CustomFieldStringValue> before = values.getOrDefault(object, List.of());
    List<CustomFieldStringValue> after = new ArrayList<>(before);
    after.removeIf(value -> value.key == key);
    if (!text.isEmpty()) {
      after.add(value(key, text));
      after.sort(Comparator.comparingInt(value -> value.key));
    }
    valueCount += after.size() - before.size();
    if (after.isEmpty()) {
      values.remove(object);
    } else {
      values.put(object, List.copyOf(after));
    }
  }

  private static CustomFieldStringValue value(int key, String text) {
    var value = new CustomFieldStringValue();
    value.key = key;
    value.value = text;
    return value;
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
    return type.isA(MEMBER) && FieldDefinitions.fits(field.managedObjectType(), type);
  }
}
