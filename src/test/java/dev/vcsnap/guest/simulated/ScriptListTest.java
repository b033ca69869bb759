package dev.vcsnap.guest.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.evidence.Rule;
import dev.vcsnap.evidence.Witness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScriptListTest {

  @TempDir Path root;
  private Path log;

  @BeforeEach
  void makeFolder() throws IOException {
    log = root.resolve("log");
    Files.createDirectories(root.resolve("backupScripts.d/folder"));
  }

  @Test
  @Rule(
      value = "A42",
      says =
          "The older script runs first when freezing and last when thawing, the others in the order"
              + " of their names' bytes, backwards for the thaw.",
      by = Witness.SOURCE)
  void freezesUpwardsAndThawsDownwards() throws IOException {
    script("backupScripts.d/b", 0);
    script("backupScripts.d/B", 0);
    script("backupScripts.d/10", 0);
    script("pre-freeze-script", 0);
    script("post-thaw-script", 0);
    ScriptList scripts = list("job 7");
    assertThat(scripts.freeze().join()).isTrue();
    assertThat(scripts.thaw().join()).isTrue();
    assertThat(log)
        .hasContent(
            """
            pre-freeze-script freeze job 7
            10 freeze job 7
            B freeze job 7
            b freeze job 7
            b thaw job 7
            B thaw job 7
            10 thaw job 7
            post-thaw-script thaw job 7
            """);
  }

  @Test
  @Rule(
      value = "A43",
      says = "After a freeze script that fails only those before it hear freezeFail, backwards.",
      by = Witness.SOURCE)
  void tellsOnlyThoseBeforeTheOneThatFailed() throws IOException {
    script("backupScripts.d/1", 0);
    script("backupScripts.d/2", 0);
    script("backupScripts.d/3", 4);
    script("backupScripts.d/4", 0);
    ScriptList scripts = list("");
    assertThat(scripts.freeze().join()).isFalse();
    assertThat(scripts.freezeFail().join()).isTrue();
    assertThat(log).hasContent("1 freeze\n2 freeze\n3 freeze\n2 freezeFail\n1 freezeFail\n");
  }

  @Test
  void killsTheOneThatRuns() throws IOException {
    Path slow = root.resolve("backupScripts.d/slow");
    Files.writeString(slow, "#!/bin/sh\nexec sleep 600\n");
    Files.setPosixFilePermissions(slow, PosixFilePermissions.fromString("rwxr-xr-x"));
    ScriptList scripts = list("");
    var freezing = scripts.freeze();
    scripts.kill();
    assertThat(freezing.join()).isFalse();
  }

  private ScriptList list(String argument) {
    var folder = new ScriptFolder(root.toFile());
    return new ScriptList(folder.scripts(), folder.preFreeze(), folder.postThaw(), argument);
  }

  private void script(String name, int status) throws IOException {
    Path file = root.resolve(name);
    Files.writeString(
        file, "#!/bin/sh\necho \"${0##*/} $*\" >> '" + log + "'\nexit " + status + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  void nothingThereIsNothingToRun() {
    var scripts = new ScriptList(java.util.List.of(), Optional.empty(), Optional.empty(), "");
    assertThat(scripts.freeze().join()).isTrue();
  }
}
