package dev.vcsnap.cli;

import dev.vcsnap.quiesce.Consistency;
import dev.vcsnap.verify.Finding;
import dev.vcsnap.verify.Verdict;
import java.io.OutputStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes a verdict as one JSON object. Scripts rely on it: a field may be added, and none is
 * renamed or taken away.
 */
final class VerdictJson {

  /** The fields, for the command's help. */
  static final String SCHEMA =
      """
      JSON: {"kind": "crash"|"fileSystem"|"application"|"unknown", "findings": [...]}, and with
        --expect or --snapshot {"expected": kind, "answer": "confirmed"|"possible"|"refuted"}.
        findings: {"place", "content", "weight": "silent"|"undecided"|"decided",
          "least": kind that is proven, "most": kind that is not excluded, "reasons": [text]}.
      """;

  private VerdictJson() {}

  /** Writes the object and a line end; the stream stays open. */
  static void write(Verdict verdict, @Nullable Consistency expected, OutputStream out) {
    JsonFactory factory =
        JsonFactory.builder().disable(StreamWriteFeature.AUTO_CLOSE_TARGET).build();
    try (JsonGenerator json = factory.createGenerator(ObjectWriteContext.empty(), out)) {
      json.writeStartObject();
      json.writeStringProperty("kind", verdict.word());
      if (expected != null) {
        json.writeStringProperty("expected", expected.word());
        json.writeStringProperty("answer", word(verdict.to(expected)));
      }
      json.writeArrayPropertyStart("findings");
      for (Finding finding : verdict.findings()) {
        write(json, finding);
      }
      json.writeEndArray();
      json.writeEndObject();
      json.writeRaw('\n');
    }
  }

  private static void write(JsonGenerator json, Finding finding) {
    json.writeStartObject();
    json.writeStringProperty("place", finding.place());
    json.writeStringProperty("content", finding.content());
    json.writeStringProperty("weight", word(finding.weight()));
    json.writeStringProperty("least", finding.least().word());
    json.writeStringProperty("most", finding.most().word());
    json.writeArrayPropertyStart("reasons");
    finding.reasons().forEach(json::writeString);
    json.writeEndArray();
    json.writeEndObject();
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
