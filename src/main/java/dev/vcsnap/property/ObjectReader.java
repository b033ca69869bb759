package dev.vcsnap.property;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectState;
import dev.vcsnap.session.Session;
import dev.vcsnap.vim.DynamicProperty;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.MissingProperty;
import dev.vcsnap.vim.ObjectContent;
import dev.vcsnap.vim.VimException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads properties for one caller: a value, nothing where it is unset, or the reason why it cannot
 * be read.
 */
final class ObjectReader {

  private static final String ANONYMOUS = "System.Anonymous";

  private final @Nullable Session session;

  ObjectReader(@Nullable Session session) {
    this.session = session;
  }

  /** What the paths lead to in one object. */
  ObjectContent read(ManagedObject object, ObjectState state, List<PropertyPath> paths) {
    var content = new ObjectContent();
    content.obj = object.reference();
    List<DynamicProperty> properties = new ArrayList<>(paths.size());
    String sessionId = session == null ? null : session.id();
    for (PropertyPath path : paths) {
      requireReadable(object, path);
      try {
        Object value = path.read(object, state, sessionId);
        if (value != null) {
          properties.add(property(path, value));
        }
      } catch (VimException e) {
        if (content.missingSet == null) {
          content.missingSet = new ArrayList<>();
        }
        content.missingSet.add(missing(path, e));
      }
    }
    content.propSet = properties;
    return content;
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

  /** Before login only what the interface marks as public can be read. */
  private void requireReadable(ManagedObject object, PropertyPath path) {
    if (session == null
        && !path.property().privilege().equals(ANONYMOUS)
        && !object.type().name().equals("ServiceInstance")) {
      throw Faults.notAuthenticated();
    }
  }
}
