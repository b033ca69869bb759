package dev.vcsnap.property;

import dev.vcsnap.vim.ArrayOf;
import dev.vcsnap.vim.DataObject;
import dev.vcsnap.vim.PropertyChange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Values as a client keeps them that knows nothing of types: maps and lists that it can change.
 *
 * <p>A member that is unset or an empty array is not in its map.
 */
final class Trees {

  private static final Pattern STEP =
      Pattern.compile("\\.([A-Za-z0-9]+)|\\[(?:\"([^\"]*)\"|(-?\\d+))]");

  private Trees() {}

  static Object of(Object value) {
    return switch (value) {
      case null -> null;
      case ArrayOf array -> of(array.items());
      case List<?> list -> {
        List<Object> items = new ArrayList<>();
        list.forEach(item -> items.add(of(item)));
        yield items;
      }
      case DataObject object -> {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("(type)", object.vimType().name());
        for (int i = 0; i < object.vimType().properties().size(); i++) {
          put(members, object.vimType().properties().get(i).name(), of(object.get(i)));
        }
        yield members;
      }
      default -> value;
    };
  }

  /**
   * Applies a change to what a client holds of one object, by path.
   *
   * @param paths what the client asked for; none begins with another
   */
  static void apply(Map<String, Object> held, List<String> paths, PropertyChange change) {
    String path =
        paths.stream()
            .filter(p -> change.name.startsWith(p) && startsPart(change.name, p.length()))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("not asked for: " + change.name));
    Object value = of(change.val);
    if (path.equals(change.name)) {
      held.put(path, value);
      return;
    }
    Matcher step = STEP.matcher(change.name.substring(path.length()));
    Object at = held.get(path);
    if (!step.find()) {
      throw new IllegalArgumentException(change.name);
    }
    while (true) {
      boolean last = step.end() == change.name.length() - path.length();
      if (last) {
        applyLast(at, step, change, value);
        return;
      }
      at = child(at, step);
      if (at == null || !step.find()) {
        throw new IllegalStateException("nothing at " + change.name + " in " + held);
      }
    }
  }

  private static boolean startsPart(String name, int length) {
    return name.length() == length || name.charAt(length) == '.' || name.charAt(length) == '[';
  }

  @SuppressWarnings("unchecked")
  private static void applyLast(Object at, Matcher step, PropertyChange change, Object value) {
    if (step.group(1) != null) {
      put((Map<String, Object>) at, step.group(1), value);
      return;
    }
    List<Object> list = (List<Object>) at;
    int index = indexOf(list, step);
    switch (change.op) {
      case add -> {
        if (index >= 0) {
          throw new IllegalStateException(change.name + " is there already");
        }
        list.add(value);
      }
      case remove -> list.remove(index);
      case assign -> list.set(index, value);
      case indirectRemove -> throw new IllegalStateException("not expected");
    }
  }

  private static Object child(Object at, Matcher step) {
    if (step.group(1) != null) {
      return ((Map<?, ?>) at).get(step.group(1));
    }
    List<?> list = (List<?>) at;
    return list.get(indexOf(list, step));
  }

  private static int indexOf(List<?> list, Matcher step) {
    String key = step.group(2) != null ? step.group(2) : step.group(3);
    for (int i = 0; i < list.size(); i++) {
      if (String.valueOf(((Map<?, ?>) list.get(i)).get("key")).equals(key)) {
        return i;
      }
    }
    return -1;
  }

  private static void put(Map<String, Object> members, String name, Object value) {
    if (value == null || (value instanceof List<?> list && list.isEmpty())) {
      members.remove(name);
    } else {
      members.put(name, value);
    }
  }
}
