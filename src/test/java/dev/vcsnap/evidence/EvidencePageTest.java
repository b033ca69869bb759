package dev.vcsnap.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Keeps the evidence page the same as what the tests say.
 *
 * <p>{@code mvn test -Dtest=EvidencePageTest -Dvcsnap.evidence.write=true} writes it anew.
 */
class EvidencePageTest {

  private static final Path FILE = Path.of("docs/evidence.md");
  private static final Path OPENAPI = Path.of("openapi/vcsnap.json");
  private static final Path CALLERS = Path.of("compat/methods.tsv");
  private static final Pattern METHOD =
      Pattern.compile("\"/sdk/vim25/\\{release}/(\\w+)/\\{moId}/(\\w+)\"");

  @Test
  void thePageSaysWhatTheTestsShow() throws IOException {
    String page = new EvidencePage(served(), callers()).text();
    if (Boolean.getBoolean("vcsnap.evidence.write")) {
      Files.writeString(FILE, page);
    }
    assertThat(Files.readString(FILE).lines().toList())
        .as("%s is not current: run this test with -Dvcsnap.evidence.write=true", FILE)
        .isEqualTo(page.lines().toList());
  }

  private static List<String> served() throws IOException {
    return METHOD
        .matcher(Files.readString(OPENAPI))
        .results()
        .map(EvidencePageTest::method)
        .sorted()
        .toList();
  }

  private static String method(MatchResult path) {
    return path.group(1) + "." + path.group(2);
  }

  private static Map<String, String> callers() throws IOException {
    return Files.readAllLines(CALLERS).stream()
        .map(line -> line.split("\t", 2))
        .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
  }
}
