package dev.vcsnap.vim;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** The root of every generated data object: values by position, and equality by content. */
public abstract class DataObject {

  /** The description of this object's own type. */
  public abstract DataType vimType();

  /** The member at a position of {@link DataType#properties}; null if unset. */
  public Object get(int index) {
    throw new IndexOutOfBoundsException(index);
  }

  /** Another object of the same type, with the same values; what those hold is shared. */
  public static <T extends DataObject> T copyOf(T from) {
    @SuppressWarnings("unchecked")
    T copy = (T) from.vimType().newInstance();
    copy.take(from);
    return copy;
  }

  /** Takes the values of an object of this type, or of one that this type extends. */
  public final void take(DataObject from) {
    for (int i = 0; i < from.vimType().properties().size(); i++) {
      set(i, from.get(i));
    }
  }

  /** Sets the member at a position; the value's Java class must be the member's. */
  public void set(int index, Object value) {
    throw new IndexOutOfBoundsException(index);
  }

  @Override
  public final boolean equals(Object other) {
    if (this == other) {
      return true;
    }
    if (!(other instanceof DataObject that) || vimType() != that.vimType()) {
      return false;
    }
    for (int i = 0; i < vimType().properties().size(); i++) {
      if (!same(get(i), that.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** An unset list and an empty one look the same to every reader. */
  private static boolean same(Object one, Object two) {
    if (one instanceof byte[] a && two instanceof byte[] b) {
      return Arrays.equals(a, b);
    }
    if (one == null && two instanceof List<?> list) {
      return list.isEmpty();
    }
    if (two == null && one instanceof List<?> list) {
      return list.isEmpty();
    }
    return Objects.equals(one, two);
  }

  @Override
  public final int hashCode() {
    int hash = vimType().hashCode();
    for (int i = 0; i < vimType().properties().size(); i++) {
      Object value = get(i);
      if (!(value instanceof byte[])
          && value != null
          && !(value instanceof List<?> l && l.isEmpty())) {
        hash = hash * 31 + value.hashCode();
      }
    }
    return hash;
  }

  @Override
  public final String toString() {
    var text = new StringBuilder(vimType().name()).append('{');
    String separator = "";
    for (int i = 0; i < vimType().properties().size(); i++) {
      Object value = get(i);
      if (value != null) {
        text.append(separator).append(vimType().properties().get(i).name()).append('=');
        text.append(value instanceof byte[] b ? b.length + " bytes" : value);
        separator = ", ";
      }
    }
    return text.append('}').toString();
  }
}
