package dev.vcsnap.vijson;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.VcsnapApplication;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;

/**
 * Keeps the checked-in document the same as what the server hands out.
 *
 * <p>{@code mvn test -Dtest=OpenApiFileTest -Dvcsnap.openapi.write=true} writes it anew.
 */
class OpenApiFileTest {

  private static final Path FILE = Path.of("openapi/vcsnap.json");

  @Test
  void theCheckedInDocumentIsTheOneThatTheServerHandsOut(@TempDir Path data) throws IOException {
    String document = fromTheServer(data);
    if (Boolean.getBoolean("vcsnap.openapi.write")) {
      Files.createDirectories(FILE.getParent());
      Files.writeString(FILE, document);
    }

    // Line by line, so that a failure shows the path or the schema that differs and not the whole.
    assertThat(Files.readString(FILE).lines().toList())
        .as("%s is not current: run this test with -Dvcsnap.openapi.write=true", FILE)
        .isEqualTo(document.lines().toList());
  }

  private static String fromTheServer(Path data) {
    try (var context =
        new SpringApplicationBuilder(VcsnapApplication.class)
            .run(
                "--server.port=0",
                "--server.ssl.enabled=false",
                "--vcsnap.nbd.port=0",
                "--vcsnap.data=" + data,
                "--logging.level.root=WARN")) {
      return new String(context.getBean(OpenApiDocument.class).bytes(), StandardCharsets.UTF_8);
    }
  }
}
