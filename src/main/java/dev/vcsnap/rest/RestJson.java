package dev.vcsnap.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;
import tools.jackson.databind.type.LogicalType;

/**
 * Reads and writes records in the spelling of the Automation interface: names with underscores,
 * unset members left out. The older form wraps the whole and spells a map as a list of pairs.
 */
final class RestJson {

  /** The largest body that is read. */
  static final int BODY_BYTES_MAX = 1 << 20;

  private static final int DEPTH_MAX = 20;

  private record Envelope(@Nullable Object value) {}

  private record Pair(Object key, Object value) {}

  /** Spells a map as a list of pairs. */
  private static final class Pairs extends StdSerializer<Map<?, ?>> {

    Pairs() {
      super(Map.class);
    }

    @Override
    public void serialize(Map<?, ?> map, JsonGenerator out, SerializationContext context) {
      out.writeStartArray();
      map.forEach((key, value) -> out.writePOJO(new Pair(String.valueOf(key), value)));
      out.writeEndArray();
    }
  }

  private final JsonMapper plain = builder().build();
  private final JsonMapper paired =
      builder().addModule(new SimpleModule().addSerializer(new Pairs())).build();

  /** The body of a reply. */
  byte[] encode(Object value, RestForm form) {
    return form == RestForm.API
        ? plain.writeValueAsBytes(value)
        : paired.writeValueAsBytes(new Envelope(value));
  }

  /** The body of a refusal. */
  byte[] encode(RestError error, RestForm form) {
    return plain.writeValueAsBytes(form == RestForm.API ? error : RestError.Wrapped.of(error));
  }

  /**
   * Reads the body of a request.
   *
   * @param name what the older form calls the one value of the body; empty if the body's members
   *     are the arguments themselves
   * @throws RestException INVALID_ARGUMENT or UNEXPECTED_INPUT, saying where
   */
  <T extends Record> T decode(byte[] body, RestForm form, String name, Class<T> type) {
    if (body.length > BODY_BYTES_MAX) {
      throw RestException.invalid("The body is larger than " + BODY_BYTES_MAX + " bytes");
    }
    try {
      JsonNode node = plain.readTree(body);
      if (form == RestForm.REST && !name.isEmpty() && node.has(name)) {
        node = node.get(name);
      }
      if (!node.isObject()) {
        throw RestException.invalid("The body is not a JSON object");
      }
      return plain.treeToValue(node, type);
    } catch (JacksonException e) {
      throw RestException.unexpected("The body cannot be read: " + e.getOriginalMessage());
    }
  }

  private static JsonMapper.Builder builder() {
    var factory =
        JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxDocumentLength(BODY_BYTES_MAX)
                    .maxNestingDepth(DEPTH_MAX)
                    .build())
            .build();
    return JsonMapper.builder(factory)
        .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
        .changeDefaultPropertyInclusion(
            inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
        .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .withCoercionConfig(
            LogicalType.Textual,
            text ->
                text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                    .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                    .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail));
  }
}
