package dev.vcsnap.property;

import dev.vcsnap.objects.ComputedProperty;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectState;
import dev.vcsnap.vim.ArrayOf;
import dev.vcsnap.vim.DataObject;
import dev.vcsnap.vim.DataType;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.Property;
import dev.vcsnap.vim.TypeRef;
import dev.vcsnap.vim.Vim25;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The name of a property or of a part of one, parsed and checked once so that it can be read often.
 *
 * <p>Grammar: {@code property ( "." member | "[" key "]" )*}. A key selects the element of an array
 * whose member {@code key} has that value; a text key may be in double quotes and then may contain
 * any other character: {@code config.hardware.device[4000].deviceInfo.label}, {@code
 * config.extraConfig["disk.EnableUUID"]}.
 */
final class PropertyPath {

  /** One step from a value to a part of it. */
  private sealed interface Step {
    @Nullable Object from(Object value);
  }

  /** Takes a member; remembers where the last type that it saw has it. */
  private static final class Member implements Step {

    private record Position(DataType type, int index) {}

    private final String name;
    private @Nullable Position last;

    Member(String name) {
      this.name = name;
    }

    @Override
    public @Nullable Object from(Object value) {
      if (!(value instanceof DataObject object)) {
        return null;
      }
      DataType type = object.vimType();
      Position position = last;
      if (position == null || position.type != type) {
        position = new Position(type, type.indexOf(name));
        last = position;
      }
      return position.index < 0 ? null : object.get(position.index);
    }
  }

  /** Takes the element of an array that has a key. */
  private record Element(String key) implements Step {
    @Override
    public @Nullable Object from(Object value) {
      if (value instanceof List<?> list) {
        for (Object item : list) {
          Object itemKey = Keys.of(item);
          if (itemKey != null && itemKey.toString().equals(key)) {
            return item;
          }
        }
      }
      return null;
    }
  }

  private final String text;
  private final String root;
  private final Property property;
  private final Step[] steps;
  private final TypeRef type;
  private final TypeRef element;

  private PropertyPath(
      String text, String root, Property property, List<Step> steps, TypeRef type) {
    this.text = text;
    this.root = root;
    this.property = property;
    this.steps = steps.toArray(Step[]::new);
    this.type = type;
    this.element = type.element();
  }

  /**
   * Parses a path of objects of a type.
   *
   * @throws dev.vcsnap.vim.VimException InvalidProperty naming the path if the type has no such
   *     property or a part of the path is no part of it
   */
  static PropertyPath parse(TypeMatch owner, String text) {
    return new Parser(owner, text).parse();
  }

  /** The path of a whole property. */
  static PropertyPath of(Property property) {
    return new PropertyPath(property.name(), property.name(), property, List.of(), property.type());
  }

  /** The path as the client wrote it. */
  String text() {
    return text;
  }

  /** The name of the property it starts with. */
  String root() {
    return root;
  }

  /** The description of the property it starts with. */
  Property property() {
    return property;
  }

  /** The declared type of what it leads to. */
  TypeRef type() {
    return type;
  }

  /** True if it leads into a property, not just to it. */
  boolean isNested() {
    return steps.length > 0;
  }

  /** The value of an object as a client gets it; null if unset. */
  @Nullable Object read(ManagedObject object, ObjectState state, @Nullable String sessionId) {
    ComputedProperty function = object.computedBy(root);
    Object value = function == null ? state.get(root) : function.valueFor(sessionId);
    return follow(value);
  }

  /** The value among published ones; null if unset. */
  @Nullable Object read(ObjectState state) {
    return follow(state.get(root));
  }

  /** The value with its array type around it where the wire needs one. */
  Object wrap(Object value) {
    return value instanceof List<?> list ? new ArrayOf(element, list) : value;
  }

  private @Nullable Object follow(@Nullable Object start) {
    Object value = start;
    for (Step step : steps) {
      if (value == null) {
        return null;
      }
      value = step.from(value);
    }
    return value;
  }

  @Override
  public String toString() {
    return text;
  }

  /** Reads one path from left to right. */
  private static final class Parser {

    private final TypeMatch owner;
    private final String text;
    private int at;

    Parser(TypeMatch owner, String text) {
      this.owner = owner;
      this.text = text;
    }

    PropertyPath parse() {
      String root = name();
      Property property = owner.type() == null ? null : owner.type().properties().get(root);
      if (property == null) {
        throw invalid();
      }
      TypeRef type = property.type();
      List<Step> steps = new ArrayList<>();
      while (at < text.length()) {
        char c = text.charAt(at++);
        if (c == '.') {
          String member = name();
          type = memberType(type, member);
          steps.add(new Member(member));
        } else if (c == '[') {
          if (!type.array() || type.kind() != TypeRef.Kind.DATA) {
            throw invalid();
          }
          type = type.element();
          steps.add(new Element(key()));
        } else {
          throw invalid();
        }
      }
      return new PropertyPath(text, root, property, steps, type);
    }

    private String name() {
      int start = at;
      while (at < text.length() && text.charAt(at) != '.' && text.charAt(at) != '[') {
        at++;
      }
      if (at == start) {
        throw invalid();
      }
      return text.substring(start, at);
    }

    private String key() {
      boolean quoted = at < text.length() && text.charAt(at) == '"';
      String end = quoted ? "\"]" : "]";
      int start = quoted ? at + 1 : at;
      int stop = text.indexOf(end, start);
      if (stop < 0) {
        throw invalid();
      }
      at = stop + end.length();
      return text.substring(start, stop);
    }

    /**
     * The declared type of a member; of a type that extends the declared one if only that has it.
     */
    private TypeRef memberType(TypeRef owner, String member) {
      if (owner.array()
          || (owner.kind() != TypeRef.Kind.DATA && owner.kind() != TypeRef.Kind.ANY)) {
        throw invalid();
      }
      DataType declared = owner.kind() == TypeRef.Kind.ANY ? null : Vim25.data(owner.name());
      if (declared != null) {
        int index = declared.indexOf(member);
        if (index >= 0) {
          return declared.properties().get(index).type();
        }
      }
      return Vim25.allData()
          .filter(t -> (declared == null || t.isA(declared)) && t.indexOf(member) >= 0)
          .findFirst()
          .map(t -> t.properties().get(t.indexOf(member)).type())
          .orElseThrow(this::invalid);
    }

    private RuntimeException invalid() {
      return Faults.invalidProperty(text);
    }
  }
}
