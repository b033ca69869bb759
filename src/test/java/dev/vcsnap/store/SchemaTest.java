package dev.vcsnap.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vcsnap.disk.block.BlockError;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchemaTest {

  @TempDir Path folder;

  @Test
  void an_empty_database_gets_the_whole_schema() {
    try (Database database = TestDatabase.inMemory()) {
      assertThat(version(database)).isEqualTo(Schema.NEWEST);
      assertThat(database.sql().sql("select count(*) from task").query(Integer.class).single())
          .isZero();
    }
  }

  @Test
  void a_database_in_a_file_is_there_again_after_it_was_closed() {
    DatabaseAddress address = DatabaseAddress.embedded(folder.resolve("database"));
    try (Database database = Database.open(address)) {
      database.sql().sql("insert into number_series values ('task', 7)").update();
    }
    try (Database database = Database.open(address)) {
      assertThat(
              database
                  .sql()
                  .sql("select unreserved from number_series where name = 'task'")
                  .query(Long.class)
                  .single())
          .isEqualTo(7);
    }
    assertThat(folder).isDirectoryContaining("glob:**database.mv.db");
  }

  @Test
  void a_database_of_a_newer_server_is_refused() {
    DatabaseAddress address = DatabaseAddress.embedded(folder.resolve("database"));
    try (Database database = Database.open(address)) {
      database
          .sql()
          .sql(
              "insert into flyway_schema_history (installed_rank, version, description, type,"
                  + " script, installed_by, execution_time, success)"
                  + " values (999, '999', 'later', 'SQL', 'V999__later.sql', 'sa', 1, true)")
          .update();
    }
    assertThatThrownBy(() -> Database.open(address))
        .isInstanceOf(BlockError.class)
        .hasMessageContaining("999")
        .hasMessageContaining("newer server");
  }

  @Test
  void what_is_no_database_for_this_server_is_refused_without_telling_its_password() {
    assertThatThrownBy(() -> DatabaseAddress.of("jdbc:mysql://host/x?password=secret", null, null))
        .isInstanceOf(BlockError.class)
        .hasMessageContaining("jdbc:mysql://host/x")
        .hasMessageNotContaining("secret");
  }

  private static int version(Database database) {
    return database
        .sql()
        .sql("select max(cast(version as integer)) from flyway_schema_history")
        .query(Integer.class)
        .single();
  }
}
