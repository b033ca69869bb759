package dev.vcsnap.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benchmarks' own programs use the engine, and are compiled only when somebody measures. */
class BenchmarkSourcesTest {

  @Test
  void theProgramsOfTheDiskBenchmarkCompileAgainstTheEngine(@TempDir Path classes)
      throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter complaints = new StringWriter();
    try (Stream<Path> sources = Files.walk(Path.of("bench/disk/java"));
        var files = compiler.getStandardFileManager(null, null, null)) {
      List<Path> programs = sources.filter(path -> path.toString().endsWith(".java")).toList();
      assertThat(programs).isNotEmpty();
      List<String> options = List.of("-proc:none", "-nowarn", "-d", classes.toString());
      var units = files.getJavaFileObjectsFromPaths(programs);
      assertThat(compiler.getTask(complaints, files, null, options, null, units).call())
          .as(complaints.toString())
          .isTrue();
    }
  }
}
