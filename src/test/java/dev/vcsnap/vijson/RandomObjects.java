package dev.vcsnap.vijson;

import dev.vcsnap.vim.ArrayOf;
import dev.vcsnap.vim.DataObject;
import dev.vcsnap.vim.DataType;
import dev.vcsnap.vim.EnumType;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.Property;
import dev.vcsnap.vim.TypeRef;
import dev.vcsnap.vim.Vim25;
import dev.vcsnap.vim.VimEnum;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/** Makes data objects with every member set, down to a depth below which only what must be is. */
final class RandomObjects {

  private static final int FULL_DEPTH = 2;

  private static final List<String> ANY_NAMES =
      List.of(
          "string",
          "boolean",
          "byte",
          "short",
          "int",
          "long",
          "float",
          "double",
          "dateTime",
          "binary",
          "ManagedObjectReference",
          "VirtualMachinePowerState",
          "Description",
          "ArrayOfString",
          "ArrayOfInt",
          "ArrayOfByte",
          "ArrayOfBinary",
          "ArrayOfManagedObjectReference",
          "ArrayOfVirtualMachinePowerState",
          "ArrayOfAnyType",
          "ArrayOfKeyValue");

  private static final String TEXT = "abc XYZ 09 /\"\\\n\t\u0001<&>'\u007f\u00e9\u4e2d\u2028";

  private final Random random;
  private final Map<DataType, List<DataType>> subtypes = new HashMap<>();

  RandomObjects(Random random) {
    this.random = random;
    Vim25.allData()
        .forEach(type -> {
          for (DataType base = type; base != null; base = base.base()) {
            subtypes.computeIfAbsent(base, b -> new ArrayList<>()).add(type);
          }
        });
  }

  /** An object of exactly that type. */
  DataObject full(DataType type) {
    return object(type, 0);
  }

  private DataObject object(DataType type, int depth) {
    if (depth > 40) {
      throw new IllegalStateException(type.name() + " needs itself");
    }
    DataObject object = type.newInstance();
    List<Property> properties = type.properties();
    for (int i = 0; i < properties.size(); i++) {
      Property property = properties.get(i);
      boolean must = !property.optional() && !property.type().array();
      if (must || depth < FULL_DEPTH) {
        object.set(i, value(property.type(), depth + 1));
      }
    }
    return object;
  }

  private Object value(TypeRef type, int depth) {
    if (!type.array()) {
      return single(type, depth);
    }
    List<Object> items = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      items.add(single(type.element(), depth));
    }
    return items;
  }

  private Object single(TypeRef type, int depth) {
    return switch (type.kind()) {
      case STRING -> string();
      case BOOLEAN -> random.nextBoolean();
      case BYTE -> (byte) random.nextInt();
      case SHORT -> (short) random.nextInt();
      case INT -> random.nextInt();
      case LONG -> random.nextLong();
      case FLOAT -> random.nextInt(10) == 0 ? Float.NaN : random.nextFloat() * 1e6f;
      case DOUBLE -> random.nextInt(10) == 0 ? Double.NEGATIVE_INFINITY : random.nextGaussian();
      case DATE_TIME ->
          Instant.ofEpochSecond(
              random.nextInt(), 1000L * random.nextInt(random.nextBoolean() ? 1 : 1_000_000));
      case BINARY -> bytes();
      case REFERENCE -> new ManagedObjectReference(type.name(), string());
      case ENUM -> constant(type.name());
      case DATA -> subtype(Objects.requireNonNull(Vim25.data(type.name())), depth);
      case ANY -> any(depth);
      case VOID -> throw new IllegalArgumentException();
    };
  }

  private Object any(int depth) {
    List<String> names = depth > FULL_DEPTH ? ANY_NAMES.subList(0, 12) : ANY_NAMES;
    TypeRef type = Objects.requireNonNull(AnyNames.find(names.get(random.nextInt(names.size()))));
    Object value = value(type, depth + 1);
    return type.array() ? new ArrayOf(type.element(), (List<?>) value) : value;
  }

  private DataObject subtype(DataType declared, int depth) {
    List<DataType> candidates = subtypes.get(declared);
    DataType chosen =
        depth > FULL_DEPTH ? declared : candidates.get(random.nextInt(candidates.size()));
    return object(chosen, depth);
  }

  private VimEnum constant(String name) {
    List<VimEnum> values = ((EnumType) Vim25.type(name)).values();
    return values.get(random.nextInt(values.size()));
  }

  private byte[] bytes() {
    var bytes = new byte[random.nextInt(8)];
    random.nextBytes(bytes);
    return bytes;
  }

  private String string() {
    var text = new StringBuilder();
    for (int i = random.nextInt(8); i > 0; i--) {
      text.append(TEXT.charAt(random.nextInt(TEXT.length())));
    }
    return text.toString();
  }
}
