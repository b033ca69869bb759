package dev.vcsnap.admin;

import dev.vcsnap.verify.areas.AreaList;
import dev.vcsnap.verify.areas.AreaListReader;
import dev.vcsnap.verify.areas.AreasReport;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * What a snapshot's disk is held against.
 *
 * @param base a copy in a datastore or another snapshot of the machine; nothing if it is left out
 * @param since the change id from which this server is asked for the areas
 * @param areas what a client was told instead
 */
record AreasQuestion(
    @Schema(
            description =
                "'[datastore] folder/file', plain bytes or a VMDK, or the id or name of another"
                    + " snapshot; left out for a full copy, before which there is nothing",
            example = "[LocalDS_0] backup/base.raw")
        @Nullable String base,
    @Schema(description = "a change id, or * for what is allocated, if this server is to be asked")
        @Nullable String since,
    @ArraySchema(
            arraySchema =
                @Schema(
                    description =
                        "areas, or replies of QueryChangedDiskAreas as they came, which are then"
                            + " checked as well"),
            schema = @Schema(implementation = AreasReport.Piece.class))
        AreaList.@Nullable Builder areas) {

  private static final JsonFactory JSON = JsonFactory.builder().build();

  /**
   * Reads the body of a request as it comes.
   *
   * @throws IllegalArgumentException with a sentence that says what was expected
   */
  static AreasQuestion read(InputStream body) {
    String base = null;
    String since = null;
    AreaList.Builder areas = null;
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), body)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new IllegalArgumentException("The body is no object with 'base', 'since', 'areas'");
      }
      for (String name = json.nextName(); name != null; name = json.nextName()) {
        JsonToken first = json.nextToken();
        switch (name) {
          case "base" -> base = text(name, json, first);
          case "since" -> since = text(name, json, first);
          case "areas" -> areas = first == JsonToken.VALUE_NULL ? null : AreaListReader.read(json);
          default ->
              throw new IllegalArgumentException(
                  "'" + name + "' is not known; expected 'base', 'since', 'areas'");
        }
      }
    } catch (JacksonException broken) {
      throw new IllegalArgumentException(
          "The body is no JSON: " + broken.getOriginalMessage(), broken);
    }
    if (since != null && areas != null) {
      throw new IllegalArgumentException("There are both 'since' and 'areas'; expected one");
    }
    return new AreasQuestion(base, since, areas);
  }

  private static @Nullable String text(String name, JsonParser json, JsonToken token) {
    if (token == JsonToken.VALUE_NULL) {
      return null;
    }
    if (token != JsonToken.VALUE_STRING) {
      throw new IllegalArgumentException("'" + name + "' is no text");
    }
    return json.getString();
  }
}
