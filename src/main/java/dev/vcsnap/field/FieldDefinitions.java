package dev.vcsnap.field;

import dev.vcsnap.field.KeptFields.Field;
import dev.vcsnap.vim.CustomFieldDef;
import dev.vcsnap.vim.ManagedType;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The fields of one moment as clients see them: all, and those that objects of a type can have. */
final class FieldDefinitions {

  private final List<CustomFieldDef> all;
  private final Map<ManagedType, List<CustomFieldDef>> byType = new ConcurrentHashMap<>();

  FieldDefinitions(Collection<Field> fields) {
    this.all = fields.stream().map(FieldDefinitions::of).toList();
  }

  List<CustomFieldDef> all() {
    return all;
  }

  List<CustomFieldDef> of(ManagedType type) {
    return byType.computeIfAbsent(
        type,
        wanted -> all.stream().filter(field -> fits(field.managedObjectType, wanted)).toList());
  }

  /** True if objects of that type can have a field for {@code fieldType}; null is for all. */
  static boolean fits(@Nullable String fieldType, ManagedType type) {
    return fieldType == null || type.isA(fieldType);
  }

  static CustomFieldDef of(Field field) {
    var definition = new CustomFieldDef();
    definition.key = field.key();
    definition.name = field.name();
    definition.type = "string";
    definition.managedObjectType = field.managedObjectType();
    return definition;
  }
}
