package dev.vcsnap.verify.areas;

import java.io.InputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads changed areas as clients keep them, without holding the text.
 *
 * <p>Taken are areas, {@code {"start": 0, "length": 65536}} or with {@code offset}; replies of
 * {@code QueryChangedDiskAreas}, {@code {"startOffset": 0, "length": 8388608, "changedArea":
 * [...]}}; arrays of either; several of these behind each other; and an object that has one of them
 * as {@code areas}. Other members are passed over.
 */
public final class AreaListReader {

  private static final JsonFactory JSON = JsonFactory.builder().build();

  private final AreaList.Builder list = new AreaList.Builder();

  private AreaListReader() {}

  /**
   * Reads all there is; the stream stays the caller's.
   *
   * @throws IllegalArgumentException with a sentence that says what was expected
   */
  public static AreaList.Builder read(InputStream text) {
    var reader = new AreaListReader();
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), text)) {
      while (json.nextToken() != null) {
        reader.value(json);
      }
    } catch (JacksonException broken) {
      throw new IllegalArgumentException(
          "The areas are no JSON: " + broken.getOriginalMessage(), broken);
    }
    return reader.list;
  }

  /** Reads one value, on whose first token the parser is, e.g. a member of a larger object. */
  public static AreaList.Builder read(JsonParser json) {
    var reader = new AreaListReader();
    reader.value(json);
    return reader.list;
  }

  private void value(JsonParser json) {
    switch (json.currentToken()) {
      case START_ARRAY -> {
        while (json.nextToken() != JsonToken.END_ARRAY) {
          value(json);
        }
      }
      case START_OBJECT -> object(json);
      default ->
          throw new IllegalArgumentException(
              "Areas are {\"start\", \"length\"}, replies {\"startOffset\", \"length\","
                  + " \"changedArea\"}, in arrays; there is '"
                  + json.getString()
                  + "' instead");
    }
  }

  private void object(JsonParser json) {
    int firstArea = list.areaCount();
    long start = -1;
    Long startOffset = null;
    long length = -1;
    boolean container = false;
    for (String name = json.nextName(); name != null; name = json.nextName()) {
      JsonToken first = json.nextToken();
      switch (name) {
        case "start", "offset" -> start = number(json, name);
        case "startOffset" -> startOffset = number(json, name);
        case "length" -> length = number(json, name);
        case "changedArea", "areas" -> {
          container = true;
          if (first != JsonToken.VALUE_NULL) {
            value(json);
          }
        }
        default -> json.skipChildren();
      }
    }
    if (startOffset != null) {
      list.reply(startOffset, length, firstArea);
    } else if (!container) {
      list.area(start, length);
    }
  }

  private static long number(JsonParser json, String name) {
    if (json.currentToken() != JsonToken.VALUE_NUMBER_INT) {
      throw new IllegalArgumentException(
          "'%s' is '%s'; expected a number of bytes".formatted(name, json.getString()));
    }
    return json.getLongValue();
  }
}
