package dev.vcsnap.vijson;

import dev.vcsnap.call.Arguments;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.MethodType;
import dev.vcsnap.vim.Release;
import dev.vcsnap.vim.TypeRef;
import dev.vcsnap.vim.VimException;
import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/** Turns whole bodies into arguments and results into whole bodies, within fixed bounds. */
public final class VimJson {

  /** The largest request body that is read. */
  static final int BODY_BYTES_MAX = 16 << 20;

  /** How deep objects and arrays of a request may nest. */
  static final int DEPTH_MAX = 100;

  private static final int NAME_CHARS_MAX = 1_000;
  private static final int NUMBER_CHARS_MAX = 400;

  private final JsonFactory factory =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxDocumentLength(BODY_BYTES_MAX)
                  .maxNestingDepth(DEPTH_MAX)
                  .maxStringLength(BODY_BYTES_MAX)
                  .maxNameLength(NAME_CHARS_MAX)
                  .maxNumberLength(NUMBER_CHARS_MAX)
                  .build())
          .build();

  /**
   * Decodes the arguments of a call; an empty body has none.
   *
   * @throws VimException InvalidRequest, saying what is wrong and where
   */
  Arguments decodeArguments(MethodType method, byte[] body) {
    return decode(body, reader -> reader.readArguments(method));
  }

  /**
   * Decodes one value of a declared type.
   *
   * @throws VimException InvalidRequest, saying what is wrong and where
   */
  public Object decode(TypeRef declared, byte[] body) {
    return decode(body, reader -> reader.read(declared));
  }

  /** Encodes a result or a property, trimmed to what the release knows. */
  public byte[] encode(TypeRef declared, Object value, Release release) {
    return encode(release, writer -> writer.write(declared, value));
  }

  /** Encodes a fault as the body of a reply. */
  byte[] encodeFault(VimException fault, Release release) {
    return encode(release, writer -> writer.writeFault(fault));
  }

  /**
   * Decodes what {@link #encode} wrote earlier, also where a member is missing that the interface
   * requires: what was shown to clients once is not refused when it comes back.
   *
   * @throws VimException InvalidRequest, saying what is wrong and where
   */
  public Object decodeKept(TypeRef declared, byte[] body) {
    return decode(body, reader -> reader.tolerant().read(declared));
  }

  private <T> T decode(byte[] body, Function<VimJsonReader, T> reading) {
    if (body.length > BODY_BYTES_MAX) {
      throw Faults.invalidRequest("The body is larger than " + BODY_BYTES_MAX + " bytes");
    }
    try (JsonParser first = factory.createParser(ObjectReadContext.empty(), body);
        JsonParser second = factory.createParser(ObjectReadContext.empty(), body)) {
      return reading.apply(new VimJsonReader(second, TypeNames.collect(first)));
    } catch (JacksonException e) {
      throw Faults.invalidRequest("The body is not valid JSON: " + describe(e));
    }
  }

  private static String describe(JacksonException problem) {
    TokenStreamLocation at = problem.getLocation();
    return at == null || at.getLineNr() < 1
        ? problem.getOriginalMessage()
        : problem.getOriginalMessage()
            + " (at line "
            + at.getLineNr()
            + ", column "
            + at.getColumnNr()
            + ")";
  }

  private byte[] encode(Release release, Consumer<VimJsonWriter> writing) {
    var bytes = new ByteArrayOutputStream(1024);
    try (JsonGenerator out = factory.createGenerator(ObjectWriteContext.empty(), bytes)) {
      writing.accept(new VimJsonWriter(out, release));
    }
    return bytes.toByteArray();
  }
}
