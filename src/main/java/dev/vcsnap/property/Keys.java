package dev.vcsnap.property;

import dev.vcsnap.vim.DataObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The keys that elements of arrays are named by: the value of their member {@code key}. */
final class Keys {

  private Keys() {}

  /** The key of an element: a number or a text; null if it has none that a path can name. */
  static @Nullable Object of(Object item) {
    if (!(item instanceof DataObject object)) {
      return null;
    }
    int index = object.vimType().indexOf("key");
    Object key = index < 0 ? null : object.get(index);
    if (key instanceof Integer || key instanceof Long) {
      return key;
    }
    return key instanceof String text && text.indexOf('"') < 0 ? text : null;
  }

  /** The elements by key, in order; null if one has no key or two have the same. */
  static @Nullable Map<Object, DataObject> index(List<?> items) {
    Map<Object, DataObject> byKey = LinkedHashMap.newLinkedHashMap(items.size());
    for (Object item : items) {
      Object key = of(item);
      if (key == null || byKey.put(key, (DataObject) item) != null) {
        return null;
      }
    }
    return byKey;
  }

  /** How a path names the element of that key: {@code [4000]} or {@code ["name"]}. */
  static String subscript(Object key) {
    return key instanceof String ? "[\"" + key + "\"]" : "[" + key + "]";
  }
}
