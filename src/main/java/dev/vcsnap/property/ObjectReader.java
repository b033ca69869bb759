package dev.vcsnap.property;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectState;
import dev.vcsnap.vim.DynamicProperty;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.MissingProperty;
import dev.vcsnap.vim.ObjectContent;
import dev.vcsnap.vim.VimException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads properties for one caller: a value, nothing where it is unset, or the reason why it cannot
 * be read.
 */
final class ObjectReader {

  private final Reader reader;

  ObjectReader(Reader reader) {
    this.reader = reader;
  }

  /** What the paths lead to in one object. */
  ObjectContent read(ManagedObject object, ObjectState state, List<PropertyPath> paths) {
    var content = new ObjectContent();
    content.obj = object.reference();
    List<DynamicProperty> properties = new ArrayList<>(paths.size());
    for (PropertyPath path : paths) {
      String lacking = reader.lacks(object, path);
      if (lacking != null) {
        add(content, denied(object, path, lacking));
        continue;
      }
      try {
        Object value = path.read(object, state, reader.sessionId());
        if (value != null) {
          properties.add(property(path, value));
        }
      } catch (VimException e) {
        add(content, missing(path, e));
      }
    }
    content.propSet = properties;
    return content;
  }

  private static void add(ObjectContent content, MissingProperty missing) {
    if (content.missingSet == null) {
      content.missingSet = new ArrayList<>();
    }
    content.missingSet.add(missing);
  }

  private static DynamicProperty property(PropertyPath path, Object value) {
    var property = new DynamicProperty();
    property.name = path.text();
    property.val = path.wrap(value);
    return property;
  }

  static MissingProperty missing(PropertyPath path, VimException reason) {
    var missing = new MissingProperty();
    missing.path = path.text();
    missing.fault = reason.localized();
    return missing;
  }

  /** Rule E4: what one may not read is missing, and that is no fault of the call. */
  static MissingProperty denied(ManagedObject object, PropertyPath path, String lacking) {
    return missing(path, Faults.noPermission(object.reference(), lacking));
  }
}
