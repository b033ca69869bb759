package dev.vcsnap.vijson;

import dev.vcsnap.vim.ArrayOf;
import dev.vcsnap.vim.DataObject;
import dev.vcsnap.vim.DataType;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.Property;
import dev.vcsnap.vim.Release;
import dev.vcsnap.vim.TypeRef;
import dev.vcsnap.vim.Vim25;
import dev.vcsnap.vim.VimEnum;
import dev.vcsnap.vim.VimException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * Writes values the way that VI/JSON clients read them, and nothing that the client's release does
 * not know.
 *
 * <p>Every object begins with {@code _typeName}, since fast readers look only at the first key.
 * Unset members are left out; an array that must be there is written even if it is empty.
 */
final class VimJsonWriter {

  static final String TYPE_NAME = "_typeName";
  static final String VALUE = "_value";
  static final String FAULT_STRING = "faultstring";

  private final JsonGenerator out;
  private final Release release;

  VimJsonWriter(JsonGenerator out, Release release) {
    this.out = out;
    this.release = release;
  }

  /** Writes a value of a declared type, bare: only {@code anyType} gets a wrapper. */
  void write(TypeRef declared, Object value) {
    if (declared.array()) {
      writeArray(
          declared.element(), value instanceof ArrayOf array ? array.items() : (List<?>) value);
    } else {
      writeSingle(declared, value);
    }
  }

  /** Writes a fault as the whole body of a reply, with the text that goes with it. */
  void writeFault(VimException fault) {
    writeMembers(fault.fault(), fault.getMessage());
  }

  private void writeArray(TypeRef element, List<?> items) {
    out.writeStartArray();
    for (Object item : items) {
      writeSingle(element, item);
    }
    out.writeEndArray();
  }

  private void writeSingle(TypeRef declared, Object value) {
    switch (declared.kind()) {
      case STRING -> out.writeString((String) value);
      case BOOLEAN -> out.writeBoolean((Boolean) value);
      case BYTE -> out.writeNumber(((Byte) value).intValue());
      case SHORT -> out.writeNumber((Short) value);
      case INT -> out.writeNumber((Integer) value);
      case LONG -> out.writeNumber((Long) value);
      case FLOAT -> out.writeNumber((Float) value);
      case DOUBLE -> out.writeNumber((Double) value);
      case DATE_TIME -> out.writeString(text((Instant) value));
      case BINARY -> out.writeBinary((byte[]) value);
      case ENUM -> out.writeString(((VimEnum) value).name());
      case REFERENCE -> writeReference((ManagedObjectReference) value);
      case DATA -> writeMembers((DataObject) value, null);
      case ANY -> writeAny(value);
      case VOID -> throw new IllegalArgumentException("A void method has no value to write");
    }
  }

  private void writeAny(Object value) {
    TypeRef type = AnyNames.typeOf(value);
    if (type.array()) {
      TypeRef element = shown(type.element());
      out.writeStartObject();
      out.writeStringProperty(TYPE_NAME, AnyNames.arrayNameOf(element));
      out.writeName(VALUE);
      writeArray(element, ((ArrayOf) value).items());
      out.writeEndObject();
      return;
    }
    switch (type.kind()) {
      case DATA, REFERENCE -> writeSingle(type, value);
      default -> {
        out.writeStartObject();
        out.writeStringProperty(TYPE_NAME, AnyNames.nameOf(type));
        out.writeName(VALUE);
        writeSingle(type, value);
        out.writeEndObject();
      }
    }
  }

  private void writeReference(ManagedObjectReference reference) {
    out.writeStartObject();
    out.writeStringProperty(TYPE_NAME, AnyNames.REFERENCE);
    out.writeStringProperty("type", reference.type());
    out.writeStringProperty("value", reference.value());
    out.writeEndObject();
  }

  private void writeMembers(DataObject object, @Nullable String faultString) {
    DataType type = object.vimType().at(release);
    out.writeStartObject();
    out.writeStringProperty(TYPE_NAME, type.name());
    if (faultString != null) {
      out.writeStringProperty(FAULT_STRING, faultString);
    }
    List<Property> properties = type.properties();
    for (int i = 0; i < properties.size(); i++) {
      Property property = properties.get(i);
      if (!release.includes(property.since())) {
        continue;
      }
      Object value = object.get(i);
      if (value == null && property.type().array() && !property.optional()) {
        value = List.of();
      }
      if (value != null) {
        out.writeName(property.name());
        write(property.type(), value);
      }
    }
    out.writeEndObject();
  }

  /** The element type as the client's release knows it: a newer one shows as its ancestor. */
  private TypeRef shown(TypeRef element) {
    DataType type = Vim25.data(element.name());
    return type == null ? element : new TypeRef(element.kind(), type.at(release).name(), false);
  }

  /** UTC, with at most the microseconds that the interface has. */
  private static String text(Instant time) {
    return time.truncatedTo(ChronoUnit.MICROS).toString();
  }
}
