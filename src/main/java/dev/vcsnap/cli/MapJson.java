package dev.vcsnap.cli;

import dev.vcsnap.disk.check.ChainMap;
import dev.vcsnap.disk.check.ChainMap.LinkRuns;
import dev.vcsnap.disk.check.ChainMap.Run;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes a map as one JSON object, piece by piece. Scripts rely on it: a field may be added, and
 * none is renamed or taken away.
 *
 * <pre>
 * sizeBytes   number         size of the disk
 * links       array          the base first
 *   index       number         0 is the base
 *   descriptor  text           the descriptor's path
 *   type        text           its createType: vmfs, seSparse, vmfsSparse, ...
 *   grainBytes  number         the smallest piece that this link can hold
 *   dataBytes   number         bytes stored in this link
 *   zeroBytes   number         bytes that this link records as zeros
 *   runs        array          what the link holds itself, ascending
 *     offset, length  number     bytes
 *     kind            text       data | zero
 * owners      array          the disk as it reads, ascending, without gaps
 *   offset, length  number     bytes
 *   link            number     index of the link that answers
 *   kind            text       data | zero | hole (no link holds anything: zeros)
 * </pre>
 */
final class MapJson {

  /** The same for the command's help. */
  static final String SCHEMA =
      """
      JSON: {"sizeBytes": N, "links": [...], "owners": [...]}; offsets and lengths are bytes.
        links, the base first: {"index", "descriptor", "type", "grainBytes", "dataBytes",
          "zeroBytes", "runs": [{"offset", "length", "kind": "data"|"zero"}]}: what each holds itself.
        owners, ascending, without gaps: {"offset", "length", "link": index of the link that
          answers a read, "kind": "data"|"zero"|"hole"}; hole: no link holds it, it reads as zeros.
      """;

  private MapJson() {}

  /** Writes the object and a line end; the stream stays open. */
  static void write(ChainMap map, OutputStream out) {
    JsonFactory factory =
        JsonFactory.builder().disable(StreamWriteFeature.AUTO_CLOSE_TARGET).build();
    try (JsonGenerator json = factory.createGenerator(ObjectWriteContext.empty(), out)) {
      json.writeStartObject();
      json.writeNumberProperty("sizeBytes", map.sizeBytes());
      json.writeArrayPropertyStart("links");
      for (int index = 0; index < map.links().size(); index++) {
        writeLink(json, index, map.links().get(index));
      }
      json.writeEndArray();
      json.writeArrayPropertyStart("owners");
      map.owners(run -> {
        json.writeStartObject();
        writeRange(json, run.offset(), run.length());
        json.writeNumberProperty("link", run.link());
        writeKind(json, run.kind());
        json.writeEndObject();
      });
      json.writeEndArray();
      json.writeEndObject();
      json.writeRaw('\n');
    }
  }

  private static void writeLink(JsonGenerator json, int index, LinkRuns link) {
    json.writeStartObject();
    json.writeNumberProperty("index", index);
    json.writeStringProperty("descriptor", link.descriptor().toString());
    json.writeStringProperty("type", link.type());
    json.writeNumberProperty("grainBytes", link.grainBytes());
    json.writeNumberProperty("dataBytes", link.dataBytes());
    json.writeNumberProperty("zeroBytes", link.zeroBytes());
    writeRuns(json, link.runs());
    json.writeEndObject();
  }

  private static void writeRuns(JsonGenerator json, List<Run> runs) {
    json.writeArrayPropertyStart("runs");
    for (Run run : runs) {
      json.writeStartObject();
      writeRange(json, run.offset(), run.length());
      writeKind(json, run.kind());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeRange(JsonGenerator json, long offset, long length) {
    json.writeNumberProperty("offset", offset);
    json.writeNumberProperty("length", length);
  }

  private static void writeKind(JsonGenerator json, ChainMap.Kind kind) {
    json.writeStringProperty("kind", kind.name().toLowerCase(Locale.ROOT));
  }
}
