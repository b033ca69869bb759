package dev.vcsnap.property;

import dev.vcsnap.vim.ArrayOf;
import dev.vcsnap.vim.DataObject;
import dev.vcsnap.vim.Property;
import dev.vcsnap.vim.PropertyChange;
import dev.vcsnap.vim.PropertyChangeOp;
import dev.vcsnap.vim.TypeRef;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Says in which parts two values of a property differ, in the names that partial updates use.
 *
 * <p>Members are named with a dot; elements of an array whose elements have keys with a subscript,
 * where {@code add} puts an element at the end and {@code remove} takes it out. Any other array,
 * and one that was put into another order, is sent whole.
 */
final class Difference {

  private final List<PropertyChange> changes;

  private Difference(List<PropertyChange> changes) {
    this.changes = changes;
  }

  /** Adds to {@code changes} what turns {@code before} into {@code after}. */
  static void between(
      PropertyPath path,
      @Nullable Object before,
      @Nullable Object after,
      List<PropertyChange> changes) {
    if (before == null || after == null) {
      if (before != null || after != null) {
        changes.add(assign(path.text(), path.type(), after));
      }
    } else {
      new Difference(changes).compare(path.text(), path.type(), before, after);
    }
  }

  /** A change that gives a property a new value, or unsets it. */
  static PropertyChange assign(String name, TypeRef type, @Nullable Object value) {
    return change(
        name,
        PropertyChangeOp.assign,
        value instanceof List<?> list ? new ArrayOf(type.element(), list) : value);
  }

  private void compare(String name, TypeRef type, @Nullable Object before, @Nullable Object after) {
    if (isEmpty(before) && isEmpty(after)) {
      return;
    }
    if (before instanceof DataObject a && after instanceof DataObject b && isSameType(a, b)) {
      compareMembers(name, a, b);
    } else if (before instanceof List<?> a && after instanceof List<?> b) {
      if (!compareElements(name, type, a, b) && !a.equals(b)) {
        changes.add(assign(name, type, b));
      }
    } else if (before instanceof byte[] a && after instanceof byte[] b) {
      if (!Arrays.equals(a, b)) {
        changes.add(assign(name, type, b));
      }
    } else if (!Objects.equals(before, after)) {
      changes.add(assign(name, type, after));
    }
  }

  private void compareMembers(String name, DataObject before, DataObject after) {
    List<Property> members = before.vimType().properties();
    for (int i = 0; i < members.size(); i++) {
      Object a = before.get(i);
      Object b = after.get(i);
      if (!isShared(a, b)) {
        Property member = members.get(i);
        compare(name + "." + member.name(), member.type(), a, b);
      }
    }
  }

  /** Compares by key; false if that cannot express the difference. */
  private boolean compareElements(String name, TypeRef type, List<?> before, List<?> after) {
    // On the wire an empty array inside an object looks like an unset one, which nothing can be
    // added to.
    if (type.kind() != TypeRef.Kind.DATA || before.isEmpty() || after.isEmpty()) {
      return false;
    }
    Map<Object, DataObject> old = Keys.index(before);
    Map<Object, DataObject> now = Keys.index(after);
    if (old == null || now == null || !isOrderKept(old, now)) {
      return false;
    }
    for (Object key : old.keySet()) {
      if (!now.containsKey(key)) {
        changes.add(change(name + Keys.subscript(key), PropertyChangeOp.remove, null));
      }
    }
    now.forEach((key, element) -> {
      DataObject was = old.get(key);
      if (was == null) {
        changes.add(change(name + Keys.subscript(key), PropertyChangeOp.add, element));
      } else if (!isShared(was, element)) {
        compare(name + Keys.subscript(key), type.element(), was, element);
      }
    });
    return true;
  }

  /** True if removing what is gone and appending what is new gives the new order. */
  private static boolean isOrderKept(Map<Object, DataObject> old, Map<Object, DataObject> now) {
    List<Object> expected = new ArrayList<>(now.size());
    for (Object key : old.keySet()) {
      if (now.containsKey(key)) {
        expected.add(key);
      }
    }
    for (Object key : now.keySet()) {
      if (!old.containsKey(key)) {
        expected.add(key);
      }
    }
    return expected.equals(List.copyOf(now.keySet()));
  }

  private static boolean isSameType(DataObject a, DataObject b) {
    return a.vimType() == b.vimType();
  }

  /** Values are immutable, so a part that both share needs no comparing, however deep it is. */
  @SuppressWarnings("ReferenceEquality")
  private static boolean isShared(@Nullable Object before, @Nullable Object after) {
    return before == after;
  }

  private static boolean isEmpty(@Nullable Object value) {
    return value == null || (value instanceof List<?> list && list.isEmpty());
  }

  private static PropertyChange change(String name, PropertyChangeOp op, @Nullable Object value) {
    var change = new PropertyChange();
    change.name = name;
    change.op = op;
    change.val = value;
    return change;
  }
}
