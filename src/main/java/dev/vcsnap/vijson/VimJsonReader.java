package dev.vcsnap.vijson;

import dev.vcsnap.call.Arguments;
import dev.vcsnap.vim.ArrayOf;
import dev.vcsnap.vim.DataObject;
import dev.vcsnap.vim.DataType;
import dev.vcsnap.vim.EnumType;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.MethodType;
import dev.vcsnap.vim.Property;
import dev.vcsnap.vim.TypeRef;
import dev.vcsnap.vim.Vim25;
import dev.vcsnap.vim.VimEnum;
import dev.vcsnap.vim.VimException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads values by their declared types and refuses what the interface does not have, naming the
 * place and the value.
 *
 * <p>An object's {@code _typeName} decides which class it becomes, but JSON gives its keys no order
 * and scripts send them in any. The names are therefore collected in a first pass ({@link
 * TypeNames}) and taken from there, object by object, in the second; nothing is buffered and every
 * refusal knows its line. A null member counts as unset.
 */
final class VimJsonReader {

  private final JsonParser in;
  private final TypeNames typeNames;
  private final Scalars scalars;
  private boolean complete = true;

  VimJsonReader(JsonParser in, TypeNames typeNames) {
    this.in = in;
    this.typeNames = typeNames;
    this.scalars = new Scalars(in);
  }

  /**
   * Reads the arguments of a call. What the client calls the object of arguments does not matter:
   * some send the method's name as its {@code _typeName}, some the schema's, some none.
   */
  Arguments readArguments(MethodType method) {
    var arguments = new Arguments(method);
    if (in.nextToken() == null) {
      return arguments;
    }
    require(in.currentToken() == JsonToken.START_OBJECT, "The arguments must be a JSON object");
    typeNames.next();
    while (in.nextToken() != JsonToken.END_OBJECT) {
      String name = in.currentName();
      in.nextToken();
      if (name.equals(VimJsonWriter.TYPE_NAME)) {
        continue;
      }
      Property parameter = method.parameter(name);
      if (parameter == null) {
        throw problem("'" + name + "' is not a parameter of " + method.name());
      }
      if (in.currentToken() != JsonToken.VALUE_NULL) {
        arguments.with(name, readValue(parameter.type()));
      }
    }
    return arguments;
  }

  /** Takes objects that lack a required member, too. */
  VimJsonReader tolerant() {
    complete = false;
    return this;
  }

  /** Reads a whole document that holds one value of the declared type. */
  Object read(TypeRef declared) {
    require(in.nextToken() != null, "A value is missing");
    return readValue(declared);
  }

  private Object readValue(TypeRef declared) {
    if (!declared.array()) {
      return readSingle(declared);
    }
    if (declared.kind() == TypeRef.Kind.BYTE && in.currentToken() == JsonToken.VALUE_STRING) {
      return scalars.readPackedBytes();
    }
    require(in.currentToken() == JsonToken.START_ARRAY, "Expected an array");
    List<Object> items = new ArrayList<>();
    while (in.nextToken() != JsonToken.END_ARRAY) {
      items.add(readSingle(declared.element()));
    }
    return items;
  }

  private Object readSingle(TypeRef declared) {
    return switch (declared.kind()) {
      case STRING -> scalars.readString();
      case BOOLEAN -> scalars.readBoolean();
      // A byte is signed in the interface, but Go clients send it unsigned.
      case BYTE -> (byte) scalars.readInteger("byte", Byte.MIN_VALUE, 255);
      case SHORT -> (short) scalars.readInteger("short", Short.MIN_VALUE, Short.MAX_VALUE);
      case INT -> (int) scalars.readInteger("int", Integer.MIN_VALUE, Integer.MAX_VALUE);
      case LONG -> scalars.readInteger("long", Long.MIN_VALUE, Long.MAX_VALUE);
      case FLOAT -> scalars.readFloat();
      case DOUBLE -> scalars.readDouble();
      case DATE_TIME -> scalars.readTime();
      case BINARY -> scalars.readBinary();
      case ENUM -> readEnum(declared.name());
      case REFERENCE -> readReference();
      case DATA -> readData(declared.name());
      case ANY -> readAny();
      case VOID -> throw problem("No value is expected here");
    };
  }

  private VimEnum readEnum(String name) {
    String text = scalars.readString();
    VimEnum value = Vim25.type(name) instanceof EnumType type ? type.valueOf(text) : null;
    if (value == null) {
      throw problem("'" + text + "' is not a value of " + name);
    }
    return value;
  }

  private ManagedObjectReference readReference() {
    require(in.currentToken() == JsonToken.START_OBJECT, "Expected a ManagedObjectReference");
    String typeName = typeNames.next();
    require(
        typeName == null || typeName.equals(AnyNames.REFERENCE),
        "'" + typeName + "' is not a ManagedObjectReference");
    return readReferenceMembers();
  }

  private ManagedObjectReference readReferenceMembers() {
    String type = null;
    String value = null;
    while (in.nextToken() != JsonToken.END_OBJECT) {
      String name = in.currentName();
      in.nextToken();
      switch (name) {
        case "type" -> type = scalars.readString();
        case "value" -> value = scalars.readString();
        // Which server the object lives on: there is only one.
        case VimJsonWriter.TYPE_NAME, "serverGuid" ->
            require(in.currentToken().isScalarValue(), "Expected a string");
        default -> throw problem("'" + name + "' is not a member of ManagedObjectReference");
      }
    }
    if (type == null || value == null) {
      throw problem("A ManagedObjectReference needs 'type' and 'value'");
    }
    return new ManagedObjectReference(type, value);
  }

  private DataObject readData(String declaredName) {
    require(in.currentToken() == JsonToken.START_OBJECT, "Expected an object of " + declaredName);
    DataType declared = Objects.requireNonNull(Vim25.data(declaredName), declaredName);
    String typeName = typeNames.next();
    if (typeName == null) {
      return readMembers(declared);
    }
    DataType actual = Vim25.data(typeName);
    if (actual == null) {
      throw problem("'" + typeName + "' is not a data object type");
    }
    require(actual.isA(declared), "'" + typeName + "' is not a " + declaredName);
    return readMembers(actual);
  }

  private DataObject readMembers(DataType type) {
    DataObject object = type.newInstance();
    List<Property> properties = type.properties();
    var seen = new BitSet(properties.size());
    while (in.nextToken() != JsonToken.END_OBJECT) {
      String name = in.currentName();
      in.nextToken();
      if (name.equals(VimJsonWriter.TYPE_NAME)) {
        continue;
      }
      int index = type.indexOf(name);
      if (index < 0) {
        throw problem("'" + name + "' is not a member of " + type.name());
      }
      if (in.currentToken() != JsonToken.VALUE_NULL) {
        object.set(index, readValue(properties.get(index).type()));
        seen.set(index);
      }
    }
    for (int i = seen.nextClearBit(0); i < properties.size(); i = seen.nextClearBit(i + 1)) {
      Property property = properties.get(i);
      if (complete && !property.optional() && !property.type().array()) {
        throw problem(
            "The required member '" + property.name() + "' of " + type.name() + " is missing");
      }
    }
    return object;
  }

  private Object readAny() {
    require(
        in.currentToken() == JsonToken.START_OBJECT,
        "A value of any type needs its type: {\"_typeName\": ..., \"_value\": ...}");
    String typeName = typeNames.next();
    if (typeName == null) {
      throw problem("An object of any type needs its '_typeName'");
    }
    TypeRef type = AnyNames.find(typeName);
    if (type == null || (type.kind() == TypeRef.Kind.ANY && !type.array())) {
      throw problem("'" + typeName + "' is not a type that a value can have");
    }
    if (!type.array() && type.kind() == TypeRef.Kind.DATA) {
      return readMembers(Objects.requireNonNull(Vim25.data(type.name()), type.name()));
    }
    if (!type.array() && type.kind() == TypeRef.Kind.REFERENCE) {
      return readReferenceMembers();
    }
    return readWrapped(type, typeName);
  }

  private Object readWrapped(TypeRef type, String typeName) {
    Object value = null;
    while (in.nextToken() != JsonToken.END_OBJECT) {
      String name = in.currentName();
      in.nextToken();
      switch (name) {
        case VimJsonWriter.TYPE_NAME -> {}
        case VimJsonWriter.VALUE -> value = readValue(type);
        default -> throw problem("'" + name + "' is not a member of the wrapper of a " + typeName);
      }
    }
    if (value == null) {
      throw problem("A value of '" + typeName + "' needs its '_value'");
    }
    return type.array() ? new ArrayOf(type.element(), (List<?>) value) : value;
  }

  private void require(boolean condition, String otherwise) {
    if (!condition) {
      throw problem(otherwise);
    }
  }

  private VimException problem(String text) {
    return scalars.problem(text);
  }
}
