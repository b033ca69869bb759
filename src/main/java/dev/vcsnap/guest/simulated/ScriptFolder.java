package dev.vcsnap.guest.simulated;

import java.io.File;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Where a user's freeze scripts lie: {@code backupScripts.d} with any number of programs, and the
 * older {@code pre-freeze-script} and {@code post-thaw-script} beside it (rule A42).
 */
record ScriptFolder(File folder) {

  private static final String SCRIPTS = "backupScripts.d";

  /** The programs in ascending order of their names' bytes; folders are not entered. */
  List<Script> scripts() {
    File[] present = new File(folder, SCRIPTS).listFiles(ScriptFolder::isProgram);
    List<Script> scripts = new ArrayList<>();
    if (present != null) {
      Arrays.stream(present)
          .sorted(Comparator.comparing(File::getName, ScriptFolder::byBytes))
          .map(ExecutableScript::new)
          .forEach(scripts::add);
    }
    return scripts;
  }

  Optional<Script> preFreeze() {
    return program("pre-freeze-script");
  }

  Optional<Script> postThaw() {
    return program("post-thaw-script");
  }

  private Optional<Script> program(String name) {
    return Optional.of(new File(folder, name))
        .filter(ScriptFolder::isProgram)
        .map(ExecutableScript::new);
  }

  private static boolean isProgram(File file) {
    return file.isFile() && file.canExecute();
  }

  private static int byBytes(String one, String other) {
    return Arrays.compareUnsigned(
        one.getBytes(java.nio.charset.StandardCharsets.UTF_8),
        other.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }
}
