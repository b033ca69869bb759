package dev.vcsnap.soap;

import dev.vcsnap.vim.ArrayOf;
import dev.vcsnap.vim.DataObject;
import dev.vcsnap.vim.DataType;
import dev.vcsnap.vim.EnumType;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.Property;
import dev.vcsnap.vim.TypeRef;
import dev.vcsnap.vim.TypeRef.Kind;
import dev.vcsnap.vim.Vim25;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Makes data objects with every member set, subtypes in the place of their bases, and text that
 * needs escaping; below the second level only what is required is set.
 */
final class RandomObjects {

  private static final int FULL_DEPTH = 2;
  private static final String[] TEXTS = {
    "", " ", "a", "<&>\"'", "]]>", "line\r\nline\ttab\n", "Größe 日本 \uD83D\uDE00", "&amp;", "\uFFFD"
  };

  private static final Map<DataType, List<DataType>> SUBTYPES = subtypes();

  private final Random random;

  RandomObjects(long seed) {
    this.random = new Random(seed);
  }

  DataObject object(DataType type) {
    return object(type, 0);
  }

  private DataObject object(DataType type, int depth) {
    DataObject object = type.newInstance();
    List<Property> properties = type.properties();
    for (int i = 0; i < properties.size(); i++) {
      Property property = properties.get(i);
      TypeRef declared = property.type();
      boolean binaries = declared.array() && declared.kind() == Kind.BINARY;
      if (!binaries && (depth < FULL_DEPTH || !property.optional())) {
        object.set(i, declared.array() ? list(declared, depth) : single(declared, depth));
      }
    }
    return object;
  }

  private List<Object> list(TypeRef declared, int depth) {
    List<Object> items = new ArrayList<>();
    int count = depth == 0 ? 2 : depth < FULL_DEPTH ? 1 : 0;
    for (int i = 0; i < count; i++) {
      items.add(single(declared.element(), depth));
    }
    return items;
  }

  private Object single(TypeRef declared, int depth) {
    return switch (declared.kind()) {
      case STRING -> TEXTS[random.nextInt(TEXTS.length)] + random.nextInt(10);
      case BOOLEAN -> random.nextBoolean();
      case BYTE -> (byte) random.nextInt();
      case SHORT -> (short) random.nextInt();
      case INT -> random.nextInt();
      case LONG -> random.nextLong();
      case FLOAT -> random.nextInt(9) == 0 ? Float.NEGATIVE_INFINITY : random.nextFloat() * 1e20f;
      case DOUBLE -> random.nextInt(9) == 0 ? Double.NaN : random.nextDouble() * 1e-20;
      case DATE_TIME ->
          Instant.ofEpochSecond(
              random.nextLong(-62_000_000_000L, 253_000_000_000L),
              1_000L * random.nextInt(random.nextBoolean() ? 1 : 1_000_000));
      case BINARY -> {
        byte[] bytes = new byte[random.nextInt(20)];
        random.nextBytes(bytes);
        yield bytes;
      }
      case ENUM -> {
        var values = ((EnumType) Vim25.type(declared.name())).values();
        yield values.get(random.nextInt(values.size()));
      }
      case REFERENCE -> new ManagedObjectReference("VirtualMachine", "vm-" + random.nextInt(1000));
      case DATA -> {
        List<DataType> candidates = SUBTYPES.get(Vim25.data(declared.name()));
        yield object(candidates.get(random.nextInt(candidates.size())), depth + 1);
      }
      case ANY -> any(depth);
      case VOID -> throw new IllegalArgumentException();
    };
  }

  private Object any(int depth) {
    Kind[] simple = {
      Kind.STRING,
      Kind.BOOLEAN,
      Kind.BYTE,
      Kind.SHORT,
      Kind.INT,
      Kind.LONG,
      Kind.FLOAT,
      Kind.DOUBLE,
      Kind.DATE_TIME
    };
    Kind kind = simple[random.nextInt(simple.length)];
    TypeRef scalar = new TypeRef(kind, Scalars.name(kind), false);
    return switch (random.nextInt(8)) {
      case 0 -> array(scalar, depth);
      case 1 -> single(new TypeRef(Kind.REFERENCE, "ManagedObject", false), depth);
      case 2 -> array(new TypeRef(Kind.REFERENCE, "ManagedObject", false), depth);
      case 3 -> single(new TypeRef(Kind.DATA, "VirtualDevice", false), FULL_DEPTH);
      case 4 -> array(new TypeRef(Kind.DATA, "OptionValue", false), FULL_DEPTH);
      case 5 -> single(new TypeRef(Kind.ENUM, "VirtualMachinePowerState", false), depth);
      case 6 -> new ArrayOf(new TypeRef(Kind.ANY, "anyType", false), List.of("x", 1, 2L));
      default -> single(scalar, depth);
    };
  }

  private ArrayOf array(TypeRef element, int depth) {
    List<Object> items = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      items.add(single(element, depth));
    }
    return new ArrayOf(element, items);
  }

  private static Map<DataType, List<DataType>> subtypes() {
    Map<DataType, List<DataType>> subtypes = new HashMap<>();
    Vim25.allData()
        .forEach(type -> {
          for (DataType ancestor = type; ancestor != null; ancestor = ancestor.base()) {
            subtypes.computeIfAbsent(ancestor, a -> new ArrayList<>()).add(type);
          }
        });
    return subtypes;
  }
}
