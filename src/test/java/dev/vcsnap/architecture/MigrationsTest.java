package dev.vcsnap.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MigrationsTest {

  /** An existing database would not get a migration that the number leaves out. */
  @Test
  void the_newest_schema_version_is_that_of_the_newest_migration() throws Exception {
    int newest;
    try (Stream<Path> files = Files.list(Path.of("src/main/resources/db/migration"))) {
      newest =
          files
              .map(file -> file.getFileName().toString())
              .peek(name -> assertThat(name).matches("V[0-9]+__[a-z_]+\\.sql"))
              .mapToInt(name -> Integer.parseInt(name.substring(1, name.indexOf("__"))))
              .max()
              .orElseThrow();
    }
    var constant = Class.forName("dev.vcsnap.store.Schema").getDeclaredField("NEWEST");
    constant.setAccessible(true);
    assertThat(constant.getInt(null)).isEqualTo(newest);
  }
}
